"""The tool calls over HTTP."""

from collections.abc import Mapping
from typing import Any

from functions.tool import search, service
from functions.tool.errors import SERVER_ERRORS, ToolServerLimit
from functions.tool.schemas import (
    AuthorizationUrl,
    AuthorizeBody,
    AuthorizedBody,
    CreateServerBody,
    DeleteServersBody,
    PolicyValue,
    SaveSearchEngineBody,
    SearchEngineOut,
    SearchTestResult,
    ServerTestResult,
    TestServerBody,
    ToolOut,
    ToolServerList,
    ToolServerOut,
    UpdateServerBody,
)
from shared.chat.reply import ErrorOut
from shared.db.models import SearchEngine, ToolServer
from shared.errors import RateLimited
from shared.schemas import Deleted
from shared.tools.stored_server import UnsafeUrl
from shared.web.dependencies import CurrentUser, DbSession, TokenUser
from shared.web.responses import OWN_THING, WITH_TOKEN, error_responses
from shared.web.routing import Router

router = Router("tool", responses=error_responses(*WITH_TOKEN))
_CREATE = error_responses(*WITH_TOKEN, ToolServerLimit, UnsafeUrl)
_UPDATE = error_responses(*OWN_THING, UnsafeUrl)
_TEST = error_responses(*OWN_THING, UnsafeUrl, RateLimited)
_SAVE_ENGINE = error_responses(*WITH_TOKEN, UnsafeUrl)
_TEST_ENGINE = error_responses(*OWN_THING, RateLimited)
_AUTHORIZE = error_responses(*OWN_THING, RateLimited, *SERVER_ERRORS)


@router.get("")
def list_servers(session: DbSession, caller: CurrentUser) -> ToolServerList:
    """List tool servers.

    The operator's (`offered`), then the caller's, oldest first. A token is never sent back: `token_hint` has its last
    4 characters. `tools` are those of the last `test`, or of the last turn that listed them.
    """
    return ToolServerList(items=[_server(found) for found in service.list_servers(session, caller.user_id)])


@router.post("/create", status_code=201, responses=_CREATE)
def create_server(body: CreateServerBody, session: DbSession, caller: CurrentUser) -> ToolServerOut:
    """Create a tool server.

    `url` is that of an MCP server with streamable HTTP, which is not called yet: `test` lists its tools, and
    `authorize` begins its authorization with `auth: oauth`. The token of `auth: bearer` is stored encrypted. `policy`
    has for the name of a tool, or for `*`, whether it may be called (`allow`), only after the user approved the call
    (`ask`), or never (`deny`); a tool without one may be called if it says that it only reads, and asks otherwise.
    """
    new = service.NewServer(body.name, body.url, body.auth, body.token, body.policy or {})
    return _server(service.create_server(session, caller.user_id, new))


@router.post("/update", responses=_UPDATE)
def update_server(body: UpdateServerBody, session: DbSession, caller: CurrentUser) -> ToolServerOut:
    """Change a tool server.

    Fields that are absent stay as they are; `policy` replaces the whole policy. A `url` on another server needs the
    token, or the authorization, again. Of a server of the operator only `policy` can be changed, for the caller.
    """
    fields = ("name", "url", "auth", "token", "policy")
    changes = {name: value for name in fields if (value := getattr(body, name)) is not None}
    return _server(service.update_server(session, caller.user_id, body.id, changes))


@router.post("/delete")
def delete_servers(body: DeleteServersBody, session: DbSession, caller: CurrentUser) -> Deleted:
    """Delete tool servers.

    With their tokens. Ids that are not the caller's are ignored; `deleted` counts the others.
    """
    return Deleted(deleted=service.delete_servers(session, caller.user_id, body.ids))


@router.post("/test", responses=_TEST)
async def test_server(body: TestServerBody, user: TokenUser) -> ServerTestResult:
    """Test the connection to a tool server.

    Connects to a stored one (`id`), whose `tools` are stored, or to the one at `url`, and lists its tools. A failure of
    the server is a result with `error`, not an HTTP error; its codes are `tool_unreachable`, `tool_auth`,
    `not_an_mcp_server` and `tool_error`.
    """
    result = await service.test_server(user, body.id, body.url, body.auth, body.token)
    if result.failure is not None:
        code, message = result.failure
        return ServerTestResult(ok=False, error=ErrorOut(code=code, message=message))
    return ServerTestResult(
        ok=True,
        protocol=result.protocol,
        tools=[_tool(tool) for tool in result.tools],
        problems=list(result.problems) or None,
    )


