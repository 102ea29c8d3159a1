"""Turns with tools in processes that kill themselves (SIGKILL) at a random point.

A program that reads commands from its standard input, one JSON object a line, and forks a process for each, so that a
kill costs milliseconds: `{"user_id", "body"}` begins a turn, `{"user_id", "message_id"}` takes an abandoned reply over.
`die_at`: the number of the point, counted over statements, tool calls and shown events, at which the process dies; 0
for none. It answers with `{"killed", "message_id"}`. SHOWN is the file of the events that a client was sent, CALLED
that of the calls that reached the tools' server.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from shared.chat.idempotency import prepare_send_once
from shared.chat.model_reader import load_provider
from shared.chat.prepare import PreparedTurn
from shared.chat.requests import SendBody
from shared.chat.takeover import take_over_reply
from shared.chat.turn import run_turn
from shared.tools.choice import ChosenTools, from_stored
from shared.tools.providers import FACTORIES
from shared.tools.tool import (
    AskUser,
    InputAnswer,
    ListedTools,
    Tool,
    ToolContext,
    ToolOutcome,
    ToolProvider,
    ToolResult,
)
from tests.support.tools import SERVER_ID

_points = count(1)
_die_at = 0


def _point() -> None:
    if next(_points) == _die_at:
        os.kill(os.getpid(), signal.SIGKILL)


def _append(file: str, line: Mapping[str, Any]) -> None:
    """One write, which a kill does not cut."""
    with Path(os.environ[file]).open("ab", buffering=0) as opened:
        opened.write(json.dumps(line).encode() + b"\n")


class _Tools:
    async def list(self) -> ListedTools:
        common: dict[str, Any] = {"description": "", "parameters": {"type": "object"}, "server_id": SERVER_ID}
        look = Tool("look", "Look", read_only=True, policy="allow", **common)
        return ListedTools([look, Tool("pay", "Pay", policy="allow", **common)])

    async def call(
        self,
        tool: Tool,
        _arguments: Mapping[str, Any],
        _answer: InputAnswer | None,
        idempotency_key: str,
        _ask_user: AskUser,
    ) -> ToolOutcome:
        _point()
        _append("CALLED", {"tool": tool.name, "key": idempotency_key})
        _point()
        await asyncio.sleep(0.005)
        _point()
        return ToolResult(f"{tool.name} is done")

    async def poll(
        self, _tool: Tool, _handle: Mapping[str, Any], _answer: InputAnswer | None, _ask_user: AskUser
    ) -> ToolOutcome:
        raise AssertionError("no call is a task")

    async def allow_always(self, _tool: Tool) -> None:
        raise AssertionError("nothing is asked")

    async def aclose(self) -> None:
        await asyncio.sleep(0)


async def _open(_context: ToolContext, _choice: Sequence[ChosenTools]) -> Sequence[ToolProvider]:
    return [_Tools()]


def _turn(command: Mapping[str, Any]) -> PreparedTurn | None:
    if "message_id" in command:
        return take_over_reply(command["user_id"], command["message_id"])
    body = {**command["body"], "tools": from_stored(command["body"]["tools"])}
    turn = prepare_send_once(command["user_id"], SendBody(**body), None)
    assert isinstance(turn, PreparedTurn)
    return turn


async def _run(turn: PreparedTurn) -> None:
    async for shown in run_turn(turn):
        _append("SHOWN", {"message_id": turn.ids.message_id, "event": shown.model_dump(mode="json")})
        _point()


def _child(command: Mapping[str, Any], answer: int) -> None:
    global _die_at
    turn = _turn(command)
    if turn is None:
        return
    os.write(answer, turn.ids.message_id.encode())
    _die_at = command["die_at"]
    event.listen(Engine, "before_cursor_execute", lambda *_: _point())
    event.listen(Engine, "after_cursor_execute", lambda *_: _point())
    event.listen(Engine, "commit", lambda *_: _point())
    asyncio.run(_run(turn))


def main() -> None:
    FACTORIES[:] = [_open]
    load_provider()
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                _child(json.loads(line), writing)
                code = 0
            finally:
                os._exit(code)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            message_id = pipe.read()
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status)
        answer = {"killed": killed, "failed": not killed and os.WEXITSTATUS(status) != 0, "message_id": message_id}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
