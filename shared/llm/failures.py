"""Error mapping: a provider's refusal, or a broken connection to it, as a ProviderError in the provider's own words.

One mapping for our own client (shared.llm.provider) and for OpenAI's SDK (shared.llm.sdk), so that a wrong key reads
the same wherever it is met.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from shared.db.types import utc_now
from shared.llm.endpoint import ModelEndpoint, ModelServer
from shared.llm.errors import (
    NotAnApi,
    ProviderAuth,
    ProviderBadRequest,
    ProviderBusy,
    ProviderError,
    ProviderRateLimited,
    ProviderTimeout,
    ProviderUnreachable,
    Redirected,
    UnknownModel,
    WebPageInstead,
)
from shared.outbound.transport import UnsafeAddress
from shared.surrogates import without_lone_surrogates

# Limit of a refusal's body: more than anybody wrote for a person or a program to read.
MAX_REFUSAL_BYTES = 64 * 1024
_MAX_QUOTED = 300
# A shorter one may be a word of the language ("key", "none"), which masking would remove everywhere.
_MIN_MASKED_CHARACTERS = 8
_MAX_DEPTH = 8
_MAX_FINDINGS = 5
_MAX_RETRY_SECONDS = 365 * 24 * 3600
# The places of servers' words in a body, the most telling first.
_WORD_FIELDS = (
    "error",
    "errors",
    "message",
    "detail",
    "msg",
    "error_msg",
    "error_message",
    "error_description",
    "status_msg",
    "title",
)
# Better than no words at all.
_CODE_FIELDS = ("reason", "code", "type")
_GENERIC = re.compile(r"[\W_]*(not[ _]?found|no route.*|404.*page not found|method not allowed)[\W_]*", re.IGNORECASE)
_WEB_PAGE = re.compile(r"\s*(<!doctype|<html|<head|<body|<\?xml)", re.IGNORECASE)
_CHALLENGE = re.compile(r"cloudflare|cf-chl|just a moment|captcha", re.IGNORECASE)


@dataclass(frozen=True)
class Refusal:
    """A provider's error: the status, the text, and what the text says.

    `words` are for a person, None where it is no error of an API; `code` and `param` as the provider names them.
    `retry_after` in seconds.
    """

    status: int
    text: str
    is_json: bool = False
    words: str | None = None
    code: object = None
    param: str | None = None
    retry_after: float | None = None


def read_refusal(status: int, headers: Mapping[str, str], text: str) -> Refusal:
    """The content type is not looked at: providers send JSON under any."""
    body = _parsed(text)
    is_json = isinstance(body, dict | list | str)
    words = words_of(body) if is_json else _plain_words(text)
    return Refusal(
        status=status,
        text=text,
        is_json=is_json,
        words=words,
        code=next(_named(body, "code"), None) or next(_named(body, "type"), None),
        param=_param(body),
        retry_after=_retry_after(headers),
    )


def error_of_refusal(endpoint: ModelEndpoint | ModelServer, refusal: Refusal) -> ProviderError:
    error = _error_of_refusal(refusal.status, refusal, quote(endpoint, refusal.words))
    error.status = refusal.status
    error.retry_after = None if refusal.retry_after is None else math.ceil(refusal.retry_after)
    return error


def error_of_value(endpoint: ModelEndpoint | ModelServer, value: object) -> ProviderError:
    """The error in JSON that came with a status of success; its own code is the status, where it is one."""
    code = next(_named(value, "code"), None)
    status = _int(code)
    words = quote(endpoint, words_of(value))
    if status is None or not 400 <= status < 600:
        return ProviderError(words)
    error = _error_of_refusal(status, Refusal(status, "", is_json=True, words=words, code=code), words)
    error.status = status
    return error


def error_of_connection(error: httpx2.HTTPError) -> ProviderError:
    if isinstance(error, httpx2.TimeoutException):
        return ProviderTimeout()
    if isinstance(error, UnsafeAddress):
        return ProviderUnreachable("The model's server is not at a public address, so it is not called.")
    return ProviderUnreachable()


_ERRORS: Mapping[int, type[ProviderError]] = {
    401: ProviderAuth,
    403: ProviderAuth,
    408: ProviderTimeout,
    429: ProviderRateLimited,
    503: ProviderBusy,
    504: ProviderTimeout,
    529: ProviderBusy,
}


def _error_of_refusal(status: int, refusal: Refusal, quoted: str | None) -> ProviderError:
    if not refusal.is_json and _WEB_PAGE.match(refusal.text):
        is_challenge = bool(_CHALLENGE.search(refusal.text))
        if is_challenge or status not in _ERRORS:
            return WebPageInstead(is_challenge=is_challenge)
    if status in _ERRORS:
        return _ERRORS[status](quoted)
    if status in (404, 405):
        return _error_of_missing(refusal, quoted)
    if 300 <= status < 400:
        return Redirected()
    return ProviderBadRequest(quoted) if status < 500 else ProviderError(quoted)


def _error_of_missing(refusal: Refusal, quoted: str | None) -> ProviderError:
    """The error for the status 404 or 405: a JSON error proves that it is an API; one that says no more than its status
    is another path's."""
    if not refusal.is_json or refusal.words is None:
        return NotAnApi()
    if "model" in f"{refusal.words} {refusal.code}".lower():
        return UnknownModel(quoted)
    if quoted is not None and _GENERIC.fullmatch(quoted):
        return ProviderBadRequest(f"{quoted} (Most base URLs end in /v1.)")
    return ProviderBadRequest(quoted)


