"""A stored tool server that is listed or called: its token, its client, and its cached list of tools."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from shared.db.models import ToolServer
from shared.db.repositories import tool_servers
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.threads import run_in_thread
from shared.tools.errors import AuthorizationRequired
from shared.tools.mcp import credentials
from shared.tools.mcp.client import McpClient, ToolList
from shared.tools.mcp.schema import ToolDefinition
from shared.tools.tool import AskUser

_T = TypeVar("_T")

# Seconds for which a list is used where the server does not say, and at most. It is read again before that when a call
# shows that it has changed.
_DEFAULT_LIST_SECONDS = 3600.0
_MAX_LIST_SECONDS = 24 * 3600.0


class ServerConnection:
    """A client of one server, opened at the first request. Raises ServerFailed."""

    def __init__(self, server: ToolServer, ask_user: AskUser | None = None) -> None:
        self.server = server
        self._ask_user = ask_user
        self._client: McpClient | None = None
        self._token: str | None = None

    async def run(self, call: Callable[[McpClient], Awaitable[_T]]) -> _T:
        """Run a call. A refused access token is refreshed once: a server that refuses it has not run the request.

        Raises AuthorizationRequired where the user has to authorize.
        """
        if self._client is None:
            self._open(await credentials.access_token(self.server))
        assert self._client is not None
        try:
            return await call(self._client)
        except AuthorizationRequired as required:
            if self._token is None or "insufficient_scope" in required.challenge:
                raise
            token = await credentials.refreshed_token(self.server, rejected=self._token)
            if token is None:
                raise
        await self._client.aclose()
        self._open(token)
        return await call(self._client)

    def _open(self, token: str | None) -> None:
        self._token = token
        self._client = McpClient(self.server.url, token, protocol=self._known_protocol(), ask_user=self._ask_user)

    def _known_protocol(self) -> str | None:
        # A list that has expired is the time to find out whether the server has a newer revision.
        return self.server.protocol if self.cached_tools() is not None else None

    def cached_tools(self) -> Sequence[ToolDefinition] | None:
        """The stored list of tools; None when there is none, or when it has expired."""
        expire_at = self.server.tools_expire_at
        if self.server.tools is None or expire_at is None or expire_at <= utc_now():
            return None
        return self.stored_tools()

    def stored_tools(self) -> Sequence[ToolDefinition]:
        """The stored list of tools, also when it has expired."""
        return [ToolDefinition.from_json(tool) for tool in self.server.tools or ()]

    async def list_tools(self) -> ToolList:
        """Read the list of tools from the server, and store it."""
        listed = await self.run(McpClient.list_tools)
        assert self._client is not None
        await run_in_thread(self._store, self._client.protocol, listed)
        return listed

    def _store(self, protocol: str | None, listed: ToolList) -> None:
        seconds = _DEFAULT_LIST_SECONDS if listed.ttl_seconds is None else min(listed.ttl_seconds, _MAX_LIST_SECONDS)
        tools = [tool.to_json() for tool in listed.tools]
        expire_at = utc_now() + timedelta(seconds=seconds)
        server = self.server
        with transaction() as session:
            tool_servers.write_tool_list(session, server.user_id, server.id, server.url, protocol, tools, expire_at)
        server.protocol, server.tools, server.tools_expire_at = protocol, tools, expire_at

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()
