"""Validation and comparison of the base URLs of model servers.

Does not import the HTTP client at load time: most requests of a function that can receive a base URL carry none.
"""

import re

from shared.config import load
from shared.llm.errors import UnsafeBaseUrl
from shared.outbound.addresses import is_allowed_url
from shared.outbound.settings import OutboundSettings


def check_base_url(base_url: str) -> None:
    """Refuse a base URL that outbound requests could never use. Raises UnsafeBaseUrl.

    This gives a user an error when the form is saved. The security check is made by the transport
    (shared.outbound.transport), for every connection.
    """
    import httpx2

    # Characters that two URL parsers could read differently are refused first. A query would end up in front of the
    # API's paths.
    if re.search(r"[^\x21-\x7e]|[\\?#@]", base_url):
        raise UnsafeBaseUrl
    try:
        allowed = is_allowed_url(httpx2.URL(base_url), load(OutboundSettings))
    except httpx2.InvalidURL:
        raise UnsafeBaseUrl from None
    if not allowed:
        raise UnsafeBaseUrl


def is_same_server(base_url: str, other: str) -> bool:
    """Whether two base URLs that passed `check_base_url` have the same scheme, host and port."""
    import httpx2

    one, two = httpx2.URL(base_url), httpx2.URL(other)
    # A scheme's default port is None, given or not.
    return (one.scheme, one.raw_host, one.port) == (two.scheme, two.raw_host, two.port)
