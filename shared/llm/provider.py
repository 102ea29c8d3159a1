"""Calling a model: an OpenAI-compatible server's streamed answer as a few plain values.

The SDK makes the request and sorts its errors. The stream is read here: the wire format is a line of
JSON per token, and only a few fields of it matter.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Literal
from weakref import WeakKeyDictionary

import httpx2
import openai
from openai import AsyncOpenAI

from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import (
    ProviderAuth,
    ProviderBadRequest,
    ProviderError,
    ProviderRateLimited,
    ProviderTimeout,
    ProviderUnreachable,
)
from shared.llm.outbound import outbound_client

# One event of a stream; the longest real ones carry a few kilobytes.
_MAX_LINE_BYTES = 1024 * 1024
_MAX_QUOTED = 300


@dataclass(frozen=True)
class Delta:
    """Text as the model wrote it: of its answer (`delta`) or of its reasoning."""

    kind: Literal["delta", "reasoning"]
    text: str


@dataclass(frozen=True)
class Usage:
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True)
class Finished:
    """The end of an answer. `finish_reason` as the provider named it: stop, length, ..."""

    finish_reason: str
    usage: Usage | None


async def stream_chat(
    endpoint: ModelEndpoint, messages: Sequence[Mapping[str, Any]]
) -> AsyncGenerator[Delta | Finished, None]:
    """A model's answer to `messages` (OpenAI's chat format): Deltas, then one Finished.

    Raises ProviderError, at any point. Close it (`aclosing`) to hang up.
    """
    try:
        try:
            async with aclosing(_stream(endpoint, messages, with_usage=True)) as events:
                async for event in events:
                    yield event
        except openai.BadRequestError as error:
            # An older server that does not know the option; it has not streamed anything.
            if "stream_options" not in error.response.text:
                raise
            async with aclosing(_stream(endpoint, messages, with_usage=False)) as events:
                async for event in events:
                    yield event
    except (openai.APITimeoutError, httpx2.TimeoutException):
        raise ProviderTimeout from None
    except (openai.APIConnectionError, httpx2.HTTPError):
        raise ProviderUnreachable from None
    except openai.APIStatusError as error:
        raise _from_status(endpoint, error) from None
    except openai.OpenAIError:
        raise ProviderError from None


async def _stream(
    endpoint: ModelEndpoint, messages: Sequence[Mapping[str, Any]], *, with_usage: bool
) -> AsyncGenerator[Delta | Finished, None]:
    client = AsyncOpenAI(
        # Some servers take no key; the SDK insists on one.
        api_key=endpoint.api_key or "none",
        base_url=endpoint.base_url,
        http_client=_http_client(),
        max_retries=0,
    )
    options: dict[str, Any] = {"stream_options": {"include_usage": True}} if with_usage else {}
    async with client.chat.completions.with_streaming_response.create(
        model=endpoint.model,
        messages=messages,  # type: ignore[arg-type] # plain dicts of the same shape
        stream=True,
        extra_body=endpoint.params.extra_body,
        **options,
        **endpoint.params.request_fields(),
    ) as response:
        async with aclosing(_read_events(endpoint, response.http_response)) as events:
            async for event in events:
                yield event


async def _read_events(endpoint: ModelEndpoint, response: httpx2.Response) -> AsyncGenerator[Delta | Finished, None]:
    finish_reason: str | None = None
    usage: Usage | None = None
    ended = False
    async for data in _read_data(response):
        if data == "[DONE]":
            ended = True
            break
        chunk = _parse(data)
        if chunk.get("error"):
            raise ProviderError(_quote(endpoint, chunk["error"]))
        usage = _usage(chunk.get("usage")) or usage
        choices = chunk.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict):
            continue
        # A server that does not stream answers with the whole `message`.
        delta = choice.get("delta") or choice.get("message")
        if isinstance(delta, dict):
            for kind, text in (
                ("reasoning", delta.get("reasoning_content") or delta.get("reasoning")),
                ("delta", delta.get("content")),
            ):
                if isinstance(text, str) and text:
                    yield Delta(kind, _storable(text))  # type: ignore[arg-type] # one of the two above
        if isinstance(choice.get("finish_reason"), str):
            finish_reason = choice["finish_reason"][:64]
    if finish_reason is None and not ended:
        raise ProviderUnreachable("The model's answer broke off before its end.")
    yield Finished(finish_reason or "stop", usage)


async def _read_data(response: httpx2.Response) -> AsyncIterator[str]:
    """The `data` of each server-sent event, or the whole body where the server sent plain JSON."""
    content_type = response.headers.get("content-type", "")
    if "html" in content_type:
        raise ProviderError("This address does not answer like an OpenAI-compatible API.")
    whole = "application/json" in content_type
    rest = bytearray()
    async for part in response.aiter_raw():
        rest += part
        if not whole:
            *lines, tail = rest.split(b"\n")
            rest = bytearray(tail)
            for line in lines:
                if line.startswith(b"data:"):
                    yield _decode(line[5:])
        if len(rest) > (_MAX_LINE_BYTES * 16 if whole else _MAX_LINE_BYTES):
            raise ProviderError("The model's server sent something that is not a stream of messages.")
    if whole:
        yield _decode(rest)
        yield "[DONE]"
    elif rest.startswith(b"data:"):
        yield _decode(rest[5:])


def _decode(data: bytes | bytearray) -> str:
    return data.decode("utf-8", "replace").strip()


def _parse(data: str) -> dict[str, Any]:
    try:
        chunk = json.loads(data)
    except (ValueError, RecursionError):
        chunk = None
    if not isinstance(chunk, dict):
        raise ProviderError("This address does not answer like an OpenAI-compatible API.")
    return chunk


def _usage(value: object) -> Usage | None:
    if not isinstance(value, dict):
        return None
    prompt, completion = value.get("prompt_tokens"), value.get("completion_tokens")
    return Usage(prompt, completion) if isinstance(prompt, int) and isinstance(completion, int) else None


def _storable(text: str) -> str:
    """JSON can carry half a surrogate pair; no database and no UTF-8 can."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _from_status(endpoint: ModelEndpoint, error: openai.APIStatusError) -> ProviderError:
    status = error.status_code
    quoted = _quote(endpoint, error.body)
    if status in (401, 403):
        return ProviderAuth(quoted)
    if status == 429:
        return ProviderRateLimited(quoted)
    if status == 408:
        return ProviderTimeout()
    if 400 <= status < 500:
        return ProviderBadRequest(quoted)
    return ProviderError(quoted)


def _quote(endpoint: ModelEndpoint, body: object) -> str | None:
    """What a provider says of its own error, for the user whose provider it is."""
    if endpoint.is_default:
        return None  # It may name the operator's account or key.
    said = body.get("message") if isinstance(body, dict) else body
    if not isinstance(said, str) or not said.strip():
        return None
    if endpoint.api_key:
        said = said.replace(endpoint.api_key, "…")
    said = "".join(character if character.isprintable() else " " for character in _storable(said))
    return said[:_MAX_QUOTED]


_http_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx2.AsyncClient] = WeakKeyDictionary()


def _http_client() -> httpx2.AsyncClient:
    """One client for each event loop, so that a warm instance keeps its connections to a provider."""
    loop = asyncio.get_running_loop()
    client = _http_clients.get(loop)
    if client is None:
        client = _http_clients[loop] = outbound_client()
    return client
