"""Calling a model: an OpenAI-compatible server's streamed answer as a few plain values.

Request, answer and refusal are plain JSON over HTTP, of which few fields matter. Calls other than the streamed chat go
through OpenAI's SDK (shared.llm.sdk; decision 0019 has the figures).
"""

import json
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing
from functools import lru_cache
from typing import Any

import httpx2

from shared.event_loop import PerEventLoop
from shared.llm.answer import Delta, Finished, Usage
from shared.llm.endpoint import ModelEndpoint, ModelServer
from shared.llm.errors import NotAnApi, ProviderError, ProviderUnreachable
from shared.llm.failures import MAX_REFUSAL_BYTES, Refusal, error_of_connection, error_of_refusal, quote, storable
from shared.logging import fields
from shared.outbound.transport import OutboundTransport, ResponseBody, outbound_transport

_log = logging.getLogger(__name__)

# One event of a stream; the longest real ones carry a few kilobytes.
_MAX_LINE_BYTES = 1024 * 1024
# An answer that is no stream, a whole reply.
_MAX_WHOLE_BYTES = 16 * _MAX_LINE_BYTES
_END_SECONDS = 0.05
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class _Refused(Exception):
    """An answer whose status is not one of success."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal


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
            except _Refused as refused:
                # It has not streamed anything.
                if refused.refusal.status not in (400, 422) or not _adapt(options, refused.refusal.text):
                    raise
            else:
                return
    except _Refused as refused:
        raise error_of_refusal(endpoint, refused.refusal) from None
    except httpx2.HTTPError as error:
        raise error_of_connection(error) from None


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
    response = await provider_transports.get().handle_async_request(
        httpx2.Request(
            "POST",
            _address(endpoint.base_url),
            headers={
                "Accept": "text/event-stream, application/json",
                # A small body could unpack to any size.
                "Accept-Encoding": "identity",
                "Authorization": authorization(endpoint),
                "Content-Type": "application/json",
                "User-Agent": "chat",
            },
            content=_encode(body).encode(),
        )
    )
    answer = response.stream
    assert isinstance(answer, ResponseBody)
    try:
        log_answer(endpoint, response)
        if not response.is_success:
            content_type = response.headers.get("content-type", "")
            raise _Refused(Refusal(response.status_code, content_type, await _text_of(answer)))
        async with aclosing(_read_events(endpoint, response, answer)) as events:
            async for event in events:
                yield event
    finally:
        await answer.aclose()


def authorization(endpoint: ModelEndpoint | ModelServer) -> str:
    """The Authorization header of a call."""
    # Some servers of one's own look for a key, whichever it is.
    return f"Bearer {endpoint.api_key or 'none'}"


@lru_cache(maxsize=256)
def _address(base_url: str) -> httpx2.URL:
    return httpx2.URL(f"{base_url.removesuffix('/')}/chat/completions")


async def _text_of(refusal: ResponseBody) -> str:
    """As much of it as anybody wrote for a person or a program to read."""
    text = bytearray()
    async for part in refusal:
        text += part
        if len(text) > MAX_REFUSAL_BYTES:
            break
    return text[:MAX_REFUSAL_BYTES].decode("utf-8", "replace")


async def _read_events(
    endpoint: ModelEndpoint, response: httpx2.Response, answer: ResponseBody
) -> AsyncGenerator[Delta | Finished, None]:
    finish_reason: str | None = None
    usage: Usage | None = None
    # Something that only such an API sends has come.
    answered = "event-stream" in response.headers.get("content-type", "")
    ended = False
    async for data in _read_data(response.headers.get("content-type", ""), answer):
        if data == "[DONE]":
            ended = True
            break
        chunk = _parse(data)
        if chunk.get("error"):
            failure = chunk["error"]
            raise ProviderError(quote(endpoint, failure.get("message") if isinstance(failure, dict) else failure))
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
    # The end follows the last event, as a rule in the same packet. Only then can the connection be used again; another
    # would cost the next turn a handshake.
    await answer.drain(_END_SECONDS)
    yield Finished(finish_reason or "stop", usage)


def _deltas(choice: Mapping[str, Any]) -> Iterator[Delta]:
    # A server that does not stream answers with the whole `message`.
    delta = choice.get("delta") or choice.get("message")
    if not isinstance(delta, dict):
        return
    reasoning, text = delta.get("reasoning_content") or delta.get("reasoning"), delta.get("content")
    if isinstance(reasoning, str) and reasoning:
        yield Delta("reasoning", storable(reasoning))
    if isinstance(text, str) and text:
        yield Delta("delta", storable(text))


async def _read_data(content_type: str, answer: ResponseBody) -> AsyncIterator[str]:
    """The `data` of each server-sent event, or the whole body where the server sent plain JSON."""
    if "html" in content_type:
        raise NotAnApi
    whole = "application/json" in content_type
    rest = bytearray()
    async for part in answer:
        rest += part
        if not whole:
            *lines, tail = rest.split(b"\n")
            rest = bytearray(tail)
            for line in lines:
                if line.startswith(b"data:"):
                    yield _decode(line[5:])
        if len(rest) > (_MAX_WHOLE_BYTES if whole else _MAX_LINE_BYTES):
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


# A warm instance keeps its connections to a provider.
provider_transports: PerEventLoop[OutboundTransport] = PerEventLoop(outbound_transport)


def log_answer(endpoint: ModelEndpoint | ModelServer, response: httpx2.Response) -> None:
    """One line an answer, with the id to ask the provider about."""
    request_id = _request_id(endpoint, response)
    _log.info("model answered", extra=fields(status=response.status_code, provider_request_id=request_id))


def _request_id(endpoint: ModelEndpoint | ModelServer, response: httpx2.Response) -> str | None:
    """As the provider calls the request; None for what is no id, or the key sent back."""
    given = response.headers.get("x-request-id") or response.headers.get("request-id") or ""
    if not re.fullmatch(r"[\w.:-]{1,128}", given, re.ASCII) or given in authorization(endpoint):
        return None
    return given
