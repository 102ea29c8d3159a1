"""Search engines for `web_search`: an adapter each, which makes a request and reads the results.

The requests are as in the vendors' references: api-dashboard.search.brave.com, docs.tavily.com, docs.exa.ai,
serper.dev, docs.searxng.org/dev/search_api, open.bochaai.com.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from shared.config import load
from shared.crypto.encryption import decrypt_secret
from shared.db.models.search_engine import EngineName
from shared.db.repositories import search_engines
from shared.db.session import transaction
from shared.tools.errors import AuthorizationRequired, ServerFailed, ServerUnreachable
from shared.tools.http import exchange, time_limit
from shared.tools.settings import ToolSettings

MAX_RESULTS = 8
_SECONDS = 20.0
_MAX_TITLE, _MAX_SNIPPET = 200, 600


@dataclass(frozen=True)
class SearchResult:
    """`date`: as the engine has it, None where it has none."""

    title: str
    url: str
    snippet: str
    date: str | None


@dataclass(frozen=True)
class _Request:
    method: str
    url: str
    headers: Mapping[str, str]
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class _Engine:
    """`request`: of a query, with the address and the API key. `path`: of the list of results in the answer.
    `fields`: where title, URL, snippet and date are in a result; the first that is there."""

    url: str
    request: Callable[[str, str, str], _Request]
    path: Sequence[str]
    fields: tuple[Sequence[str], Sequence[str], Sequence[str], Sequence[str]]


def _brave(url: str, key: str, query: str) -> _Request:
    parameters = urlencode({"q": query, "count": MAX_RESULTS, "text_decorations": "false"})
    return _Request("GET", f"{url}/res/v1/web/search?{parameters}", {"X-Subscription-Token": key})


def _tavily(url: str, key: str, query: str) -> _Request:
    body = {"query": query, "max_results": MAX_RESULTS, "search_depth": "basic"}
    return _Request("POST", f"{url}/search", {"Authorization": f"Bearer {key}"}, body)


def _exa(url: str, key: str, query: str) -> _Request:
    body = {"query": query, "numResults": MAX_RESULTS, "contents": {"text": {"maxCharacters": _MAX_SNIPPET}}}
    return _Request("POST", f"{url}/search", {"x-api-key": key}, body)


def _serper(url: str, key: str, query: str) -> _Request:
    return _Request("POST", f"{url}/search", {"X-API-KEY": key}, {"q": query, "num": MAX_RESULTS})


def _searxng(url: str, _key: str, query: str) -> _Request:
    return _Request("GET", f"{url}/search?{urlencode({'q': query, 'format': 'json'})}", {})


def _bocha(url: str, key: str, query: str) -> _Request:
    body = {"query": query, "count": MAX_RESULTS, "summary": False}
    return _Request("POST", f"{url}/v1/web-search", {"Authorization": f"Bearer {key}"}, body)


_ENGINES: Mapping[EngineName, _Engine] = {
    "brave": _Engine(
        "https://api.search.brave.com",
        _brave,
        ("web", "results"),
        (("title",), ("url",), ("description",), ("page_age", "age")),
    ),
    "tavily": _Engine(
        "https://api.tavily.com", _tavily, ("results",), (("title",), ("url",), ("content",), ("published_date",))
    ),
    "exa": _Engine(
        "https://api.exa.ai", _exa, ("results",), (("title",), ("url",), ("text", "summary"), ("publishedDate",))
    ),
    "serper": _Engine(
        "https://google.serper.dev", _serper, ("organic",), (("title",), ("link",), ("snippet",), ("date",))
    ),
    "searxng": _Engine("", _searxng, ("results",), (("title",), ("url",), ("content",), ("publishedDate",))),
    "bocha": _Engine(
        "https://api.bochaai.com",
        _bocha,
        ("data", "webPages", "value"),
        (("name",), ("url",), ("snippet",), ("datePublished", "dateLastCrawled")),
    ),
}


@dataclass(frozen=True)
class ConfiguredEngine:
    """A search engine with what its calls need. `base_url`: without a slash at its end."""

    provider: EngineName
    api_key: str
    base_url: str


def find_configured_engine(user_id: str) -> ConfiguredEngine | None:
    """The user's own search engine, else the operator's; None where there is neither. Reads the database.

    Raises UnreadableApiKey.
    """
    with transaction() as session:
        own = search_engines.find_search_engine(session, user_id)
    if own is not None:
        api_key = "" if own.api_key_encrypted is None else decrypt_secret(user_id, own.api_key_encrypted)
        return _configured(own.provider, api_key, own.base_url)
    settings = load(ToolSettings)
    if settings.search_provider == "none" or not settings.has_search_engine:
        return None
    base_url = None if settings.search_base_url == "auto" else settings.search_base_url
    return _configured(settings.search_provider, settings.search_api_key.get_secret_value(), base_url)


def _configured(provider: EngineName, api_key: str, base_url: str | None) -> ConfiguredEngine:
    return ConfiguredEngine(provider, api_key, (base_url or _ENGINES[provider].url).rstrip("/"))


async def search(configured: ConfiguredEngine, query: str) -> Sequence[SearchResult]:
    """At most 8 results, best first. Raises ServerFailed."""
    engine = _ENGINES[configured.provider]
    request = engine.request(configured.base_url, configured.api_key, query)
    headers = {"Accept": "application/json", "Content-Type": "application/json", **request.headers}
    content = None if request.body is None else json.dumps(request.body).encode()
    try:
        with time_limit(_SECONDS):
            async with exchange(request.method, request.url, headers, content) as answer:
                if answer.status != 200:
                    raise _refusal(answer.status)
                found = await answer.json()
    except ServerUnreachable:
        raise ServerUnreachable("The search engine cannot be reached.") from None
    return _read(engine, found)


def _refusal(status: int) -> ServerFailed:
    if status in (401, 403):
        return AuthorizationRequired(message="The search engine refused its API key.")
    if status in (402, 429):
        return ServerFailed("The search engine's quota is used up for now.")
    return ServerFailed(f"The search engine answered with HTTP status {status}.")


def _read(engine: _Engine, found: Any) -> Sequence[SearchResult]:
    for name in engine.path:
        found = found.get(name) if isinstance(found, dict) else None
    results: list[SearchResult] = []
    for entry in found if isinstance(found, list) else []:
        if not isinstance(entry, dict):
            continue
        title, url, snippet, date = (_first(entry, names) for names in engine.fields)
        if url.startswith(("https://", "http://")):
            results.append(SearchResult(title[:_MAX_TITLE] or url, url, snippet[:_MAX_SNIPPET], date[:40] or None))
    return results[:MAX_RESULTS]


def _first(entry: Mapping[str, Any], names: Sequence[str]) -> str:
    value = next((entry[name] for name in names if isinstance(entry.get(name), str)), "")
    return " ".join(value.split())
