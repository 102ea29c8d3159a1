"""Base URLs of model servers: correction, validation, comparison, and the URLs of requests made from them.

Does not import the HTTP client at load time: most requests of a function that can receive a base URL carry none.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_plus, urlencode

from shared.config import load
from shared.llm.errors import UnsafeBaseUrl
from shared.outbound.addresses import violation_of_text
from shared.outbound.settings import OutboundSettings

if TYPE_CHECKING:
    import httpx2

# Scheme and authority, path, query and fragment. The authority is not corrected: two parsers might differ about it.
_PARTS = re.compile(r"([a-z][a-z0-9+.-]*://[^/?#\s]+)(/[^?#]*)?(\?[^#]*)?(#.*)?", re.IGNORECASE | re.DOTALL)
# Characters of no width, which copying from a web page brings along and `strip` does not remove.
_BLANK = "\u200b\u200c\u200d\u2060\ufeff"
# Vendors print the whole URL of the endpoint, and users paste it.
_ENDPOINT = re.compile(r"(/chat)?/completions/?$", re.IGNORECASE)


def normalize_base_url(text: str) -> str:
    """A base URL without what is pasted along with it: white space around it and in its path, doubled slashes, a slash
    or `/chat/completions` at the end. A query (`?api-version=` at Azure) is kept. What is not a URL stays as it is.
    """
    text = text.strip().strip(_BLANK).strip()
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return text
    server, path, query, fragment = parts.groups(default="")
    path = re.sub(f"[\\s{_BLANK}]", "", path)
    path = _ENDPOINT.sub("", re.sub("/{2,}", "/", path)).rstrip("/")
    return f"{server}{path}{'' if query == '?' else query}{fragment}"


def check_base_url(base_url: str) -> None:
    """Refuse a base URL that outbound requests could never use. Raises UnsafeBaseUrl, which names the broken rule.

    This gives a user an error when the form is saved. The security check is made by the transport
    (shared.outbound.transport), for every connection.
    """
    rule = violation_of_text(base_url, load(OutboundSettings))
    if rule is not None:
        raise UnsafeBaseUrl(details=[{"field": "base_url", "message": rule}])


def is_same_server(base_url: str, other: str) -> bool:
    """Whether two base URLs that passed `check_base_url` have the same scheme, host and port."""
    import httpx2

    one, two = httpx2.URL(base_url), httpx2.URL(other)
    # A scheme's default port is None, given or not.
    return (one.scheme, one.raw_host, one.port) == (two.scheme, two.raw_host, two.port)


def request_url(base_url: str, query: Mapping[str, str], path: str) -> "httpx2.URL":
    """The URL of a request to `path`, such as `chat/completions`.

    `base_url` need not be mended: one may have been stored before, and the operator's is a setting. Its own query comes
    first; a name that is in `query` as well has the value of `query`.
    """
    return _request_url(base_url, tuple(query.items()), path)


@lru_cache(maxsize=256)
def _request_url(base_url: str, query: tuple[tuple[str, str], ...], path: str) -> "httpx2.URL":
    import httpx2

    address, _, own_query = normalize_base_url(base_url).partition("?")
    replaced = {name for name, _ in query}
    pairs = [pair for pair in own_query.split("&") if pair and unquote_plus(pair.partition("=")[0]) not in replaced]
    if query:
        pairs.append(urlencode(query, quote_via=quote))
    return httpx2.URL(f"{address}/{path}{'?' if pairs else ''}{'&'.join(pairs)}")
