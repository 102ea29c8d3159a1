"""One HTTP/1.1 connection of the outbound client, with keep-alive.

The parser is httptools, Python's binding of Node.js's llhttp. Flow control, the end of a body without a length, and
the decision whether the connection can be reused are implemented here.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple, cast

import httptools

from shared.waiter import Waiter

# Status line and headers of a response; those of the large providers are two or three kilobytes.
MAX_HEAD_BYTES = 64 * 1024
# Bytes of a body that were received, but not read yet. Above this the socket is not read.
_MAX_BUFFERED_BYTES = 256 * 1024


class ConnectionBroken(Exception):
    """The connection was lost too early, or the server did not send HTTP."""


class ResponseHead(NamedTuple):
    status: int
    headers: Sequence[tuple[bytes, bytes]]


class HttpConnection(asyncio.Protocol):
    """Used by one task at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        # None after the connection was closed or lost.
        self._transport: asyncio.Transport | None = None
        self._waiter = Waiter()
        self._reset()
        # There is no request yet, so data that arrives is not a response.
        self._complete = True

    def _reset(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        # Some self-written servers end lines with LF alone.
        self._parser.set_dangerous_leniencies(lenient_optional_cr_before_lf=True)
        self._headers: list[tuple[bytes, bytes]] = []
        self._head: ResponseHead | None = None
        self._head_bytes = 0
        self._body_parts: list[bytes] = []
        self._buffered_bytes = 0
        # Whether the response was received to its end, and whether the server keeps the connection open after it.
        self._complete = self._keep_alive = False

    async def send_request(self, request: bytes, deadline: float) -> ResponseHead:
        """Send a serialized request and return the head of its response.

        `deadline`: in the event loop's time. Raises ConnectionBroken and TimeoutError.
        """
        self._reset()
        if self._transport is not None:
            self._transport.write(request)
        while self._head is None:
            await self._wait(deadline)
        return self._head

    async def read(self, timeout_seconds: float) -> bytes | None:
        """The part of the body received since the last call; None at its end. Raises ConnectionBroken, TimeoutError."""
        deadline = self._loop.time() + timeout_seconds
        while not self._body_parts:
            if self._complete:
                return None
            await self._wait(deadline)
        body = b"".join(self._body_parts)
        self._body_parts.clear()
        self._buffered_bytes = 0
        if self._transport is not None:
            self._transport.resume_reading()
        return body

    @property
    def is_reusable(self) -> bool:
        """Whether the response was read to its end and the server accepts another request on this connection."""
        return (
            self._keep_alive
            and not self._body_parts
            and self._transport is not None
            and not self._transport.is_closing()
            # The server may have responded before it received the whole request.
            and self._transport.get_write_buffer_size() == 0
        )

    def close(self) -> None:
        """Close the connection at once, without a TLS shutdown and without waiting."""
        if self._transport is not None:
            self._transport.abort()
            self._transport = None
        self._keep_alive = False
        self._waiter.wake()

    async def _wait(self, deadline: float) -> None:
        """Wait until data arrives or the connection is lost."""
        if self._transport is None:
            raise ConnectionBroken
        if not await self._waiter.wait(deadline):
            raise TimeoutError

    # Callbacks of asyncio.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transport, which uvicorn uses where uvloop is installed, is not a subclass of asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._complete:
            # It must not be parsed as the response to the next request.
            self.close()
            return
        if self._head is None:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()
            return
        if self._head is None and self._head_bytes > MAX_HEAD_BYTES:
            self.close()
            return
        if self._buffered_bytes > _MAX_BUFFERED_BYTES and self._transport is not None:
            self._transport.pause_reading()
        self._waiter.wake()

    def connection_lost(self, error: Exception | None) -> None:
        if self._transport is None:  # Closed by this side.
            return
        self._transport = None
        self._keep_alive = False
        if error is None and self._head is not None and not _has_length(self._head):
            self._complete = True
        self._waiter.wake()

    # Callbacks of llhttp.

    def on_message_begin(self) -> None:
        # A second response to one request: the first one is used, and the connection is not reused.
        if self._complete:
            self._keep_alive = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._head is None:  # Otherwise it is a trailer.
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if self._head is None and status >= 200:
            self._head = ResponseHead(status, self._headers)

    def on_body(self, body: bytes) -> None:
        if not self._complete:
            self._body_parts.append(body)
            self._buffered_bytes += len(body)

    def on_message_complete(self) -> None:
        if self._head is None:  # An informational response, such as 100 Continue; the final one follows.
            self._headers = []
        elif not self._complete:
            self._complete = True
            self._keep_alive = self._parser.should_keep_alive()


def _has_length(head: ResponseHead) -> bool:
    return any(name.lower() in (b"content-length", b"transfer-encoding") for name, _ in head.headers)
