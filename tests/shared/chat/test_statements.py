"""Database use of a turn: a fixed number of statements, and no connection between groups."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, QueuePool, func, select

from shared.chat.idempotency import prepare_continue_once, prepare_send_once
from shared.chat.prepare import PreparedTurn
from shared.chat.requests import ReplyBody, SendBody
from shared.chat.turn import run_turn
from shared.db.models import MessageChunk
from tests.support.api import Client
from tests.support.scripted_provider import Script, ScriptedProvider, finish, gate
from tests.support.scripted_provider import delta as text
from tests.support.statements import counted


@pytest.fixture
def user_id(user: Client) -> str:
    found: str = user.get("/user/me").json()["id"]
    return found


@pytest.mark.parametrize("turns_per_day", ["none", "free:100"])
def test_a_turn_costs_a_fixed_number_of_statements(
    database: Engine,
    user: Client,
    user_id: str,
    provider: ScriptedProvider,
    settings: Callable[..., None],
    turns_per_day: str,
) -> None:
    # No heartbeat is due, however slow the machine is.
    settings(DEFAULT_MODEL_TURNS_PER_DAY=turns_per_day, HEARTBEAT_SECONDS="60", STALE_SECONDS="120")
    conversation_id = user.post("/conversation/create").json()["id"]
    for _ in range(3):
        user.turn("/chat/send", conversation_id=conversation_id, message="Before")
    provider.enqueue(Script([text("One "), gate("1"), text("two "), gate("2"), text("three"), finish()]))

    with counted(database) as preparing:
        turn = prepare_send_once(user_id, SendBody(conversation_id=conversation_id, message="Hi"), "key")
    assert isinstance(turn, PreparedTurn)
    assert len(preparing) <= 4, preparing

    async def run() -> tuple[int, list[str]]:
        groups = 0
        async for streamed in run_turn(turn):
            # The writes for this event are committed: a slow reader holds no transaction open.
            assert isinstance(database.pool, QueuePool)
            assert database.pool.checkedout() == 0
            if streamed.type == "delta":
                groups += 1
                provider.open_gate(str(groups))
        return groups, statements

    with counted(database) as statements:
        groups, _ = asyncio.run(run())
    writes = [statement for statement in statements if statement.startswith("INSERT INTO message_chunks")]
    stop_checks = [statement for statement in statements if statement.startswith("SELECT messages.id")]
    assert groups == 3
    assert len(writes) == groups
    finishing = [statement for statement in statements if statement not in writes and statement not in stop_checks]
    # Also the use of the model is written, by a statement that MySQL saves (decision 0033).
    assert len(finishing) <= (4 if database.dialect.name == "mysql" else 5), finishing
    with database.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(MessageChunk)) == 0


def test_continuing_costs_no_more_for_a_longer_conversation(
    database: Engine, user: Client, user_id: str, provider: ScriptedProvider
) -> None:
    conversation_id = user.post("/conversation/create").json()["id"]
    costs = []
    for _ in range(2):
        provider.enqueue(Script([text("Cut"), finish("length")]))
        reply_id = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[0]["assistant_message_id"]
        with counted(database) as statements:
            turn = prepare_continue_once(user_id, ReplyBody(message_id=reply_id))
        costs.append(len(statements))

        async def run(turn: PreparedTurn) -> None:
            async for _ in run_turn(turn):
                pass

        asyncio.run(run(turn))
    assert costs[0] == costs[1] <= 4
