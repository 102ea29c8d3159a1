"""A user's own search engine: stored, tested, and used by the tool `web_search` before the operator's."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.ids import new_id
from shared.tools.builtin.search import find_configured_engine
from shared.tools.providers import open_providers
from shared.tools.tool import ListedTools, ToolContext, ToolResult
from tests.support.api import Client, error_code
from tests.support.log_watch import keep_secret
from tests.support.processes import serve
from tests.support.tools import nobody

Settings = Callable[..., None]
KEY = "a-search-key-of-the-user-0001"
RESULT = {"title": "Tea", "url": "https://example.com/tea", "description": "About tea"}


class SearchServer:
    """Brave's API, for one key."""

    def __init__(self) -> None:
        self.keys: list[str | None] = []
        self.base_url = ""

    async def search(self, request: Request) -> Response:
        key = request.headers.get("x-subscription-token")
        self.keys.append(key)
        if key != KEY:
            return JSONResponse({}, 401)
        return JSONResponse({"web": {"results": [RESULT, RESULT]}})


@pytest.fixture
def server() -> Iterator[SearchServer]:
    running = SearchServer()
    with serve(Starlette(routes=[Route("/res/v1/web/search", running.search)])) as running.base_url:
        yield running


def save(user: Client, **fields: Any) -> dict[str, Any]:
    if "api_key" in fields:
        keep_secret(fields["api_key"])
    response = user.post("/tool/search/save", **fields)
    assert response.status_code == 200, response.text
    saved: dict[str, Any] = response.json()
    return saved


def search(user: Client) -> tuple[ListedTools, ToolResult | None]:
    """The tools that a turn is offered, and the result of a search."""
    context = ToolContext(user.get("/user/me").json()["id"], new_id(), new_id())

    async def run() -> tuple[ListedTools, ToolResult | None]:
        (provider,) = await open_providers(context, ["web_search"])
        listed = await provider.list()
        if not listed.tools:
            return listed, None
        outcome = await provider.call(listed.tools[0], {"query": "tea"}, None, "step-1", nobody)
        assert isinstance(outcome, ToolResult)
        return listed, outcome

    return asyncio.run(run())


def refused_field(user: Client, **fields: Any) -> str:
    response = user.post("/tool/search/save", **fields)
    assert error_code(response) == "validation_error"
    field: str = response.json()["error"]["details"][0]["field"]
    return field


def test_the_key_is_stored_encrypted_and_never_sent_back(user: Client, database: Engine) -> None:
    assert user.get("/tool/search").json() == {"offered": False}
    saved = save(user, provider="brave", api_key=KEY)
    assert saved == {"offered": False, "provider": "brave", "api_key_hint": "0001"}
    assert user.get("/tool/search").json() == saved
    with database.connect() as connection:
        (stored,) = connection.execute(text("SELECT api_key_encrypted FROM search_engines")).one()
    assert KEY not in stored
    assert user.post("/tool/search/delete").json() == {"deleted": 1}
    assert user.post("/tool/search/delete").json() == {"deleted": 0}
    assert user.get("/tool/search").json() == {"offered": False}


def test_the_users_engine_is_used_before_the_operators(user: Client, server: SearchServer, settings: Settings) -> None:
    settings(SEARCH_PROVIDER="brave", SEARCH_API_KEY="a-key-of-the-operator", SEARCH_BASE_URL=server.base_url)
    keep_secret("a-key-of-the-operator")
    assert user.get("/tool/search").json() == {"offered": True}
    assert user.post("/tool/search/test").json()["error"]["code"] == "tool_auth"
    save(user, provider="brave", api_key=KEY, base_url=f"{server.base_url}/")
    _, result = search(user)
    assert result is not None
    assert [source.url for source in result.sources] == [RESULT["url"]] * 2
    assert user.post("/tool/search/test").json() == {"ok": True, "results": 2}
    user.post("/tool/search/delete")
    search(user)
    assert server.keys == ["a-key-of-the-operator", KEY, KEY, "a-key-of-the-operator"]


def test_another_user_does_not_search_with_it(
    user: Client, new_user: Callable[[], Client], server: SearchServer
) -> None:
    other = new_user()
    save(user, provider="brave", api_key=KEY, base_url=server.base_url)
    assert other.get("/tool/search").json() == {"offered": False}
    assert other.post("/tool/search/test").status_code == 404
    assert other.post("/tool/search/delete").json() == {"deleted": 0}
    listed, _ = search(other)
    assert (listed.tools, len(listed.problems)) == ([], 1)


def test_each_provider_has_an_address_of_its_own(user: Client) -> None:
    user_id = user.get("/user/me").json()["id"]
    for provider in ("brave", "tavily", "exa", "serper", "bocha"):
        save(user, provider=provider, api_key=KEY)
        engine = find_configured_engine(user_id)
        assert engine is not None
        assert (engine.provider, engine.api_key) == (provider, KEY)
        assert engine.base_url.startswith("https://")


def test_a_stored_key_stays_with_its_server(user: Client) -> None:
    assert refused_field(user, provider="brave") == "api_key"
    save(user, provider="brave", api_key=KEY)
    assert refused_field(user, provider="tavily") == "api_key"
    assert refused_field(user, provider="brave", base_url="https://relay.example.com") == "api_key"
    assert save(user, provider="brave")["api_key_hint"] == "0001"
    assert "api_key_hint" not in save(user, provider="searxng", base_url="https://search.example.com")
    assert refused_field(user, provider="brave") == "api_key"


def test_searxng_has_an_address_and_no_key(user: Client) -> None:
    assert refused_field(user, provider="searxng") == "base_url"
    url = "https://search.example.com"
    assert refused_field(user, provider="searxng", base_url=url, api_key=KEY) == "api_key"
    assert save(user, provider="searxng", base_url=url) == {"offered": False, "provider": "searxng", "base_url": url}


def test_an_address_that_must_not_be_called_is_refused(user: Client, settings: Settings) -> None:
    settings(OUTBOUND_ALLOW_HTTP="false", OUTBOUND_ALLOW_PRIVATE="false")
    response = user.post("/tool/search/save", provider="searxng", base_url="https://169.254.169.254")
    assert error_code(response) == "unsafe_url"
    assert response.json()["error"]["details"][0]["field"] == "base_url"


def test_a_test_names_the_failure(user: Client, server: SearchServer, settings: Settings) -> None:
    save(user, provider="brave", api_key="a-wrong-key-0002", base_url=server.base_url)
    error = user.post("/tool/search/test").json()["error"]
    assert error == {"code": "tool_auth", "message": "The search engine refused its API key."}
    save(user, provider="brave", api_key=KEY, base_url="http://127.0.0.1:9")
    assert user.post("/tool/search/test").json()["error"]["code"] == "tool_unreachable"
    settings(API_KEY_ENCRYPTION_KEYS="bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleTA=")
    assert user.post("/tool/search/test").json()["error"]["code"] == "api_key_unreadable"
    listed, _ = search(user)
    assert "enter it again" in listed.problems[0]


def test_tests_are_limited_per_user(user: Client, settings: Settings) -> None:
    settings(TOOL_CHECKS_PER_USER_PER_HOUR="1")
    save(user, provider="brave", api_key=KEY, base_url="http://127.0.0.1:9")
    assert user.post("/tool/search/test").json()["ok"] is False
    assert error_code(user.post("/tool/search/test")) == "rate_limited"
