"""Closing the connections of an ended login through API Gateway's @connections API."""

import asyncio
from itertools import repeat

import pytest

from shared.web import connection_closing, gateway_client
from shared.web.connection_closing import close_connections
from tests.support.management_api import ManagementApi


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> ManagementApi:
    api = ManagementApi("one", "other")
    monkeypatch.setattr(gateway_client, "_management_api", lambda: api)
    monkeypatch.setattr(gateway_client, "_RETRY_SECONDS", [0] * 6)
    return api


def messages_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.name == connection_closing.__name__]


def test_a_gone_connection_is_skipped(api: ManagementApi, caplog: pytest.LogCaptureFixture) -> None:
    close_connections(["gone", "one", "other"])
    assert sorted(api.closed) == ["one", "other"]
    assert messages_of(caplog) == []


def test_a_connection_that_the_gateway_refuses_to_close_is_logged_and_others_are_closed(
    api: ManagementApi, caplog: pytest.LogCaptureFixture
) -> None:
    api.statuses["one"] = repeat(403)
    close_connections(["one", "other"])
    assert api.closed == ["other"]
    assert messages_of(caplog) == ["a connection could not be closed"]


def test_closing_stops_at_a_gateway_that_keeps_failing(
    api: ManagementApi, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway_client, "_RETRY_SECONDS", repeat(0.001))
    monkeypatch.setattr(connection_closing, "_CLOSING_SECONDS", 0.1)
    api.statuses["one"] = repeat(503)
    close_connections(["one"])
    assert api.closed == []
    assert messages_of(caplog) == ["connections could not be closed in time"]


def test_connections_are_closed_from_the_thread_of_an_event_loop(api: ManagementApi) -> None:
    """As a route under Lambda's Python runtime calls it."""

    async def route() -> None:
        close_connections(["one"])

    asyncio.run(route())
    assert api.closed == ["one"]
