"""The rules of tool servers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from functions.tool.errors import NotYours, ToolServerLimit, error_of
from functions.tool.settings import ToolServerSettings
from shared.auth.claims import Claims
from shared.auth.principal import confirm_login
from shared.config import load
from shared.db.models import ToolServer
from shared.db.models.tool_server import ToolAuth
from shared.db.repositories import tool_servers
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import NotFound
from shared.ids import new_id
from shared.threads import run_in_thread
from shared.tools.stored_server import change_server, check_token, check_url, set_token

# For all requests of one call of ours: the gateway waits 29 s.
CALL_SECONDS = 24.0


@dataclass(frozen=True)
class UsableServer:
    """A server with the policy of the user who asks."""

    server: ToolServer
    policy: Mapping[str, str]


@dataclass(frozen=True)
class NewServer:
    name: str
    url: str
    auth: ToolAuth
    token: str | None
    policy: Mapping[str, str]


@dataclass(frozen=True)
class ServerTest:
    """`failure`: its code and message."""

    protocol: str | None
    tools: Sequence[Mapping[str, Any]]
    problems: Sequence[str]
    failure: tuple[str, str] | None


def list_servers(session: Session, user_id: str) -> Sequence[UsableServer]:
    """The operator's servers, then the user's."""
    policies = tool_servers.list_policies(session, user_id)
    servers = tool_servers.list_tool_servers(session, user_id)
    return [UsableServer(server, _policy(server, policies)) for server in servers]


def create_server(session: Session, user_id: str, new: NewServer) -> UsableServer:
    """A server with `auth: bearer` may be created before its token is known, as by an import. Raises UnsafeUrl,
    TokenUnused, ToolServerLimit."""
    check_url(new.url)
    if new.token is not None:
        check_token(new.auth, new.token)
    if tool_servers.lock_and_count_tool_servers(session, user_id) >= load(ToolServerSettings).tool_servers_per_user:
        raise ToolServerLimit
    now = utc_now()
    server = ToolServer(
        id=new_id(),
        user_id=user_id,
        name=new.name,
        url=new.url,
        auth=new.auth,
        policy=dict(new.policy),
        created_at=now,
        updated_at=now,
    )
    set_token(server, new.token)
    tool_servers.add_tool_server(session, server)
    return UsableServer(server, server.policy)


def update_server(session: Session, user_id: str, server_id: str, changes: Mapping[str, Any]) -> UsableServer:
    """Change the named attributes, of which `policy` replaces the whole policy.

    Raises NotFound, UnsafeUrl, TokenNeeded, TokenUnused, NotYours.
    """
    server = tool_servers.lock_tool_server(session, user_id, server_id)
    if server is None:
        return _update_policy(session, user_id, server_id, changes)
    change_server(server, changes)
    server.policy = dict(changes.get("policy", server.policy))
    return UsableServer(server, server.policy)


def _update_policy(session: Session, user_id: str, server_id: str, changes: Mapping[str, Any]) -> UsableServer:
    """Change the user's own policy for a server of the operator. Raises NotFound, NotYours."""
    found = tool_servers.find_usable_servers(session, user_id, [server_id])
    if not found:
        raise NotFound
    if others := changes.keys() - {"policy"}:
        raise NotYours(others)
    if "policy" in changes:
        tool_servers.write_policy(session, user_id, server_id, changes["policy"])
    return UsableServer(found[0], _policy(found[0], tool_servers.list_policies(session, user_id)))


def delete_servers(session: Session, user_id: str, server_ids: Sequence[str]) -> int:
    return tool_servers.delete_tool_servers(session, user_id, server_ids)


