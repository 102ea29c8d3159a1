"""Closing the connections of an ended login through API Gateway's @connections API."""

import asyncio
from itertools import repeat

import pytest

from shared.web import connection_closing
from shared.web.connection_closing import close_connections
from tests.support.management_api import ManagementApi


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


@pytest.mark.parametrize("status", [429, 503])
def test_closing_stops_at_an_unavailable_gateway(
    api: ManagementApi, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    api.statuses["one"] = iter([status])
    close_connections(["one", "other"])
    assert api.closed == []
    assert messages_of(caplog) == ["the WebSocket gateway is unavailable, connections stay open"]


def test_connections_are_closed_from_the_thread_of_an_event_loop(api: ManagementApi) -> None:
    """As a route under Lambda's Python runtime calls it."""

    async def route() -> None:
        close_connections(["one"])

    asyncio.run(route())
    assert api.closed == ["one"]
