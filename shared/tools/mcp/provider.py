"""The tools of an MCP server in a turn."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from shared.db.models import ToolServer
from shared.db.repositories import tool_servers
from shared.db.session import transaction
from shared.ids import new_id
from shared.storage import get_object_store
from shared.storage.images import image_prefix
from shared.storage.object_store import ObjectStoreUnavailable
from shared.threads import run_in_thread
from shared.tools.choice import ChosenTools, ServerTools
from shared.tools.errors import AuthorizationRequired, ServerFailed
from shared.tools.mcp import credentials
from shared.tools.mcp.calls import ServerCalls
from shared.tools.mcp.client import McpClient
from shared.tools.mcp.connection import ServerConnection
from shared.tools.mcp.result import Blob
from shared.tools.mcp.schema import ToolDefinition
from shared.tools.policy import effective_policy
from shared.tools.tool import (
    AskUser,
    InputAnswer,
    InputRequired,
    ListedTools,
    Tool,
    ToolContext,
    ToolObject,
    ToolOutcome,
    ToolProvider,
    ToolResult,
)

_log = logging.getLogger(__name__)

# Media types that a browser shows or plays, and the suffix of their objects. Any other is stored as a download: a page
# of the server's own (HTML, SVG) must not run scripts on the store's origin.
_SUFFIXES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "audio/ogg": "ogg",
    "application/pdf": "pdf",
}
_DOWNLOAD = "application/octet-stream"
_NO_LOGIN = "The user did not log in, so the call was not made."


async def open_servers(context: ToolContext, choice: Sequence[ChosenTools]) -> Sequence[ToolProvider]:
    """A provider for each server that a call names and that is the user's or the operator's."""
    named = {chosen.server_id: chosen.names for chosen in choice if isinstance(chosen, ServerTools)}
    if not named:
        return []
    servers, policies = await run_in_thread(_find, context.user_id, list(named))
    return [
        ServerProvider(context, server, policies.get(server.id, {}), named[server.id])
        for server in sorted(servers, key=lambda server: list(named).index(server.id))
    ]


def _find(user_id: str, server_ids: Sequence[str]) -> tuple[Sequence[ToolServer], Mapping[str, Mapping[str, str]]]:
    with transaction() as session:
        servers = tool_servers.find_usable_servers(session, user_id, server_ids)
        policies = dict(tool_servers.list_policies(session, user_id))
    own = {server.id: server.policy for server in servers if server.user_id is not None}
    return servers, {**policies, **own}


class ServerProvider:
    """A `ToolProvider` for one server."""

    def __init__(
        self,
        context: ToolContext,
        server: ToolServer,
        policy: Mapping[str, str],
        names: Sequence[str] | None,
    ) -> None:
        self._context = context
        self._server = server
        self._policy = dict(policy)
        self._names = names
        # Askers of the calls that run, the newest last. A server does not name the call that it asks the user for.
        self._askers: list[AskUser] = []
        self._connection = ServerConnection(server, self._ask_user)
        self._definitions: Mapping[str, ToolDefinition] = {}

    async def list(self) -> ListedTools:
        problems: Sequence[str] = ()
        tools = self._connection.cached_tools()
        if tools is None:
            try:
                listed = await self._connection.list_tools()
                tools, problems = listed.tools, listed.problems
            except ServerFailed as error:
                # An expired list is better than none: the server may be back when it is called.
                tools = self._connection.stored_tools()
                problems = [f"{self._server.name}: {error.message}"]
        self._definitions = {tool.name: tool for tool in tools}
        offered = [self._tool(tool) for tool in tools if self._names is None or tool.name in self._names]
        return ListedTools([tool for tool in offered if tool.policy != "deny"], problems)

    async def call(
        self,
        tool: Tool,
        arguments: Mapping[str, Any],
        answer: InputAnswer | None,
        idempotency_key: str,
        ask_user: AskUser,
    ) -> ToolOutcome:
        if _is_declined_login(answer):
            return ToolResult(_NO_LOGIN, is_error=True)
        definition = await self._definition(tool)

        async def call(client: McpClient) -> ToolOutcome:
            return await ServerCalls(client, self._store).call(definition, arguments, answer, idempotency_key)

        return await self._outcome(call, ask_user)

    async def poll(
        self, tool: Tool, handle: Mapping[str, Any], answer: InputAnswer | None, ask_user: AskUser
    ) -> ToolOutcome:
        if _is_declined_login(answer):
            return ToolResult(_NO_LOGIN, is_error=True)

        async def poll(client: McpClient) -> ToolOutcome:
            return await ServerCalls(client, self._store).poll(handle, answer)

        return await self._outcome(poll, ask_user)

    async def allow_always(self, tool: Tool) -> None:
        self._policy[tool.name] = "allow"
        await run_in_thread(self._allow, tool.name)

    async def aclose(self) -> None:
        await self._connection.aclose()

    async def _ask_user(self, question: InputRequired) -> InputAnswer | None:
        return await self._askers[-1](question) if self._askers else None

    async def _outcome(self, call: Callable[[McpClient], Awaitable[ToolOutcome]], ask_user: AskUser) -> ToolOutcome:
        self._askers.append(ask_user)
        try:
            return await self._connection.run(call)
        except AuthorizationRequired as required:
            return await self._login(required)
        except ServerFailed as error:
            return ToolResult(error.message, is_error=True)
        finally:
            self._askers.remove(ask_user)

    async def _login(self, required: AuthorizationRequired) -> ToolOutcome:
        if self._server.auth != "oauth" or self._server.user_id is None:
            return ToolResult(f"{self._server.name} refused the access token.", is_error=True)
        try:
            url = await credentials.start_authorization(self._server, required.challenge)
        except ServerFailed as error:
            return ToolResult(error.message, is_error=True)
        return InputRequired("login", f"Connect {self._server.name}, then go on.", url=url)

    async def _definition(self, tool: Tool) -> ToolDefinition:
        """The server's own definition, which another process may have listed."""
        known = self._definitions or {tool.name: tool for tool in self._connection.stored_tools()}
        if tool.name in known:
            return known[tool.name]
        return ToolDefinition(tool.name, tool.title, tool.description, tool.parameters, tool.read_only, tool.idempotent)

    def _tool(self, definition: ToolDefinition) -> Tool:
        return Tool(
            name=definition.name,
            title=definition.title,
            description=definition.description,
            parameters=definition.parameters,
            read_only=definition.read_only,
            idempotent=definition.idempotent,
            server_id=self._server.id,
            policy=effective_policy(self._policy, definition.name, read_only=definition.read_only),
        )

    def _allow(self, name: str) -> None:
        """Change the stored policy, which may be newer than the turn's."""
        user_id, server_id = self._context.user_id, self._server.id
        with transaction() as session:
            if self._server.user_id is None:
                policy = tool_servers.lock_policy(session, user_id, server_id)
                tool_servers.write_policy(session, user_id, server_id, {**policy, name: "allow"})
                return
            server = tool_servers.lock_tool_server(session, user_id, server_id)
            if server is not None:
                server.policy = {**server.policy, name: "allow"}

    async def _store(self, blob: Blob) -> ToolObject | None:
        """Store an image or file under the conversation's prefix, with which it is deleted."""
        suffix = _SUFFIXES.get(blob.media_type, "bin")
        media_type = blob.media_type if blob.media_type in _SUFFIXES else _DOWNLOAD
        store = get_object_store()
        if len(blob.content) > store.max_image_bytes:
            return None
        key = f"{image_prefix(self._context.user_id, self._context.conversation_id)}{new_id()}.{suffix}"
        try:
            await run_in_thread(store.put, key, blob.content, media_type)
        except ObjectStoreUnavailable:
            _log.warning("an object of a tool's result was not stored")
            return None
        return ToolObject(key, media_type, blob.name)


def _is_declined_login(answer: InputAnswer | None) -> bool:
    """Whether the user declined what the call needs first. A declined request of the server's own is reported to it."""
    return answer is not None and not answer.accepted and "requests" not in (answer.state or {})