async def test_server(
    claims: Claims, server_id: str | None, url: str | None, auth: ToolAuth | None, token: str | None
) -> ServerTest:
    """Connect to a stored server, whose list of tools is stored, or to one that is being written.

    Raises TokenRevoked, NotFound, UnsafeUrl, TokenNeeded, TokenUnused, RateLimited.
    """
    server = await run_in_thread(_server_to_test, claims, server_id, url, auth, token)
    from shared.tools.errors import AuthorizationRequired, ServerFailed
    from shared.tools.http import time_limit
    from shared.tools.mcp.connection import ServerConnection  # Loads HTTP; only calls to a server need it.

    # Without the cached revision, so that the answer says what the server has now.
    server.tools_expire_at = None
    connection = ServerConnection(server)
    try:
        with time_limit(CALL_SECONDS):
            listed = await connection.list_tools()
    except AuthorizationRequired:
        words = "Connect the server first." if server.auth == "oauth" else "The server refused the access token."
        words = "The server requires authorization." if server.auth == "none" else words
        return ServerTest(None, (), (), (AuthorizationRequired.code, words))
    except ServerFailed as error:
        return ServerTest(None, (), (), (error.code, error.message))
    finally:
        await connection.aclose()
    return ServerTest(server.protocol, [tool.to_json() for tool in listed.tools], listed.problems, None)


async def start_authorization(claims: Claims, server_id: str) -> str:
    """The URL at which the user authorizes access. Raises TokenRevoked, NotFound, RateLimited, and an error of
    `SERVER_ERRORS`."""
    server = await run_in_thread(_server_to_test, claims, server_id, None, None, None)
    from shared.tools.errors import ServerFailed
    from shared.tools.http import time_limit
    from shared.tools.mcp import credentials

    if server.user_id is None or server.auth != "oauth":
        raise NotFound
    try:
        with time_limit(CALL_SECONDS):
            return await credentials.start_authorization(server, await _challenge(server.url))
    except ServerFailed as error:
        raise error_of(error) from None


async def _challenge(url: str) -> str:
    """The server's refusal of a request without a token, which names its authorization server and scopes."""
    from shared.tools.errors import AuthorizationRequired
    from shared.tools.mcp.client import McpClient

    client = McpClient(url, None)
    try:
        await client.list_tools()
    except AuthorizationRequired as required:
        return required.challenge
    finally:
        await client.aclose()
    return ""


async def finish_authorization(claims: Claims, state: str, code: str, iss: str | None) -> UsableServer:
    """Exchange the code for tokens and list the tools with them. Raises TokenRevoked, NotFound for an unknown state,
    RateLimited, and an error of `SERVER_ERRORS`."""
    await run_in_thread(confirm_and_count, claims)
    from shared.tools.errors import ServerFailed
    from shared.tools.http import time_limit
    from shared.tools.mcp import credentials

    try:
        with time_limit(CALL_SECONDS):
            server = await credentials.finish_authorization(claims.user_id, state, code, iss)
            if server is None:
                raise NotFound
            await _list_tools(server)
    except ServerFailed as error:
        raise error_of(error) from None
    return UsableServer(server, server.policy)


async def _list_tools(server: ToolServer) -> None:
    from shared.tools.mcp.connection import ServerConnection

    connection = ServerConnection(server)
    try:
        await connection.list_tools()
    finally:
        await connection.aclose()


def _server_to_test(
    claims: Claims, server_id: str | None, url: str | None, auth: ToolAuth | None, token: str | None
) -> ToolServer:
    confirm_and_count(claims)
    if server_id is not None:
        with transaction() as session:
            found = tool_servers.find_usable_servers(session, claims.user_id, [server_id])
        if not found:
            raise NotFound
        return found[0]
    assert url is not None
    assert auth is not None
    check_url(url)
    if auth == "bearer" or token is not None:
        check_token(auth, token)
    server = ToolServer(id="", user_id=claims.user_id, name="", url=url, auth=auth, policy={})
    set_token(server, token)
    return server


def confirm_and_count(claims: Claims) -> None:
    """Check the login, and count a call to a server that is about to be made. Raises TokenRevoked, RateLimited."""
    with transaction() as session:
        confirm_login(session, claims)
    with transaction() as session:
        load(ToolServerSettings).checks.consume(session, claims.user_id, utc_now())


def _policy(server: ToolServer, policies: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    return server.policy if server.user_id is not None else policies.get(server.id, server.policy)
