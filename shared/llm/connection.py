"""One HTTP/1.1 connection to a model's server: a request, its answer as it comes, then perhaps another.

llhttp, which Node.js has, reads the answers (httptools). What it leaves to its user is here: how much may wait for a
slow reader, where a body without a length ends, and whether another request may follow.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple, cast

import httptools

from shared.wakeup import Wakeup

# An answer's status line and headers; those of the large providers take two or three kilobytes.
MAX_HEAD_BYTES = 64 * 1024
# Of a body, while nobody takes it.
_MAX_WAITING_BYTES = 256 * 1024


class Broken(Exception):
    """The connection ended too early, or what came was not HTTP."""


class Head(NamedTuple):
    status: int
    headers: Sequence[tuple[bytes, bytes]]


class Connection(asyncio.Protocol):
    """Used by one task at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        # None when it is broken.
        self._transport: asyncio.Transport | None = None
        self._wakeup = Wakeup()
        self._begin()
        # Nothing has been asked, so nothing may come.
        self._ended = True

    def _begin(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        # Servers that people write themselves end lines as they like.
        self._parser.set_dangerous_leniencies(lenient_optional_cr_before_lf=True)
        self._headers: list[tuple[bytes, bytes]] = []
        self._head: Head | None = None
        self._head_bytes = 0
        self._pieces: list[bytes] = []
        self._piece_bytes = 0
        self._ended = self._lasts = False

    async def ask(self, request: bytes, until: float) -> Head:
        """Send a whole request; the head of its answer. `until`: the loop's time. Raises Broken and TimeoutError."""
        self._begin()
        if self._transport is not None:
            self._transport.write(request)
        while self._head is None:
            await self._wait(until)
        return self._head

    async def read(self, seconds: float) -> bytes | None:
        """What has come of the answer's body; None at its end. Raises Broken and TimeoutError."""
        until = self._loop.time() + seconds
        while not self._pieces:
            if self._ended:
                return None
            await self._wait(until)
        body = b"".join(self._pieces)
        self._pieces.clear()
        self._piece_bytes = 0
        if self._transport is not None:
            self._transport.resume_reading()
        return body

    @property
    def can_be_asked(self) -> bool:
        """Whether the answer has ended and been read, and the server takes another request."""
        return (
            self._lasts
            and not self._pieces
            and self._transport is not None
            and not self._transport.is_closing()
            # It may have answered before it had all of the request.
            and self._transport.get_write_buffer_size() == 0
        )

    def close(self) -> None:
        """Hang up, without waiting for anything."""
        if self._transport is not None:
            self._transport.abort()
            self._transport = None
        self._lasts = False
        self._wakeup.wake()

    async def _wait(self, until: float) -> None:
        """Until something has come, or nothing more will."""
        if self._transport is None:
            raise Broken
        if not await self._wakeup.wait(until):
            raise TimeoutError

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's, which uvicorn takes where it is installed, is one without being a subclass.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._ended:
            # Whatever it is, it must not be taken for the next answer.
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
        if self._piece_bytes > _MAX_WAITING_BYTES and self._transport is not None:
            self._transport.pause_reading()
        self._wakeup.wake()

    def connection_lost(self, error: Exception | None) -> None:
        if self._transport is None:  # It was we who hung up.
            return
        self._transport = None
        self._lasts = False
        if error is None and self._head is not None and not _has_length(self._head):
            self._ended = True
        self._wakeup.wake()

    # What llhttp calls.

    def on_message_begin(self) -> None:
        # A second answer to one request; the first stands.
        if self._ended:
            self._lasts = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._head is None:  # Else it comes after the body.
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if self._head is None and status >= 200:
            self._head = Head(status, self._headers)

    def on_body(self, body: bytes) -> None:
        if not self._ended:
            self._pieces.append(body)
            self._piece_bytes += len(body)

    def on_message_complete(self) -> None:
        if self._head is None:  # "100 Continue" and its like; the answer follows.
            self._headers = []
        elif not self._ended:
            self._ended = True
            self._lasts = self._parser.should_keep_alive()


def _has_length(head: Head) -> bool:
    return any(name.lower() in (b"content-length", b"transfer-encoding") for name, _ in head.headers)
