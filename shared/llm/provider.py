"""Calling a model, with retries of a busy provider: an OpenAI-compatible server's streamed answer as plain values.

Request, answer and refusal are plain JSON over HTTP, of which few fields matter. Calls other than the streamed chat go
through OpenAI's SDK (shared.llm.sdk; decision 0019 has the figures).
"""

import asyncio
import json
import logging
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Protocol

import httpx2

from shared.event_loop import PerEventLoop
from shared.llm.adaptation import Adaptation
from shared.llm.answer import Delta, Finished, ProviderWait
from shared.llm.answer_reader import AnswerReader
from shared.llm.authorization import authorization_headers
from shared.llm.base_url import request_url
from shared.llm.body import BodyReader, BodyTooLarge, Done, Frame, Inflater, UnreadableBody, WebPage
from shared.llm.continuation import find_mode
from shared.llm.endpoint import ModelEndpoint, ModelServer
from shared.llm.errors import EmptyReply, NotAnApi, ProviderError, ProviderUnreachable, WebPageInstead
from shared.llm.failures import (
    MAX_REFUSAL_BYTES,
    Refusal,
    error_of_connection,
    error_of_refusal,
    quote,
    read_refusal,
)
from shared.llm.learned import ImageMode, Learned
from shared.logging import fields
from shared.outbound.transport import OutboundTransport, ResponseBody, UnsafeAddress, outbound_transport

_log = logging.getLogger(__name__)

_END_SECONDS = 0.05
# After the finish_reason: usage and [DONE] follow at once, or never (some servers keep the connection open).
_AFTER_FINISH_SECONDS = 5
# A busy provider: it names a time, which is waited for once, or it is asked again twice.
_BUSY_STATUSES = (429, 503, 529)
_RETRY_SECONDS = (1.0, 3.0)
_RECONNECT_SECONDS = (0.3, 1.0)
_MAX_WAIT_SECONDS = 20
# Refusals by quota with 429, which no waiting helps.
_NO_CREDIT = re.compile(r"insufficient_quota|balance|billing|credit|余额|欠费", re.IGNORECASE)
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class ChatImages(Protocol):
    """The images of a conversation, which reach the model in the way that its provider takes."""

    @property
    def first_mode(self) -> ImageMode:
        """The mode to begin with."""
        ...

    @property
    def newest_has_images(self) -> bool: ...

    async def deliver(self, messages: Sequence[Mapping[str, Any]], mode: ImageMode) -> Sequence[Mapping[str, Any]]:
        """The messages in OpenAI's format. Raises ProviderError when an image cannot be read."""
        ...


# Returns the messages for a model that turns out to take no tools.
WithoutTools = Callable[[], Awaitable[Sequence[Mapping[str, Any]]]]


