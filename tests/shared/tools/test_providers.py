"""The tools of a turn: the built-in ones, and those of the user's and the operator's servers."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, TypeVar

import pytest
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from infra.local.search_server import results_for
from shared.db.models import ToolServer
from shared.db.repositories import tool_servers
from shared.db.session import transaction
from shared.ids import new_id
from shared.storage import get_object_store
from shared.tools.choice import ChosenTools, ServerTools
from shared.tools.providers import open_providers
from shared.tools.tool import (
    InputAnswer,
    InputRequired,
    ListedTools,
    ToolContext,
    ToolOutcome,
    ToolProvider,
    ToolResult,
)
from tests.support.api import Client
from tests.support.processes import serve
from tests.support.tool_servers import ToolServerUnderTest, follow_authorization, sdk_server
from tests.support.tools import nobody

_T = TypeVar("_T")
PAGE = """<!doctype html><html><head><title>A  page</title><style>p {}</style></head><body><nav>Menu</nav>
<main><h1>Heading</h1><p>First <b>para</b>graph.</p><script>alert(1)</script><ul><li>One</li><li>Two</li></ul></main>
</body></html>"""


async def search(request: Request) -> Response:
    return JSONResponse({"results": [*results_for(request.query_params["q"]), {"title": "No URL"}, None]})


async def page(request: Request) -> Response:
    return HTMLResponse(PAGE)


async def long_page(request: Request) -> Response:
    return HTMLResponse(f"<title>Long</title><p>{'word ' * 10_000}</p>")


async def robots(request: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /private/\n")


async def moved(request: Request) -> Response:
    return RedirectResponse(request.query_params["to"], 302)


async def encoded(request: Request) -> Response:
    parameters = request.query_params
    content_type = f"text/plain; charset={parameters['charset']}"
    return Response(bytes.fromhex(parameters["bytes"]), headers={"content-type": content_type})


async def picture(request: Request) -> Response:
    return Response(b"pixels", media_type="image/png")


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    routes = {
        "/search": search,
        "/page": page,
        "/long": long_page,
        "/private/page": page,
        "/@me/茶 1": page,
        "/robots.txt": robots,
        "/moved": moved,
        "/encoded": encoded,
        "/picture": picture,
    }
    with serve(Starlette(routes=[Route(path, handler) for path, handler in routes.items()])) as url:
        yield url


@pytest.fixture(scope="module")
def server() -> Iterator[ToolServerUnderTest]:
    with sdk_server() as running:
        yield running


def use(context: ToolContext, choice: Sequence[ChosenTools], call: Callable[[ToolProvider], Awaitable[_T]]) -> _T:
    """Use the one provider of a choice."""

    async def main() -> _T:
        (provider,) = await open_providers(context, choice)
        try:
            return await call(provider)
        finally:
            await provider.aclose()

    return asyncio.run(main())


def list_tools(context: ToolContext, *choice: ChosenTools) -> ListedTools:
    return use(context, choice, lambda provider: provider.list())


def call(context: ToolContext, chosen: ChosenTools, name: str, **arguments: Any) -> ToolOutcome:
    async def run(provider: ToolProvider) -> ToolOutcome:
        tools = {tool.name: tool for tool in (await provider.list()).tools}
        return await provider.call(tools[name], arguments, None, "step-1", nobody)

    return use(context, [chosen], run)


def result_of(context: ToolContext, chosen: ChosenTools, name: str, **arguments: Any) -> ToolResult:
    outcome = call(context, chosen, name, **arguments)
    assert isinstance(outcome, ToolResult)
    return outcome


@pytest.fixture
def context(user: Client, conversation_id: str) -> ToolContext:
    return ToolContext(user.get("/user/me").json()["id"], conversation_id, new_id())


def test_a_web_search_has_sources(context: ToolContext, site: str, settings: Callable[..., None]) -> None:
    settings(SEARCH_PROVIDER="searxng", SEARCH_BASE_URL=site)
    result = result_of(context, "web_search", "web_search", query="tea & biscuits")
    assert (result.preview, result.is_error) == ("3 results", False)
    assert [source.url for source in result.sources] == [entry["url"] for entry in results_for("")]
    assert result.text.startswith("What a search engine would find (demonstration)\nhttps://example.com/\n")
    assert "tea & biscuits" in result.text


def test_without_a_search_engine_no_web_search_is_offered(context: ToolContext) -> None:
    listed = list_tools(context, "web_search", "current_time")
    assert [tool.name for tool in listed.tools] == ["current_time"]
    assert listed.problems == ["Web search needs the API key of a search engine: enter one in Settings → Tools."]


def test_a_search_engine_that_fails_is_a_result(context: ToolContext, settings: Callable[..., None]) -> None:
    settings(SEARCH_PROVIDER="searxng", SEARCH_BASE_URL="http://127.0.0.1:9")
    result = result_of(context, "web_search", "web_search", query="tea")
    assert (result.text, result.is_error) == ("The search engine cannot be reached.", True)


def test_a_page_is_read_as_text(context: ToolContext, site: str) -> None:
    result = result_of(context, "fetch_url", "fetch_url", url=f"{site}/page")
    assert result.text == f"A page\n{site}/page\n\nHeading\n\nFirst paragraph.\n\nOne\n\nTwo"
    assert [(source.title, source.url) for source in result.sources] == [("A page", f"{site}/page")]


@pytest.mark.parametrize(
    "path", ["/@me/茶 1#part", "/@me/%E8%8C%B6%201", "/moved?to=/@me/%25E8%258C%25B6%25201%23part"]
)
def test_an_address_is_encoded_as_browsers_do(context: ToolContext, site: str, path: str) -> None:
    (source,) = result_of(context, "fetch_url", "fetch_url", url=f"{site}{path}").sources
    assert (source.title, source.url) == ("A page", f"{site}/@me/%E8%8C%B6%201")


def test_a_compressed_page_is_read(context: ToolContext, site: str) -> None:
    for content, text in ((gzip.compress(b"Tea"), "Tea"), (b"x^2 is a square", "x^2 is a square"), (b"x", "x")):
        url = f"{site}/encoded?charset=utf-8&bytes={content.hex()}"
        assert result_of(context, "fetch_url", "fetch_url", url=url).text == f"{url}\n{url}\n\n{text}"


@pytest.mark.parametrize(
    ("charset", "content", "text"),
    [
        ("utf-7", b"+2D0-", "+2D0-"),
        ("unicode_escape", rb"\ud83d", r"\ud83d"),
        ("idna", b"xn--fsqu00a", "xn--fsqu00a"),
        ("rot13", b"Tea", "Tea"),
        ("no-such-one", b"Tea", "Tea"),
        ("gb2312", "朱镕基".encode("gb18030"), "朱镕基"),
        ("ISO-8859-1", "“10 €”".encode("cp1252"), "“10 €”"),
        ("Shift_JIS", "①茶".encode("cp932"), "①茶"),
        ("utf-16", "茶".encode("utf-16"), "茶"),
    ],
)
def test_a_page_is_decoded_as_browsers_do(
    context: ToolContext, site: str, charset: str, content: bytes, text: str
) -> None:
    url = f"{site}/encoded?charset={charset}&bytes={content.hex()}"
    assert result_of(context, "fetch_url", "fetch_url", url=url).text == f"{url}\n{url}\n\n{text}"


def test_a_long_page_is_cut_and_stored_whole(context: ToolContext, site: str, store_url: str) -> None:
    result = result_of(context, "fetch_url", "fetch_url", url=f"{site}/long")
    assert len(result.text) < 20_200
    (stored,) = result.objects
    assert stored.key.startswith(f"{context.user_id}/{context.conversation_id}/")
    description = get_object_store().describe(stored.key)
    assert description is not None
    assert description.size > 49_000


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/private/page", "robots.txt"),
        ("/moved?to=/private/page", "robots.txt"),
        ("/moved?to=http://[::1", "not a URL"),
        ("/moved?to=http://me@127.0.0.1/page", "user name"),
        ("/moved?to=/moved", "HTTP status 500"),
        ("/picture", "image/png"),
        ("/nothing", "HTTP status 404"),
    ],
)
def test_a_page_that_cannot_be_read_is_a_result(context: ToolContext, site: str, path: str, words: str) -> None:
    result = result_of(context, "fetch_url", "fetch_url", url=f"{site}{path}")
    assert result.is_error
    assert words in result.text


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "https://[::1"]
)
def test_a_private_address_is_not_fetched(context: ToolContext, settings: Callable[..., None], url: str) -> None:
    settings(OUTBOUND_ALLOW_PRIVATE="false")
    assert result_of(context, "fetch_url", "fetch_url", url=url).is_error


def test_only_the_users_own_chats_are_searched(
    context: ToolContext, user: Client, new_user: Callable[[], Client]
) -> None:
    message = {
        "id": "1",
        "parent_id": None,
        "role": "user",
        "content": [{"type": "text", "text": "The secret recipe of grandmother"}],
        "created_at": "2026-01-01T00:00:00Z",
    }
    for owner, title in ((user, "Mine"), (new_user(), "Not mine")):
        response = owner.post("/conversation/import", title=title, messages=[message])
        assert response.status_code == 201, response.text
    result = result_of(context, "search_chats", "search_chats", query="secret recipe")
    assert result.preview == "1 chat"
    assert "Mine (" in result.text
    assert "recipe of grandmother" in result.text
    assert "Not mine" not in result.text


def test_the_time_is_told_in_a_time_zone(context: ToolContext) -> None:
    assert "UTC+0900" in result_of(context, "current_time", "current_time", time_zone="Asia/Tokyo").text
    assert result_of(context, "current_time", "current_time", time_zone="../etc/passwd").is_error


def test_a_missing_argument_is_a_result(context: ToolContext) -> None:
    assert result_of(context, "fetch_url", "fetch_url").text == "The argument 'url' is missing."


def test_a_servers_tools_are_listed_once_and_called(context: ToolContext, user: Client) -> None:
    with sdk_server() as server:
        server_id = user.post("/tool/create", name="Notes", url=server.url, auth="none").json()["id"]
        chosen = ServerTools(server_id=server_id)
        listed = list_tools(context, chosen)
        assert [(tool.name, tool.policy, tool.read_only) for tool in listed.tools] == [
            ("add", "allow", True),
            ("report", "allow", True),
            ("remember", "ask", False),
            ("book", "ask", False),
        ]
        assert result_of(context, chosen, "add", a=1, b=2).text == "3"
    # The list is cached, so that a server that is down does not delay a turn; its calls fail.
    assert len(list_tools(context, chosen).tools) == 4
    assert result_of(context, chosen, "add", a=1, b=2).is_error


def test_a_list_that_cannot_be_read_is_a_problem(context: ToolContext, user: Client) -> None:
    server_id = user.post("/tool/create", name="Gone", url="http://127.0.0.1:9/mcp", auth="none").json()["id"]
    listed = list_tools(context, ServerTools(server_id=server_id))
    assert (listed.tools, listed.problems) == ([], ["Gone: The tool server cannot be reached."])


def test_only_named_tools_that_are_not_denied_are_offered(
    context: ToolContext, user: Client, server: ToolServerUnderTest
) -> None:
    policy = {"remember": "deny", "*": "allow"}
    server_id = user.post("/tool/create", name="N", url=server.url, auth="none", policy=policy).json()["id"]
    tools = list_tools(context, ServerTools(server_id=server_id, names=["remember", "book"])).tools
    assert [(tool.name, tool.policy) for tool in tools] == [("book", "allow")]


def test_another_users_server_has_no_provider(
    context: ToolContext, new_user: Callable[[], Client], server: ToolServerUnderTest
) -> None:
    server_id = new_user().post("/tool/create", name="N", url=server.url, auth="none").json()["id"]
    assert asyncio.run(open_providers(context, [ServerTools(server_id=server_id)])) == []


def test_always_allowing_a_tool_of_an_operators_server_is_the_users_own_choice(
    context: ToolContext, new_user: Callable[[], Client], server: ToolServerUnderTest, database: Engine
) -> None:
    shared = ToolServer(id=new_id(), name="Shared", url=server.url, auth="none", policy={})
    with transaction() as session:
        tool_servers.add_tool_server(session, shared)
    chosen = ServerTools(server_id=shared.id)

    async def allow(provider: ToolProvider) -> None:
        tools = {tool.name: tool for tool in (await provider.list()).tools}
        await provider.allow_always(tools["remember"])

    use(context, [chosen], allow)
    policies = {tool.name: tool.policy for tool in list_tools(context, chosen).tools}
    assert policies == {"add": "allow", "report": "allow", "remember": "allow", "book": "ask"}
    other = ToolContext(new_user().get("/user/me").json()["id"], context.conversation_id, new_id())
    assert {tool.name: tool.policy for tool in list_tools(other, chosen).tools}["remember"] == "ask"


@pytest.mark.parametrize("is_own", [True, False], ids=["own", "operator's"])
def test_always_allowing_a_tool_keeps_what_the_user_chose_meanwhile(
    context: ToolContext, user: Client, server: ToolServerUnderTest, *, is_own: bool
) -> None:
    stored = ToolServer(id=new_id(), name="Notes", url=server.url, auth="none", policy={})
    stored.user_id = context.user_id if is_own else None
    with transaction() as session:
        tool_servers.add_tool_server(session, stored)
    user.post("/tool/update", id=stored.id, policy={"book": "allow"})

    async def allow(provider: ToolProvider) -> None:
        tools = {tool.name: tool for tool in (await provider.list()).tools}
        user.post("/tool/update", id=stored.id, policy={"book": "deny", "add": "ask"})
        await provider.allow_always(tools["remember"])

    use(context, [ServerTools(server_id=stored.id)], allow)
    (shown,) = user.get("/tool").json()["items"]
    assert shown["policy"] == {"book": "deny", "add": "ask", "remember": "allow"}


def test_a_call_that_needs_an_authorization_asks_the_user_to_log_in(context: ToolContext, user: Client) -> None:
    with sdk_server(with_oauth=True) as server:
        server_id = user.post("/tool/create", name="Notes", url=server.url, auth="oauth").json()["id"]
        first = follow_authorization(user.post("/tool/authorize", id=server_id).json()["url"])
        assert user.post("/tool/authorized", **first).status_code == 200
        server.provider.access_tokens.clear()
        server.provider.refresh_tokens.clear()
        chosen = ServerTools(server_id=server_id)
        question = call(context, chosen, "add", a=1, b=2)
        assert isinstance(question, InputRequired)
        assert question.kind == "login"
        assert question.url is not None
        answer = follow_authorization(question.url)
        assert user.post("/tool/authorized", **answer).status_code == 200
        assert result_of(context, chosen, "add", a=1, b=2).text == "3"


@pytest.mark.parametrize("state", [None, {}])
def test_a_login_that_the_user_declines_ends_the_call(
    context: ToolContext, user: Client, server: ToolServerUnderTest, state: dict[str, Any] | None
) -> None:
    server_id = user.post("/tool/create", name="Notes", url=server.url, auth="none").json()["id"]
    server.calls.clear()
    declined = InputAnswer(accepted=False, state=state)

    async def run(provider: ToolProvider) -> Sequence[ToolOutcome]:
        tool = (await provider.list()).tools[0]
        called = await provider.call(tool, {"a": 1, "b": 2}, declined, "step-1", nobody)
        return [called, await provider.poll(tool, {"task_id": "1"}, declined, nobody)]

    result = ToolResult("The user did not log in, so the call was not made.", is_error=True)
    assert use(context, [ServerTools(server_id=server_id)], run) == [result, result]
    assert server.calls == []
