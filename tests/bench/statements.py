"""Number of database statements per turn, and rows left after it."""

import asyncio
import os
from collections.abc import Iterator

from sqlalchemy import func, select

from shared import config
from shared.chat.idempotency import prepare_send_once
from shared.chat.prepare import PreparedTurn
from shared.chat.requests import SendBody
from shared.chat.turn import run_turn
from shared.db.engine import dispose_engine, get_engine
from shared.db.models import MessageChunk
from tests.bench.figures import Figure, at_most
from tests.bench.stacks import Database, model_server, model_settings
from tests.support.statements import counted

_WHAT = "database statements of a turn"


def measure(database: Database) -> Iterator[Figure]:
    account = database.new_account()
    conversation_id = database.new_conversation(account, turns=10)
    with model_server() as model_url:
        os.environ.update({"DATABASE_URL": database.url, **model_settings(model_url, "100@100")})
        config.clear_cache()
        engine = get_engine()
        # The day's first turn adds the row of its usage.
        asyncio.run(_groups(_prepare(account.user_id, conversation_id)))
        with counted(engine) as preparing:
            turn = _prepare(account.user_id, conversation_id)
        with counted(engine) as streaming:
            groups = asyncio.run(_groups(turn))
        dispose_engine()
    writes = sum(statement.startswith("INSERT INTO message_chunks") for statement in streaming)
    stop_checks = sum(statement.startswith("SELECT messages.id") for statement in streaming)
    with database.engine.connect() as connection:
        left = connection.scalar(select(func.count()).select_from(MessageChunk)) or 0
    yield at_most(_WHAT, "prepare", len(preparing), "", 4)
    yield at_most(_WHAT, "for a group of tokens", writes / groups, "", 1)
    yield at_most(_WHAT, "finish", len(streaming) - writes - stop_checks, "", 4)
    yield at_most("rows of chunks left after a turn", "", left, "", 0)


def _prepare(user_id: str, conversation_id: str) -> PreparedTurn:
    turn = prepare_send_once(user_id, SendBody(conversation_id=conversation_id, message="Hello"), None)
    assert isinstance(turn, PreparedTurn)
    return turn


async def _groups(turn: PreparedTurn) -> int:
    groups = 0
    async for event in run_turn(turn):
        groups += event.type == "delta"
    return groups
