"""Fan-out of a reply's events to the user's connections."""

import asyncio
import json

from sqlalchemy import Engine, func, select

from shared.chat.events import TextDelta
from shared.db.models import WsConnection
from shared.db.session import transaction
from shared.web.fan_out import Broadcast
from shared.web.gateway_client import ConnectionGone
from tests.support.api import Client


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
    assert {connection_id for connection_id, _ in posted} == {"there"}
    assert "".join(json.loads(frame)["text"] for _, frame in posted) == "123"
    with database.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(WsConnection)) == 1
