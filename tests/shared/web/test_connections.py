"""Telling a user's connections: through the cloud's API, one after the other, until they are gone."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from botocore.exceptions import ClientError
from sqlalchemy import Engine, func, select

from shared.chat.events import TextDelta
from shared.db.models import WsConnection
from shared.db.session import transaction
from shared.web import connections
from shared.web.connections import Broadcast, ConnectionGone, post_frame
from tests.support.api import Client
from tests.support.aws import aws_server


@pytest.fixture
def management_api(settings: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """moto's @connections, which takes frames for any connection."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with aws_server() as url:
        settings(WEBSOCKET_ENDPOINT=url)
        connections._management_api.cache_clear()
        yield url
    connections._management_api.cache_clear()


def test_frames_are_posted_through_the_gateways_api(management_api: str) -> None:
    post_frame("connection-1", '{"type":"pong"}')


class _Answers:
    """The gateway's API, answering with the given statuses and then with success."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.posted = 0

    def post_to_connection(self, **_call: object) -> None:
        if self.statuses:
            status = self.statuses.pop(0)
            metadata = {"HTTPStatusCode": status, "RequestId": "", "HostId": "", "HTTPHeaders": {}, "RetryAttempts": 0}
            raise ClientError({"Error": {}, "ResponseMetadata": metadata}, "PostToConnection")
        self.posted += 1


def test_a_gone_connection_is_known_by_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_management_api", lambda: _Answers(410))
    with pytest.raises(ConnectionGone):
        post_frame("connection-1", "{}")


def test_a_throttled_frame_is_posted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    api = _Answers(429, 503)
    monkeypatch.setattr(connections, "_management_api", lambda: api)
    post_frame("connection-1", "{}")
    assert api.posted == 1


def test_one_connection_that_is_gone_does_not_keep_frames_from_another(database: Engine, user: Client) -> None:
    user_id = user.get("/user/me").json()["id"]
    with transaction() as session:
        for connection_id in ("gone", "there"):
            session.add(WsConnection(id=connection_id, user_id=user_id))
    posted: list[tuple[str, str]] = []

    def post(connection_id: str, frame: str) -> None:
        if connection_id == "gone":
            raise ConnectionGone
        posted.append((connection_id, frame))

    async def tell() -> None:
        broadcast = Broadcast(user_id, post=post)
        for seq in range(1, 4):
            broadcast.put(TextDelta(seq=seq, message_id="m", text=str(seq)))
        await broadcast.close()

    asyncio.run(tell())
    assert [connection_id for connection_id, _ in posted] == ["there"] * 3
    assert [frame.count(f'"text": "{seq}"') for seq, (_, frame) in enumerate(posted, start=1)] == [1, 1, 1]
    with database.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(WsConnection)) == 1