class _Refused(Exception):
    """An answer whose status is not one of success."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal


async def stream_chat(
    endpoint: ModelEndpoint,
    messages: Sequence[Mapping[str, Any]],
    images: ChatImages | None = None,
    tools: Sequence[Mapping[str, Any]] = (),
    without_tools: WithoutTools | None = None,
    *,
    continues: bool = False,
    may_prefix: bool = True,
) -> AsyncGenerator[Delta | ProviderWait | Learned | Finished, None]:
    """A model's answer to `messages` (OpenAI's chat format): Deltas, then one Finished.

    When its refusals revealed something new of the provider, a Learned comes before the first Delta or the error.

    `images`: given where messages have images, by their keys. `tools`: offered to the model, in OpenAI's format. A
    request that is refused for a parameter, a role, images or tools is repeated without them (where the tools were
    refused, with the messages of `without_tools`), and one to a busy or unreachable provider after a ProviderWait;
    neither happens after the first Delta. `continues`: the last message is the beginning of the reply; as a prefix only
    if `may_prefix`. Raises ProviderError, at any point. Close it (`aclosing`) to hang up.
    """
    adaptation = await _adaptation(endpoint, images, tools, continues=continues, may_prefix=may_prefix)
    request_messages = _Messages(messages, images, without_tools)
    waits = _Waits()
    while True:
        try:
            chat = await request_messages.for_request(adaptation)
            async with aclosing(_stream(endpoint, adaptation, chat)) as events:
                async for event in events:
                    yield event
        except _Refused as refused:  # It has not streamed anything.
            if adaptation.adapt(refused.refusal):
                continue
            wait = waits.after_refusal(refused.refusal)
            if wait is None:
                if (learned := adaptation.learned()) is not None:
                    yield learned
                raise error_of_refusal(endpoint, refused.refusal) from None
        except httpx2.HTTPError as error:
            wait = waits.after_connection_error(error)
            if wait is None:
                raise error_of_connection(error) from None
        else:
            return
        yield wait
        await asyncio.sleep(wait.seconds)


async def _adaptation(
    endpoint: ModelEndpoint,
    images: ChatImages | None,
    tools: Sequence[Mapping[str, Any]],
    *,
    continues: bool,
    may_prefix: bool,
) -> Adaptation:
    adaptation = Adaptation(
        endpoint,
        images.first_mode if images is not None else None,
        newest_has_images=images is not None and images.newest_has_images,
        tools=tools,
        continues=continues,
        may_prefix=may_prefix,
    )
    if adaptation.is_continue_mode_unknown:
        adaptation.learn_continue_mode(await find_mode(provider_transports.get(), endpoint))
    return adaptation


class _Messages:
    """The messages of one call, in the form that its next request needs."""

    def __init__(
        self, messages: Sequence[Mapping[str, Any]], images: ChatImages | None, without_tools: WithoutTools | None
    ) -> None:
        self._messages = messages
        self._images = images
        self._without_tools = without_tools

    async def for_request(self, adaptation: Adaptation) -> Sequence[Mapping[str, Any]]:
        """Raises ProviderError when a file or an image cannot be read."""
        if adaptation.tools_omitted and self._without_tools is not None:
            self._messages, self._without_tools = await self._without_tools(), None
        mode = adaptation.image_mode
        if self._images is None or mode is None:
            return self._messages
        return await self._images.deliver(self._messages, mode)


class _Waits:
    """The waits of one call for a busy or unreachable provider: at most two, and 20 s in all."""

    def __init__(self) -> None:
        self._count = 0
        self._seconds = 0.0

    def after_refusal(self, refusal: Refusal) -> ProviderWait | None:
        """None: the refusal stands."""
        if refusal.status not in _BUSY_STATUSES or _NO_CREDIT.search(f"{refusal.code} {refusal.words}"):
            return None
        if refusal.retry_after is None:
            return self._wait(_RETRY_SECONDS, refusal.status)
        # A server that named a time and refuses after it all the same is not asked again.
        return self._wait((refusal.retry_after,), refusal.status)

    def after_connection_error(self, error: httpx2.HTTPError) -> ProviderWait | None:
        """None: the error stands. Only a connection that was not made is tried again."""
        if not isinstance(error, httpx2.ConnectError) or isinstance(error, UnsafeAddress):
            return None
        return self._wait(_RECONNECT_SECONDS, None)

    def _wait(self, seconds: Sequence[float], status: int | None) -> ProviderWait | None:
        if self._count >= len(seconds) or self._seconds + seconds[self._count] > _MAX_WAIT_SECONDS:
            return None
        wait = ProviderWait(seconds[self._count], status)
        self._count += 1
        self._seconds += wait.seconds
        return wait


async def _stream(
    endpoint: ModelEndpoint, adaptation: Adaptation, messages: Sequence[Mapping[str, Any]]
) -> AsyncGenerator[Delta | Learned | Finished, None]:
    """One request and its answer. Raises _Refused, ProviderError; httpx2.HTTPError before the first byte."""
    response = await provider_transports.get().handle_async_request(
        httpx2.Request(
            "POST",
            request_url(endpoint.base_url, endpoint.query, "chat/completions"),
            headers=_headers(endpoint),
            content=_encode(adaptation.body(messages)).encode(),
            extensions={"idle_seconds": endpoint.params.idle_seconds},
        )
    )
    body = response.stream
    assert isinstance(body, ResponseBody)
    try:
        log_answer(endpoint, response)
        if not response.is_success:
            raise _Refused(read_refusal(response.status_code, response.headers, await _text_of(body)))
        if (learned := adaptation.learned()) is not None:
            yield learned
        reader = AnswerReader(endpoint)
        is_stream = "event-stream" in response.headers.get("content-type", "")
        async with aclosing(_read_answer(endpoint, body, reader, is_stream=is_stream)) as deltas:
            async for delta in deltas:
                yield delta
        # The end follows the last event, as a rule in the same packet. Only then can the connection be used again;
        # another would cost the next turn a handshake.
        await body.drain(_END_SECONDS)
    finally:
        await body.aclose()
    reason = reader.finish_reason or "stop"
    # Calls of tools that were not offered are of no use.
    calls = reader.tool_calls.calls() if adaptation.has_tools else ()
    if not reader.has_text and not calls:
        raise EmptyReply(reason, reader.usage)
    yield Finished(
        reason,
        reader.usage,
        reader.sources,
        adaptation.images_omitted,
        calls,
        adaptation.tools_omitted,
        bool(calls) and reader.has_reasoning_content,
    )


def _headers(endpoint: ModelEndpoint) -> httpx2.Headers:
    headers = httpx2.Headers(
        {
            "Accept": "text/event-stream, application/json",
            # A small body could unpack to any size.
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
            "User-Agent": "chat",
            **authorization_headers(endpoint),
        }
    )
    headers.update(endpoint.headers)
    return headers


async def _read_answer(
    endpoint: ModelEndpoint, body: ResponseBody, reader: AnswerReader, *, is_stream: bool
) -> AsyncGenerator[Delta, None]:
    """The deltas of a successful answer, to its end. `is_stream`: it is labelled as one. Raises ProviderError."""
    frames = BodyReader()
    failure: ProviderError | None = None
    try:
        async with aclosing(_read_frames(body, frames, reader)) as found:
            async for frame in found:
                for delta in reader.read(frame):
                    yield delta
    except httpx2.HTTPError as error:
        # A server that breaks the connection, or leaves it open, after the end of its answer has answered.
        failure = None if reader.finish_reason is not None else error_of_connection(error)
    except UnreadableBody as error:
        failure = None if reader.finish_reason is not None else _error_of_body(error, is_api=reader.is_api)
    for delta in reader.end():
        yield delta
    if failure is not None:
        raise failure
    if not reader.is_api or (reader.finish_reason is None and not reader.is_done):
        is_broken_off = reader.is_api or (is_stream and not reader.is_done)
        raise _error_of_end(endpoint, frames.stray_text, is_broken_off=is_broken_off)


async def _read_frames(
    body: ResponseBody, frames: BodyReader, reader: AnswerReader
) -> AsyncGenerator[Frame | Done, None]:
    async for part in body:
        for frame in frames.feed(part):
            yield frame
        if reader.is_done:
            return
        if reader.finish_reason is not None:
            body.idle_seconds = _AFTER_FINISH_SECONDS
    for frame in frames.end():
        yield frame


def _error_of_body(error: UnreadableBody, *, is_api: bool) -> ProviderError:
    if isinstance(error, WebPage):
        return WebPageInstead()
    if isinstance(error, BodyTooLarge):
        return ProviderError("The model's server sent more data in one piece than an answer has.")
    return ProviderError("The model's server sent data that is not valid JSON.") if is_api else NotAnApi()


def _error_of_end(endpoint: ModelEndpoint, stray_text: str, *, is_broken_off: bool) -> ProviderError:
    """The error of a stream that ended before the answer did, or that was none."""
    refusal = read_refusal(200, {}, stray_text)
    words = quote(endpoint, refusal.words)
    if not is_broken_off:
        return NotAnApi(f"{NotAnApi.message} It answered: {words}" if words else None)
    if words:
        return ProviderError(words)
    return ProviderUnreachable("The model's answer broke off before its end.")


async def _text_of(refusal: ResponseBody) -> str:
    """As much of it as anybody wrote for a person or a program to read. A body that breaks off is read so far."""
    inflater = Inflater(max_bytes=16 * MAX_REFUSAL_BYTES)
    text = bytearray()
    try:
        async for part in refusal:
            text += inflater.feed(part)
            if len(text) > MAX_REFUSAL_BYTES:
                break
        text += inflater.end()
    except (httpx2.HTTPError, UnreadableBody):
        pass
    return text[:MAX_REFUSAL_BYTES].decode("utf-8", "replace")


# A warm instance keeps its connections to a provider.
provider_transports: PerEventLoop[OutboundTransport] = PerEventLoop(outbound_transport)


def log_answer(endpoint: ModelEndpoint | ModelServer, response: httpx2.Response) -> None:
    """One line an answer, with the id to ask the provider about."""
    request_id = _request_id(endpoint, response)
    _log.info("model answered", extra=fields(status=response.status_code, provider_request_id=request_id))


def _request_id(endpoint: ModelEndpoint | ModelServer, response: httpx2.Response) -> str | None:
    """The provider's id of the request; None for what is no id, or the key sent back."""
    given = response.headers.get("x-request-id") or response.headers.get("request-id") or ""
    secrets = (endpoint.api_key, *endpoint.headers.values())
    if not re.fullmatch(r"[\w.:-]{1,128}", given, re.ASCII) or any(given in secret for secret in secrets):
        return None
    return given
