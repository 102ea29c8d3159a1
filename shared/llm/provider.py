"""Calling a model: an OpenAI-compatible server's streamed answer as a few plain values.

The SDK makes the request and sorts its errors. The request's body and the stream are handled here: both are
plain JSON, of which few fields matter, and what the SDK's typed methods do with every message and token of
it costs more than all else in a turn.
"""

import asyncio
import json
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing, suppress
from typing import Any, cast
from weakref import WeakKeyDictionary

import anyio
import httpx2
import openai
from openai import AsyncOpenAI, AsyncStream

from shared.llm.answer import Delta, Finished, Usage
from shared.llm.endpoint import ModelEndpoint
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
from shared.llm.outbound import UnsafeAddress, outbound_client
from shared.logging import fields

_log = logging.getLogger(__name__)

# One event of a stream; the longest real ones carry a few kilobytes.
_MAX_LINE_BYTES = 1024 * 1024
_MAX_QUOTED = 300
_END_SECONDS = 0.05


async def stream_chat(
    endpoint: ModelEndpoint, messages: Sequence[Mapping[str, Any]]
) -> AsyncGenerator[Delta | Finished, None]:
    """A model's answer to `messages` (OpenAI's chat format): Deltas, then one Finished.

    Raises ProviderError, at any point. Close it (`aclosing`) to hang up.
    """
    options: dict[str, Any] = {"stream_options": {"include_usage": True}, **endpoint.params.request_fields()}
    try:
        while True:
            try:
                async with aclosing(_stream(endpoint, messages, options)) as events:
                    async for event in events:
                        yield event
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                # It has not streamed anything.
                if not _adapt(options, error.response.text):
                    raise
            else:
                return
    except (openai.OpenAIError, httpx2.HTTPError) as error:
        raise _failure(endpoint, error) from None


def _adapt(options: dict[str, Any], complaint: str) -> bool:
    """Change the option that a server says it does not take; whether there was one to change."""
    if "stream_options" in options and "stream_options" in complaint:
        del options["stream_options"]  # Older servers; they do not report usage.
        return True
    if "max_tokens" in options and "max_completion_tokens" in complaint:
        options["max_completion_tokens"] = options.pop("max_tokens")  # OpenAI's reasoning models.
        return True
    return False


async def _stream(
    endpoint: ModelEndpoint, messages: Sequence[Mapping[str, Any]], options: Mapping[str, Any]
) -> AsyncGenerator[Delta | Finished, None]:
    body = {
        "model": endpoint.model,
        "messages": messages,
        "stream": True,
        **options,
        **(endpoint.params.extra_body or {}),
    }
    answer = await _client().post(
        f"{endpoint.base_url.removesuffix('/')}/chat/completions",
        body=body,
        # Some servers take no key; the SDK insists on one.
        options={"headers": {"Authorization": f"Bearer {endpoint.api_key or 'none'}"}},
        cast_to=httpx2.Response,
        stream=True,
        stream_cls=AsyncStream[Any],
    )
    # Asked for a response, the SDK gives it as it is, also where its types promise a stream.
    response = cast("httpx2.Response", answer)
    try:
        async with aclosing(_read_events(endpoint, response)) as events:
            async for event in events:
                yield event
    finally:
        await response.aclose()


async def _read_events(endpoint: ModelEndpoint, response: httpx2.Response) -> AsyncGenerator[Delta | Finished, None]:
    finish_reason: str | None = None
    usage: Usage | None = None
    # Something that only such an API sends has come.
    answered = "event-stream" in response.headers.get("content-type", "")
    ended = False
    # As the transport gives it: what httpx2 puts around it costs as much as reading it.
    assert isinstance(response.stream, httpx2.AsyncByteStream)
    parts = aiter(response.stream)
    async for data in _read_data(response, parts):
        if data == "[DONE]":
            ended = True
            break
        chunk = _parse(data)
        if chunk.get("error"):
            failure = chunk["error"]
            raise ProviderError(_quote(endpoint, failure.get("message") if isinstance(failure, dict) else failure))
        usage = _usage(chunk.get("usage")) or usage
        choices = chunk.get("choices")
        answered = answered or isinstance(choices, list)
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict):
            continue
        for delta in _deltas(choice):
            yield delta
        if isinstance(choice.get("finish_reason"), str):
            finish_reason = choice["finish_reason"][:64]
    if not answered:
        raise NotAnApi
    if finish_reason is None and not ended:
        raise ProviderUnreachable("The model's answer broke off before its end.")
    await _read_to_its_end(parts)
    yield Finished(finish_reason or "stop", usage)