def quote(endpoint: ModelEndpoint | ModelServer, words: object) -> str | None:
    """A provider's words about its own error, for the user whose provider it is: at most 300 characters, the API key
    and the values of headers masked. None for the operator's provider, whose words may name the operator's account or
    key."""
    if endpoint.is_operators or not isinstance(words, str):
        return None
    for secret in (endpoint.api_key, *endpoint.headers.values()):
        if len(secret) >= _MIN_MASKED_CHARACTERS:
            words = words.replace(secret, "…")
    words = "".join(character if character.isprintable() else " " for character in without_lone_surrogates(words))
    return " ".join(words.split())[:_MAX_QUOTED] or None


def _parsed(text: str) -> Any:
    """The JSON value of a text; of several, or of server-sent events, the first. None: it is none."""
    text = text.removeprefix("\ufeff").strip()
    if not text.startswith(("{", "[", '"')):
        text = next((line[5:].strip() for line in text.splitlines() if line.startswith("data:")), "")
    try:
        return json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None


def _plain_words(text: str) -> str | None:
    """All words of an error in plain text; None for a page, broken JSON, and what is no text."""
    text = text.strip()
    is_other = (
        _WEB_PAGE.match(text) or text.startswith(("{", "[")) or text == "null" or "\ufffd" in text or "\0" in text
    )
    return None if is_other else text or None


def words_of(value: object, depth: int = 0) -> str | None:
    """The words of an error in the shapes that servers use: `{"error": {"message"}}`, `{"error": "..."}`,
    `{"detail": [{"loc", "msg"}]}` (FastAPI, Mistral), `[{"error"}]` (Gemini), `{"errors": [...]}`, JSON inside a
    string, and `metadata.raw`, in which OpenRouter passes on what its upstream answered."""
    if depth > _MAX_DEPTH:
        return None
    if isinstance(value, str):
        nested = _parsed(value) if value.lstrip().startswith(("{", "[")) else None
        inner = words_of(nested, depth + 1) if isinstance(nested, dict | list) else None
        return inner or value.strip() or None
    if isinstance(value, list):
        found = [words for item in value[:_MAX_FINDINGS] if (words := words_of(item, depth + 1))]
        return "; ".join(dict.fromkeys(found)) or None
    if not isinstance(value, dict):
        return None
    words = next((words for name in _WORD_FIELDS if (words := words_of(value.get(name), depth + 1))), None)
    if isinstance(value.get("error"), str) and (more := words_of(value.get("message"), depth + 1)) and more != words:
        words = f"{words}: {more}"  # `{"error": "Bad Request", "message": [...]}`, of NestJS.
    metadata = value.get("metadata")
    if isinstance(metadata, dict) and (raw := words_of(metadata.get("raw"), depth + 1)):
        words = f"{words}: {raw}" if words else raw
    location = value.get("loc")
    if words and isinstance(location, list):
        words = f"{words} ({'.'.join(map(str, location))})"
    if words is None:
        rest: list[Any] = [item for item in value.values() if isinstance(item, dict | list)]
        rest += [value[name] for name in _CODE_FIELDS if isinstance(value.get(name), str)]
        words = next((words for item in rest if (words := words_of(item, depth + 1))), None)
    return words


def _named(value: object, name: str, depth: int = 0) -> Iterator[Any]:
    """The values under a name, from the outside inwards, which are not empty."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        if value.get(name) not in (None, "", {}, []):
            yield value[name]
        for item in value.values():
            yield from _named(item, name, depth + 1)
    elif isinstance(value, list):
        for item in value[:_MAX_FINDINGS]:
            yield from _named(item, name, depth + 1)


def _param(body: object) -> str | None:
    """The request's field that an error names: `param`, or the end of FastAPI's `loc`."""
    for param in _named(body, "param"):
        if isinstance(param, str):
            return param.rpartition(".")[2]
    for location in _named(body, "loc"):
        if isinstance(location, list) and location and isinstance(location[-1], str):
            return location[-1]
    return None


def _int(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from `Retry-After` (seconds or a date, RFC 9110 10.2.3) or OpenAI's `retry-after-ms`."""
    try:
        if "retry-after-ms" in headers:
            seconds = float(headers["retry-after-ms"]) / 1000
        else:
            given = headers.get("retry-after", "").strip()
            if not given:
                return None
            seconds = _seconds_until(given) if given[0].isalpha() else float(given)
    except (ValueError, OverflowError):
        return None
    return max(0.0, seconds) if seconds <= _MAX_RETRY_SECONDS else None


def _seconds_until(date: str) -> float:
    """Raises ValueError."""
    moment = parsedate_to_datetime(date)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return (moment - utc_now()).total_seconds()