@router.post("/authorize", responses=_AUTHORIZE)
async def start_authorization(body: AuthorizeBody, user: TokenUser) -> AuthorizationUrl:
    """Begin the authorization of a tool server.

    The client opens `url` in the browser; it comes back to the site with `state`, `code` and perhaps `iss`, for
    `authorized`.
    """
    return AuthorizationUrl(url=await service.start_authorization(user, body.id))


@router.post("/authorized", responses=_AUTHORIZE)
async def finish_authorization(body: AuthorizedBody, user: TokenUser) -> ToolServerOut:
    """Finish the authorization of a tool server.

    Exchanges the code for tokens, which are stored encrypted, and lists the server's tools. A `state` can be used
    once.
    """
    return _server(await service.finish_authorization(user, body.state, body.code, body.iss))


@router.get("/search")
def get_search_engine(session: DbSession, caller: CurrentUser) -> SearchEngineOut:
    """Get the search engine of the caller.

    The tool `web_search` uses it, else that of the operator. An API key is never sent back: `api_key_hint` has its
    last 4 characters.
    """
    return _search_engine(search.find_engine(session, caller.user_id))


@router.post("/search/save", responses=_SAVE_ENGINE)
def save_search_engine(body: SaveSearchEngineBody, session: DbSession, caller: CurrentUser) -> SearchEngineOut:
    """Create or replace the search engine of the caller.

    The API key is stored encrypted. SearXNG has none, and needs a `base_url`.
    """
    return _search_engine(search.save_engine(session, caller.user_id, body.provider, body.api_key, body.base_url))


@router.post("/search/delete")
def delete_search_engine(session: DbSession, caller: CurrentUser) -> Deleted:
    """Delete the search engine of the caller.

    With its API key. `deleted` is 0 where there is none.
    """
    return Deleted(deleted=search.delete_engine(session, caller.user_id))


@router.post("/search/test", responses=_TEST_ENGINE)
async def test_search_engine(user: TokenUser) -> SearchTestResult:
    """Test the search engine of the caller.

    Searches once with it, or with that of the operator where the caller has none. A failure of the search engine is a
    result with `error`, not an HTTP error; its codes are `tool_unreachable`, `tool_auth`, `tool_error` and
    `api_key_unreadable`.
    """
    result = await search.test_engine(user)
    if result.failure is not None:
        code, message = result.failure
        return SearchTestResult(ok=False, error=ErrorOut(code=code, message=message))
    return SearchTestResult(ok=True, results=result.results)


def _search_engine(engine: SearchEngine | None) -> SearchEngineOut:
    if engine is None:
        return SearchEngineOut(offered=search.is_offered())
    return SearchEngineOut(
        offered=search.is_offered(),
        provider=engine.provider,
        base_url=engine.base_url,
        api_key_hint=engine.api_key_hint,
    )


def _server(found: service.UsableServer) -> ToolServerOut:
    server = found.server
    is_own = server.user_id is not None
    return ToolServerOut(
        id=server.id,
        name=server.name,
        url=server.url if is_own else "",
        auth=server.auth,
        token_hint=server.token_hint if is_own else None,
        connected=_is_connected(server),
        tools=[_tool(tool) for tool in server.tools or ()],
        policy=_policy(found.policy),
        offered=None if is_own else True,
        created_at=server.created_at,
    )


def _is_connected(server: ToolServer) -> bool:
    if server.auth == "oauth":
        return server.oauth_expires_at is not None
    return server.auth == "none" or server.token_encrypted is not None


def _policy(policy: Mapping[str, str]) -> dict[str, PolicyValue]:
    values: Mapping[str, PolicyValue] = {"allow": "allow", "ask": "ask", "deny": "deny"}
    return {name: values[value] for name, value in policy.items()}


def _tool(tool: Mapping[str, Any]) -> ToolOut:
    title = tool["title"] if tool["title"] != tool["name"] else None
    return ToolOut(name=tool["name"], title=title, description=tool["description"], read_only=tool["read_only"])