async def _read_to_its_end(parts: AsyncIterator[bytes]) -> None:
    """Take what follows a stream's last event, its end, which has come with it as a rule.

    Only then can the connection be used again; another would cost the next turn a handshake.
    """
    # The answer is whole: a connection that breaks now is none to use again, and no more.
    with anyio.move_on_after(_END_SECONDS), suppress(httpx2.HTTPError):
        async for _ in parts:
            pass


def _deltas(choice: Mapping[str, Any]) -> Iterator[Delta]:
    # A server that does not stream answers with the whole `message`.
    delta = choice.get("delta") or choice.get("message")
    if not isinstance(delta, dict):
        return
    reasoning, text = delta.get("reasoning_content") or delta.get("reasoning"), delta.get("content")
    if isinstance(reasoning, str) and reasoning:
        yield Delta("reasoning", _storable(reasoning))
    if isinstance(text, str) and text:
        yield Delta("delta", _storable(text))


async def _read_data(response: httpx2.Response, parts: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """The `data` of each server-sent event, or the whole body where the server sent plain JSON."""
    content_type = response.headers.get("content-type", "")
    if "html" in content_type:
        raise NotAnApi
    whole = "application/json" in content_type
    rest = bytearray()
    async for part in parts:
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
        raise NotAnApi
    return chunk


def _usage(value: object) -> Usage | None:
    if not isinstance(value, dict):
        return None
    prompt, completion = value.get("prompt_tokens"), value.get("completion_tokens")
    return Usage(prompt, completion) if isinstance(prompt, int) and isinstance(completion, int) else None


def _storable(text: str) -> str:
    """JSON can carry half a surrogate pair; no database and no UTF-8 can."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _failure(endpoint: ModelEndpoint, error: openai.OpenAIError | httpx2.HTTPError) -> ProviderError:
    if isinstance(error, (openai.APITimeoutError, httpx2.TimeoutException)):
        return ProviderTimeout()
    if isinstance(error, (openai.APIConnectionError, httpx2.HTTPError)):
        if isinstance(error.__cause__, UnsafeAddress):
            return ProviderUnreachable("The model's server is not at a public address, so it is not called.")
        return ProviderUnreachable()
    if isinstance(error, openai.APIStatusError):
        return _from_status(endpoint, error)
    return ProviderError()


def _from_status(endpoint: ModelEndpoint, error: openai.APIStatusError) -> ProviderError:
    status = error.status_code
    said = _said(error)
    quoted = _quote(endpoint, said)
    if status in (401, 403):
        return ProviderAuth(quoted)
    if status == 429:
        return ProviderRateLimited(quoted)
    if status == 408:
        return ProviderTimeout()
    if status == 404 and "model" in f"{said} {error.code}".lower():
        return UnknownModel(quoted)
    if status in (404, 405):
        return NotAnApi()
    if 300 <= status < 400:
        return Redirected()
    if 400 <= status < 500:
        return ProviderBadRequest(quoted)
    return ProviderError(quoted)


def _said(error: openai.APIStatusError) -> str | None:
    """A provider's own words; None where it sent something else, a web page say."""
    if "json" not in error.response.headers.get("content-type", ""):
        return None
    body: Any = error.body
    if isinstance(body, dict):
        body = body.get("message") or body.get("detail")
    return body if isinstance(body, str) and body.strip() else None


def _quote(endpoint: ModelEndpoint, said: object) -> str | None:
    """What a provider says of its own error, for the user whose provider it is."""
    if endpoint.is_default or not isinstance(said, str):
        return None  # The default's words may name the operator's account or key.
    if endpoint.api_key:
        said = said.replace(endpoint.api_key, "…")
    said = "".join(character if character.isprintable() else " " for character in _storable(said))
    return said[:_MAX_QUOTED]


_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncOpenAI] = WeakKeyDictionary()


def _client() -> AsyncOpenAI:
    """One client for each event loop, so that a warm instance keeps its connections to a provider.

    It belongs to no provider: each request names its address and its key. Making one takes longer than
    a request does.
    """
    loop = asyncio.get_running_loop()
    client = _clients.get(loop)
    if client is None:
        http_client = outbound_client()
        http_client.event_hooks = {"response": [_log_answer]}
        client = _clients[loop] = AsyncOpenAI(
            api_key="none", base_url="https://invalid/", http_client=http_client, max_retries=0
        )
    return client


async def _log_answer(response: httpx2.Response) -> None:
    """One line an answer, with the id to ask the provider about."""
    _log.info("model answered", extra=fields(status=response.status_code, provider_request_id=_request_id(response)))


def _request_id(response: httpx2.Response) -> str | None:
    """As the provider calls the request; None for what is no id, or the key sent back."""
    given = response.headers.get("x-request-id") or response.headers.get("request-id") or ""
    if not re.fullmatch(r"[\w.:-]{1,128}", given, re.ASCII) or given in response.request.headers["authorization"]:
        return None
    return given
