"""Time and statements that a step of a turn adds beside its call.

A turn whose model asks for many calls in one answer, minus one whose model asks for a single call, divided by the
difference in calls: the same model calls, prepare and finish are in both. The tool answers at once.
"""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from functools import partial

from shared import config
from shared.chat.idempotency import prepare_send_once
from shared.chat.prepare import PreparedTurn
from shared.chat.requests import SendBody
from shared.chat.turn import run_turn
from shared.db.engine import dispose_engine, get_engine
from shared.tools.choice import from_stored
from tests.bench.figures import Figure, alternating, at_most, median
from tests.bench.stacks import Account, Database, model_settings
from tests.support.scripted_provider import Script, ScriptedProvider, call, delta, finish
from tests.support.statements import counted
from tests.support.tools import TOOLS, ScriptedTools

# Fewer than those after which the user is asked whether to go on (shared.chat.steps.MAX_STEPS).
_CALLS = 21
_WHAT = "added by a step of a turn"


def measure(databases: Sequence[tuple[str, Database]], *, quick: bool) -> Iterator[Figure]:
    rounds = 3 if quick else 30
    tools = ScriptedTools()
    # Not read-only, so that the calls run one after another.
    tools.add("note")
    with ScriptedProvider().serve() as provider, tools.served():
        for name, database in databases:
            os.environ.update({"DATABASE_URL": database.url, **model_settings(provider.base_url.removesuffix("/v1"))})
            config.clear_cache()
            run = partial(_turn, provider, database, database.new_account())
            run(1)
            none, one, many = alternating(rounds, partial(run, 0), partial(run, 1), partial(run, _CALLS))
            with counted(get_engine()) as of_one:
                run(1)
            with counted(get_engine()) as of_many:
                run(_CALLS)
            dispose_engine()
            milliseconds = (median(many) - median(one)) / (_CALLS - 1)
            yield at_most(f"time {_WHAT}", f"{name}; floor: a turn without steps", milliseconds, "ms", 15, median(none))
            yield at_most(f"statements {_WHAT}", name, (len(of_many) - len(of_one)) / (_CALLS - 1), "", 2)


def _turn(provider: ScriptedProvider, database: Database, account: Account, calls: int) -> float:
    """Milliseconds of a turn."""
    asked = [call("note", f"c{number}", number) for number in range(calls)]
    scripts = [Script([*asked, finish("tool_calls")])] if calls else []
    provider.enqueue(*scripts, Script([delta("Done."), finish()]))
    conversation_id = database.new_conversation(account)
    body = SendBody(conversation_id=conversation_id, message="Hello", tools=from_stored(TOOLS))
    started = time.perf_counter()
    turn = prepare_send_once(account.user_id, body, None)
    assert isinstance(turn, PreparedTurn)
    asyncio.run(_run(turn))
    return (time.perf_counter() - started) * 1000


async def _run(turn: PreparedTurn) -> None:
    async for _ in run_turn(turn):
        pass
