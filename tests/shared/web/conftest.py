"""Fixtures of the tests of WebSocket connections behind a gateway."""

import pytest

from tests.support.management_api import ManagementApi


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> ManagementApi:
    """The gateway's @connections API, with the connections "one" and "other"."""
    api = ManagementApi("one", "other")
    api.replace_gateway(monkeypatch)
    return api
