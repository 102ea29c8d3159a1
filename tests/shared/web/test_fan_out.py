"""Fan-out of a reply's events to the user's connections."""

import asyncio
from collections.abc import Callable
from itertools import repeat

import pytest
from sqlalchemy import Engine, select

from shared.chat.events import TextDelta
from shared.db.models import WsConnection
from shared.db.session import transaction
from shared.web import gateway_client
from shared.web.fan_out import Broadcast
from tests.support import tokens
from tests.support.api import Client
from tests.support.management_api import Frame, ManagementApi

CONNECTIONS = ("one", "other")


@pytest.fixture
def user_id(user: Client) -> str:
    """A user with two connections."""
    user_id: str = user.get("/user/me").json()["id"]
    family_id = tokens.read(user.tokens["access_token"])["fam"]
    with transaction() as session:
        session.add_all(WsConnection(id=name, user_id=user_id, family_id=family_id) for name in CONNECTIONS)
    return user_id


def send_events(user_id: str, before_each: Callable[[int], object] = lambda _seq: None) -> None:
    """Send three events, each when `before_each` is true for its seq."""

    async def run() -> None:
        broadcast = Broadcast(user_id)
        for seq in range(1, 4):
            while before_each(seq) is False:  # noqa: ASYNC110 - the condition is set by a thread
                await asyncio.sleep(0.001)
            broadcast.put(TextDelta(seq=seq, message_id="m", text=str(seq)))
        await broadcast.close()

    asyncio.run(run())


def text_of(frames: list[Frame]) -> str:
    return "".join(frame["text"] for frame in frames)


def stored_connections(database: Engine) -> set[str]:
    with database.connect() as connection:
        return set(connection.scalars(select(WsConnection.id)))


def test_the_row_of_a_gone_connection_is_deleted_and_others_get_their_frames(
    database: Engine, user_id: str, api: ManagementApi
) -> None:
    api.open.remove("one")
    send_events(user_id)
    assert text_of(api.frames["other"]) == "123"
    assert stored_connections(database) == {"other"}


def test_frames_that_were_throttled_arrive_whole_and_in_order(user_id: str, api: ManagementApi) -> None:
    api.statuses["one"] = iter([429, 500, 200, 503, 200, 429, 429, 429])
    send_events(user_id, lambda seq: seq < 3 or bool(api.frames["one"]))
    assert text_of(api.frames["one"]) == "123"
    assert [frame["seq"] for frame in api.frames["one"]] == sorted(frame["seq"] for frame in api.frames["one"])
    assert text_of(api.frames["other"]) == "123"
    assert api.closed == []


def test_a_frame_is_retried_as_it_was_and_other_connections_do_not_wait_for_it(
    user_id: str, api: ManagementApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first attempt may have arrived: joined with later events its text would be received twice."""
    monkeypatch.setattr(gateway_client, "_RETRY_SECONDS", [0.001] * 10_000)
    # Throttled until the other connection has received everything.
    api.statuses["one"] = iter(lambda: 429 if text_of(api.frames["other"]) != "123" else 200, 200)
    send_events(user_id, lambda seq: seq == 1 or bool(api.attempts["one"]))
    assert text_of(api.frames["other"]) == "123"
    retried = [frame for frame in api.attempts["one"] if frame["seq"] == 1]
    assert len(retried) > 1
    assert retried == [api.frames["one"][0]] * len(retried)
    assert text_of(api.frames["one"]) == "123"


def test_a_connection_that_stays_throttled_is_closed_and_gets_no_later_frame(
    database: Engine, user_id: str, api: ManagementApi
) -> None:
    attempts = 1 + len(gateway_client._RETRY_SECONDS)
    api.statuses["one"] = iter([200, *[500] * attempts])
    send_events(user_id, lambda seq: seq == 1 or bool(api.frames["one"]))
    assert text_of(api.frames["one"]) == "1"
    assert api.closed == ["one"]
    assert text_of(api.frames["other"]) == "123"
    # `$disconnect` deletes the row.
    assert stored_connections(database) == set(CONNECTIONS)


@pytest.mark.parametrize("status", [429, 403])
def test_a_connection_that_cannot_be_closed_is_skipped(user_id: str, api: ManagementApi, status: int) -> None:
    api.statuses["one"] = repeat(status)
    send_events(user_id)
    assert not api.frames["one"]
    assert not api.closed
    assert text_of(api.frames["other"]) == "123"


def test_a_frame_that_the_gateway_refuses_closes_its_connection(user_id: str, api: ManagementApi) -> None:
    api.statuses["one"] = iter([403])
    send_events(user_id)
    assert api.closed == ["one"]
