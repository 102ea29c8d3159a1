"""Tools for tests: a provider in this process, whose tools do what a test says and count their calls."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from shared.tools.choice import ChosenTools, ServerTools
from shared.tools.providers import FACTORIES
from shared.tools.tool import (
    AskUser,
    InputAnswer,
    InputRequired,
    ListedTools,
    Tool,
    ToolContext,
    ToolOutcome,
    ToolProvider,
    ToolResult,
)

# The server that the tests' calls ask for.
SERVER_ID = "server-of-the-tests"
TOOLS = [{"server_id": SERVER_ID}]


@dataclass
class Call:
    name: str
    arguments: Mapping[str, Any]
    answer: InputAnswer | None
    key: str
    ask_user: AskUser


Behaviour = Callable[[Call], Awaitable[ToolOutcome]]


async def nobody(_question: InputRequired) -> InputAnswer | None:
    """No user who could be asked during a call."""
    return None


async def _answers(call: Call) -> ToolOutcome:
    return ToolResult(f"{call.name} says {dict(call.arguments)}", preview="1 result")


@dataclass
class ScriptedTools:
    """The provider of the server SERVER_ID. Without a behaviour a tool answers with its name and arguments."""

    tools: dict[str, Tool] = field(default_factory=dict)
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    problems: Sequence[str] = ()
    # The answer to a poll; None: the task is ready.
    on_poll: Callable[[Mapping[str, Any]], ToolOutcome] | None = None
    calls: list[Call] = field(default_factory=list)
    polls: int = 0
    poll_answers: list[InputAnswer] = field(default_factory=list)
    always: list[str] = field(default_factory=list)
    # The greatest number of calls that ran at the same time.
    most_at_once: int = 0
    _running: int = 0

    def add(self, name: str, behaviour: Behaviour = _answers, **options: Any) -> None:
        options = {"policy": "allow", "description": "", "parameters": {"type": "object"}, **options}
        self.tools[name] = Tool(name=name, title=name.title(), server_id=SERVER_ID, **options)
        self.behaviours[name] = behaviour

    async def list(self) -> ListedTools:
        return ListedTools(list(self.tools.values()), self.problems)

    async def call(
        self,
        tool: Tool,
        arguments: Mapping[str, Any],
        answer: InputAnswer | None,
        idempotency_key: str,
        ask_user: AskUser,
    ) -> ToolOutcome:
        call = Call(tool.name, arguments, answer, idempotency_key, ask_user)
        self.calls.append(call)
        self._running += 1
        self.most_at_once = max(self.most_at_once, self._running)
        try:
            return await self.behaviours[tool.name](call)
        finally:
            self._running -= 1

    async def poll(
        self, tool: Tool, handle: Mapping[str, Any], answer: InputAnswer | None, ask_user: AskUser
    ) -> ToolOutcome:
        self.polls += 1
        self.poll_answers += [answer] if answer is not None else []
        if self.on_poll is not None:
            return self.on_poll(handle)
        return ToolResult(f"{tool.name} of {handle['task']} is ready")

    async def allow_always(self, tool: Tool) -> None:
        self.always.append(tool.name)

    async def aclose(self) -> None:
        await asyncio.sleep(0)

    @contextmanager
    def served(self) -> Iterator["ScriptedTools"]:
        async def make(_context: ToolContext, choice: Sequence[ChosenTools]) -> Sequence[ToolProvider]:
            asked = any(isinstance(chosen, ServerTools) and chosen.server_id == SERVER_ID for chosen in choice)
            return [self] if asked else []

        FACTORIES.append(make)
        try:
            yield self
        finally:
            FACTORIES.remove(make)
