"""The types of a tool call: a tool, what a call of it can end in, and the provider that lists and calls tools."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

# The longest time of a call, besides that in which it is held open for the user.
CALL_SECONDS = 120
# For how long a call of a server that cannot be asked again is held open.
HELD_SECONDS = 300
# Whether a call is run at once, only after the user approved it, or never.
Policy = Literal["allow", "ask", "deny"]


@dataclass(frozen=True)
class Tool:
    """A tool that a model can be offered.

    `name`: its own, unique within its server, at most 128 characters. `parameters`: a JSON Schema of type object.
    `read_only`, `idempotent`: the server's hints (MCP `readOnlyHint`, `idempotentHint`); a call that may have run is
    repeated without asking only if one of them is true. `server_id`: None for a built-in tool. `policy`: the effective
    one, of the user or by default.
    """

    name: str
    title: str
    description: str
    parameters: Mapping[str, Any]
    read_only: bool = False
    idempotent: bool = False
    server_id: str | None = None
    policy: Policy = "ask"


@dataclass(frozen=True)
class ToolSource:
    """A web page that a result contains; the reply cites it as `[n]`."""

    title: str
    url: str


@dataclass(frozen=True)
class ToolObject:
    """An image or other resource of a result, already in the object store under `key`."""

    key: str
    media_type: str
    name: str = ""


@dataclass(frozen=True)
class ToolResult:
    """The end of a call. An error is a result too: the model reads it and may try again.

    `text`: for the model, of any length; the turn cuts it. `preview`: one short line for the user, such as "5 results".
    """

    text: str
    is_error: bool = False
    preview: str | None = None
    sources: Sequence[ToolSource] = ()
    objects: Sequence[ToolObject] = ()


@dataclass(frozen=True)
class InputRequired:
    """The call needs the user: values of a form (`schema`: JSON Schema), or a visit of `url` to log in.

    `state`: JSON of the provider's own, which it gets back with the answer; it is stored as it is, so nothing secret
    may be in it.
    """

    kind: Literal["form", "login"]
    message: str
    schema: Mapping[str, Any] | None = None
    url: str | None = None
    state: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class TaskPending:
    """The server goes on with the call by itself, and is polled with `handle` from `poll_at` on.

    `handle`: JSON of the provider's own, stored as it is.
    """

    handle: Mapping[str, Any]
    poll_at: datetime


@dataclass(frozen=True)
class InputAnswer:
    """The user's answer to an InputRequired, with its `state`.

    `accepted` is False when the user declined. `form`: the values, for the kind `form`.
    """

    accepted: bool
    form: Mapping[str, Any] | None = None
    state: Mapping[str, Any] | None = None


ToolOutcome = ToolResult | InputRequired | TaskPending
# Asks the user while a call is held open, for a server that cannot be asked again; None where nobody answers in time.
AskUser = Callable[[InputRequired], Awaitable[InputAnswer | None]]


@dataclass(frozen=True)
class ToolContext:
    """The turn for which tools are called: its user, conversation and reply."""

    user_id: str
    conversation_id: str
    message_id: str


@dataclass(frozen=True)
class ListedTools:
    """The tools of one provider. `problems`: one sentence for each tool that was left out, and for a server that could
    not be asked, as the user reads it."""

    tools: Sequence[Tool]
    problems: Sequence[str] = field(default=())


class ToolProvider(Protocol):
    """A group of tools: the built-in ones, or those of one MCP server.

    Its methods do not raise for a server that fails: a failed call is a ToolResult with `is_error`. They run in the
    event loop, and a cancelled one lets go of its connection.
    """

    async def list(self) -> ListedTools:
        """The tools that the call asked for and that the user's policy does not deny."""
        ...

    async def call(
        self,
        tool: Tool,
        arguments: Mapping[str, Any],
        answer: InputAnswer | None,
        idempotency_key: str,
        ask_user: AskUser,
    ) -> ToolOutcome:
        """Call a tool. `answer`: to the InputRequired that the call ended in before. `idempotency_key`: the same for
        every attempt of one step, for servers that understand it."""
        ...

    async def poll(
        self, tool: Tool, handle: Mapping[str, Any], answer: InputAnswer | None, ask_user: AskUser
    ) -> ToolOutcome:
        """The outcome of a call that ended in TaskPending, or TaskPending again."""
        ...

    async def allow_always(self, tool: Tool) -> None:
        """Store the policy `allow` for a tool, at the user's request."""
        ...

    async def aclose(self) -> None:
        """Close connections and sessions of the turn."""
        ...
