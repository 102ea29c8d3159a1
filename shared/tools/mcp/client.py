"""Client of one MCP server: negotiation of the revision, sessions, lists of tools, calls and tasks.

Revision 2026-07-28 is stateless: every request carries the revision and the client's capabilities. The revisions from
2025-03-26 to 2025-11-25 begin with `initialize` and may have a session. Requests are as in the specifications
(https://modelcontextprotocol.io/specification) and in the Tasks extension (SEP-2663).
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import anyio

from shared.tools.errors import NotAnMcpServer, RpcError, ServerFailed, ServerUnreachable
from shared.tools.http import time_limit
from shared.tools.mcp import elicitation
from shared.tools.mcp.rpc import HttpStatus, RpcChannel, SessionEnded
from shared.tools.mcp.schema import BrokenTool, ToolDefinition, header_value, parameter_headers, read_definition
from shared.tools.tool import CALL_SECONDS, HELD_SECONDS, AskUser, InputAnswer

STATELESS = "2026-07-28"
WITH_SESSIONS = ("2025-03-26", "2025-06-18", "2025-11-25")
MAX_TOOLS = 500
_LIST_SECONDS = 20.0
_END_SECONDS = 2.0
_MAX_PAGES = 50
_CLIENT_INFO = {"name": "chat", "version": "1"}
_TASKS = "io.modelcontextprotocol/tasks"
_CAPABILITIES: Mapping[str, Any] = {"elicitation": {"form": {}, "url": {}}}
_STATELESS_CAPABILITIES: Mapping[str, Any] = {**_CAPABILITIES, "extensions": {_TASKS: {}}}
_META = "io.modelcontextprotocol/"
_METHOD_NOT_FOUND = -32601
_UNSUPPORTED_PROTOCOL = -32022
# States of a task that has not ended.
_OPEN = ("submitted", "working", "input_required")
_TASK_MILLISECONDS = 24 * 3600 * 1000


@dataclass(frozen=True)
class ToolList:
    """The tools of a server. `problems`: a sentence for each one that was left out. `ttl_seconds`: how long the list
    may be cached; None where the server does not say."""

    tools: Sequence[ToolDefinition]
    problems: Sequence[str]
    ttl_seconds: float | None


class McpClient:
    """Used in one event loop. Every method raises ServerFailed: RpcError for an error in the server's words,
    AuthorizationRequired, NotAnMcpServer, ServerUnreachable, AnswerTooLarge."""

    def __init__(
        self, url: str, token: str | None, *, protocol: str | None = None, ask_user: AskUser | None = None
    ) -> None:
        """`protocol`: the revision that was negotiated earlier, if it is known."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._channel = RpcChannel(url, headers, self._answer_server)
        self._ask_user = ask_user
        self._negotiating = asyncio.Lock()
        self._known = protocol
        self._is_ready = protocol == STATELESS
        self._server_capabilities: Mapping[str, Any] = {}
        self._listener: asyncio.Task[None] | None = None
        # Deadlines of the calls that run, which do not count the time in which the user is asked.
        self._deadlines: list[anyio.CancelScope] = []
        # Tasks that go on, which the server forgets with the session.
        self._open_tasks: set[str] = set()
        # Whether a server with sessions asked the user something, and nobody answered.
        self.asked_in_vain = False

    @property
    def protocol(self) -> str | None:
        """The revision of MCP; None before it is negotiated."""
        return self._known

    async def list_tools(self) -> ToolList:
        """All tools of the server, without those that cannot be offered."""
        with time_limit(_LIST_SECONDS):
            tools: dict[str, ToolDefinition] = {}
            problems: list[str] = []
            cursor: str | None = None
            ttl_ms: float | None = None
            for _ in range(_MAX_PAGES):
                page = await self._request("tools/list", {} if cursor is None else {"cursor": cursor})
                if not isinstance(page.get("tools"), list):
                    raise NotAnMcpServer("The tool server's list of tools is invalid.")
                for value in page["tools"]:
                    _add_tool(value, tools, problems)
                ttl = page.get("ttlMs")
                if isinstance(ttl, (int, float)) and not isinstance(ttl, bool):
                    ttl_ms = ttl if ttl_ms is None else min(ttl, ttl_ms)
                cursor = page.get("nextCursor")
                if not isinstance(cursor, str) or not cursor or len(tools) >= MAX_TOOLS:
                    break
            return ToolList(list(tools.values()), problems, None if ttl_ms is None else max(0.0, ttl_ms / 1000))

    async def call(
        self,
        tool: ToolDefinition,
        arguments: Mapping[str, Any],
        *,
        idempotency_key: str = "",
        input_responses: Mapping[str, Any] | None = None,
        request_state: str | None = None,
    ) -> dict[str, Any]:
        """The result of `tools/call`: of resultType `complete`, `input_required` or `task`.

        `input_responses`, `request_state`: answers to the result `input_required` of the same call before.
        """
        params: dict[str, Any] = {"name": tool.name, "arguments": dict(arguments)}
        if input_responses is not None:
            params["inputResponses"] = dict(input_responses)
        if request_state is not None:
            params["requestState"] = request_state
        if idempotency_key:
            params["_meta"] = {"idempotencyKey": idempotency_key}
        with time_limit(CALL_SECONDS) as scope:
            await self._prepare_call()
            if tool.needs_task and self._known != STATELESS:
                params["task"] = {"ttl": _TASK_MILLISECONDS}
            self._deadlines.append(scope)
            try:
                headers = parameter_headers(tool.parameters, arguments) if self._known == STATELESS else {}
                result = await self._request("tools/call", params, tool.name, headers)
            finally:
                self._deadlines.remove(scope)
        task = result.get("task")
        if isinstance(task, dict):  # Revision 2025-11-25.
            self._note_task(task.get("taskId"), task)
            return {"resultType": "task", **task, "session": self._channel.session_id}
        return result

    async def get_task(self, task_id: str, session_id: str | None) -> dict[str, Any]:
        """A task as `tasks/get` has it, with the `result` of one that has ended. `session_id`: of its call."""
        with time_limit(_LIST_SECONDS):
            await self._join(session_id)
            task = await self._request("tasks/get", {"taskId": task_id}, task_id)
            self._note_task(task_id, task)
            if self._known != STATELESS and task.get("status") in ("completed", "failed"):
                result = await self._request("tasks/result", {"taskId": task_id}, task_id)
                return {**task, "status": "completed", "result": result}
            return task

    async def update_task(self, task_id: str, input_responses: Mapping[str, Any]) -> None:
        """Answer the input requests of a task."""
        with time_limit(_LIST_SECONDS):
            await self._request("tasks/update", {"taskId": task_id, "inputResponses": dict(input_responses)}, task_id)

    async def answer_task(self, task_id: str, session_id: str | None) -> dict[str, Any]:
        """The result of a task of revision 2025-11-25 that waits for the user, who is asked meanwhile."""
        with time_limit(CALL_SECONDS) as scope:
            await self._join(session_id)
            await self._prepare_call()
            self._deadlines.append(scope)
            try:
                result = await self._request("tasks/result", {"taskId": task_id}, task_id)
            finally:
                self._deadlines.remove(scope)
            self._open_tasks.discard(task_id)
            return result

    async def aclose(self) -> None:
        """End the session, if there is one, and no task of it goes on."""
        if self._listener is not None:
            self._listener.cancel()
            with suppress(asyncio.CancelledError):
                await self._listener
        if self._channel.session_id is not None and not self._open_tasks:
            with suppress(ServerFailed), anyio.move_on_after(_END_SECONDS):
                await self._channel.delete_session()

    async def _request(
        self,
        method: str,
        params: Mapping[str, Any],
        name: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """A request in the negotiated revision. `name`: the header Mcp-Name."""
        await self._negotiate()
        if self._known == STATELESS:
            try:
                return await self._stateless(method, params, name, headers)
            except (RpcError, HttpStatus) as error:
                if isinstance(error, HttpStatus) or error.rpc_code == _UNSUPPORTED_PROTOCOL:
                    raise await self._explain(error) from None
                raise
        session = self._channel.session_id
        try:
            return await self._channel.request(method, params, {}, can_resume=True)
        except SessionEnded:
            async with self._negotiating:
                if self._channel.session_id == session:
                    self._channel.session_id = None
                    await self._initialize()
            return await self._channel.request(method, params, {}, can_resume=True)
        except HttpStatus as error:
            raise await self._explain(error) from None

    async def _stateless(
        self,
        method: str,
        params: Mapping[str, Any],
        name: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        meta = {
            **params.get("_meta", {}),
            f"{_META}protocolVersion": STATELESS,
            f"{_META}clientInfo": _CLIENT_INFO,
            f"{_META}clientCapabilities": _STATELESS_CAPABILITIES,
        }
        every = {"MCP-Protocol-Version": STATELESS, "Mcp-Method": method, **(headers or {})}
        if name is not None:
            every["Mcp-Name"] = header_value(name)
        return await self._channel.request(method, {**params, "_meta": meta}, every, can_resume=False)

    async def _negotiate(self) -> None:
        """Find out the revision, and initialize where it has sessions."""
        if self._is_ready:
            return
        async with self._negotiating:
            if self._is_ready:
                return
            if self._known is None and await self._is_stateless():
                self._known = STATELESS
            else:
                await self._initialize()
            self._is_ready = True

    async def _is_stateless(self) -> bool:
        """Whether the server has the stateless revision. Other servers refuse a request without a session, each in
        its own way."""
        try:
            found = await self._stateless("server/discover", {})
        except RpcError as error:
            data = error.data if isinstance(error.data, dict) else {}
            supported = data.get("supported")
            if error.rpc_code == _UNSUPPORTED_PROTOCOL and isinstance(supported, list):
                return self._choose(supported)
            return False
        except (HttpStatus, NotAnMcpServer):
            return False
        supported = found.get("supportedVersions")
        if not isinstance(supported, list):
            return False
        capabilities = found.get("capabilities")
        self._server_capabilities = capabilities if isinstance(capabilities, dict) else {}
        return self._choose(supported)

    @staticmethod
    def _choose(supported: Sequence[Any]) -> bool:
        """Whether the stateless revision is among those of the server. Raises NotAnMcpServer if none of ours is."""
        if STATELESS in supported:
            return True
        if not any(version in supported for version in WITH_SESSIONS):
            raise NotAnMcpServer("The tool server has only revisions of MCP that this client does not have.")
        return False

    async def _initialize(self) -> None:
        channel = self._channel
        channel.session_protocol = None
        params = {
            "protocolVersion": WITH_SESSIONS[-1],
            "capabilities": dict(_CAPABILITIES),
            "clientInfo": dict(_CLIENT_INFO),
        }
        try:
            found = await channel.request("initialize", params, {}, can_resume=False)
        except HttpStatus as error:
            raise await self._explain(error) from None
        except RpcError as error:
            if error.rpc_code == _METHOD_NOT_FOUND:
                raise NotAnMcpServer from None
            raise
        protocol = found.get("protocolVersion")
        if protocol not in WITH_SESSIONS:
            raise NotAnMcpServer("The tool server has only revisions of MCP that this client does not have.")
        capabilities = found.get("capabilities")
        self._server_capabilities = capabilities if isinstance(capabilities, dict) else {}
        self._known = channel.session_protocol = protocol
        await channel.notify("notifications/initialized")

    async def _explain(self, error: HttpStatus | RpcError) -> ServerFailed:
        """The reason for a status with which no server of streamable HTTP answers."""
        if isinstance(error, RpcError):
            return NotAnMcpServer("The tool server has only revisions of MCP that this client does not have.")
        if error.status >= 500:
            return ServerUnreachable(error.message)
        if error.status in (400, 404, 405):
            with suppress(ServerFailed):
                if await self._channel.first_event_of_get() == "endpoint":
                    return NotAnMcpServer(
                        "This server has the old transport, HTTP with SSE of revision 2024-11-05, which is not "
                        "supported. Enter its address for streamable HTTP, which often ends in /mcp."
                    )
        return NotAnMcpServer(f"There is no MCP server at this address: HTTP status {error.status}.")

    async def _prepare_call(self) -> None:
        """Listen to what a server with a session asks outside of its answers, while there are calls."""
        await self._negotiate()
        if self._channel.session_id is None or self._listener is not None:
            return
        opened = anyio.Event()
        self._listener = asyncio.create_task(self._channel.listen(opened))
        with anyio.move_on_after(_END_SECONDS):
            await opened.wait()

    async def _join(self, session_id: str | None) -> None:
        """Go on with a session of another client, in which a task was begun."""
        if session_id is None or self._is_ready:
            return
        self._channel.session_id = session_id
        self._channel.session_protocol = self._known
        self._is_ready = True

    def _note_task(self, task_id: Any, task: Mapping[str, Any]) -> None:
        if isinstance(task_id, str):
            if task.get("status") in _OPEN:
                self._open_tasks.add(task_id)
            else:
                self._open_tasks.discard(task_id)

    async def _answer_server(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """The result of a request that the server sends. Raises RpcError."""
        if method == "ping":
            return {}
        if method != elicitation.METHOD:
            raise RpcError(_METHOD_NOT_FOUND, "Method not found")
        request = {"method": method, "params": params}
        try:
            question = elicitation.read_request(request)
        except elicitation.UnsupportedInput:
            return {"action": "cancel"}
        if self._ask_user is None:
            self.asked_in_vain = True
            return {"action": "cancel"}
        for scope in self._deadlines:
            scope.deadline += HELD_SECONDS
        asked = anyio.current_time()
        answer: InputAnswer | None = None
        with anyio.move_on_after(HELD_SECONDS):
            answer = await self._ask_user(question)
        unused = HELD_SECONDS - (anyio.current_time() - asked)
        for scope in self._deadlines:
            scope.deadline -= max(0.0, unused)
        if answer is None:
            self.asked_in_vain = True
            return {"action": "cancel"}
        return elicitation.to_result(request, answer)


def _add_tool(value: Any, tools: dict[str, ToolDefinition], problems: list[str]) -> None:
    try:
        tool = read_definition(value)
    except BrokenTool as broken:
        name = value.get("name") if isinstance(value, dict) else None
        problems.append(f"The tool {str(name)[:100]!r} was left out. {broken}")
        return
    if tool.name in tools:
        problems.append(f"The tool {tool.name[:100]!r} was left out. Another one of the server has the same name.")
    else:
        tools[tool.name] = tool
