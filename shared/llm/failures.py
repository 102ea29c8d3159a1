"""Error mapping: a provider's HTTP refusal, or a broken connection to it, as a ProviderError.

One mapping for our own client (shared.llm.provider) and for OpenAI's SDK (shared.llm.sdk), so that a wrong key reads
the same wherever it is met.
"""

import json

import httpx2

from shared.llm.endpoint import ModelEndpoint, ModelServer
from shared.llm.errors import (
    NotAnApi,
    ProviderAuth,
    ProviderBadRequest,
    ProviderError,
    ProviderRateLimited,
    ProviderTimeout,
    ProviderUnreachable,
    Redirected,
    UnknownModel,
)
from shared.outbound.transport import UnsafeAddress

# Of a refusal's body: more than anybody wrote for a person or a program to read.
MAX_REFUSAL_BYTES = 64 * 1024
_MAX_QUOTED = 300


class Refusal:
    """An answer whose status is not one of success: its status, its text, and the provider's words and code in it."""

    def __init__(self, status: int, content_type: str, text: str) -> None:
        self.status = status
        self.text = text
        # A provider's own words; where it sent something else, a web page say, there are none.
        self.message: str | None = None
        self.code: object = None
        if "json" in content_type:
            self.message, self.code = _reason(text)


def _reason(text: str) -> tuple[str | None, object]:
    """The message of a refusal and its code, in the forms that servers use: `{"error": {"message", "code"}}`,
    `{"error": "..."}`, `{"message"}`, `{"detail"}`, or the message alone."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return None, None
    if isinstance(body, dict) and body.get("error"):
        body = body["error"]
    code = None
    if isinstance(body, dict):
        code, body = body.get("code"), body.get("message") or body.get("detail")
    return (body if isinstance(body, str) and body.strip() else None), code


def error_of_refusal(endpoint: ModelEndpoint | ModelServer, refusal: Refusal) -> ProviderError:
    status = refusal.status
    quoted = quote(endpoint, refusal.message)
    if status in (401, 403):
        return ProviderAuth(quoted)
    if status == 429:
        return ProviderRateLimited(quoted)
    if status == 408:
        return ProviderTimeout()
    if status == 404 and "model" in f"{refusal.message} {refusal.code}".lower():
        return UnknownModel(quoted)
    if status in (404, 405):
        return NotAnApi()
    if 300 <= status < 400:
        return Redirected()
    if 400 <= status < 500:
        return ProviderBadRequest(quoted)
    return ProviderError(quoted)


def error_of_connection(error: httpx2.HTTPError) -> ProviderError:
    if isinstance(error, httpx2.TimeoutException):
        return ProviderTimeout()
    if isinstance(error, UnsafeAddress):
        return ProviderUnreachable("The model's server is not at a public address, so it is not called.")
    return ProviderUnreachable()


def quote(endpoint: ModelEndpoint | ModelServer, words: object) -> str | None:
    """A provider's words about its own error, for the user whose provider it is: at most 300 characters, the API key
    masked. None for the operator's provider, whose words may name the operator's account or key."""
    if endpoint.is_default or not isinstance(words, str):
        return None
    if endpoint.api_key:
        words = words.replace(endpoint.api_key, "…")
    words = "".join(character if character.isprintable() else " " for character in storable(words))
    return words[:_MAX_QUOTED]


def storable(text: str) -> str:
    """The text with a `?` for each lone surrogate: JSON can carry one; no database and no UTF-8 can."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
