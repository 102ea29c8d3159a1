"""HTTP to addresses that users name.

A `base_url` is untrusted: it could name our own network, or a name that resolves to it a moment after
it was checked. So the check is made where the connection is: the transport resolves the name once,
looks at every address, and connects to one it has looked at. TLS and `Host` still use the name. No
caller can go around it, because it is the only transport there is.
"""

import asyncio
import re
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeVar

import httpx2

from shared.config import load
from shared.llm.base_url import OutboundSettings, is_public, may_be_called
from shared.llm.connection import Broken, Connection, Head

# More than the streams that one process serves as a rule.
MAX_KEPT = 64
# Below what the load balancers in front of the large providers keep idle connections for.
KEPT_SECONDS = 30
_MAX_TRIED = 4
_T = TypeVar("_T")
# What would end a header, or the request's first line, and begin another one; a key is its user's.
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


class Origin(NamedTuple):
    """`host`: a name, or an address without brackets."""

    scheme: str
    host: str
    port: int


# The addresses of a name and port, as text. Raises OSError when there are none.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
# A connection to an address, for an origin. Raises OSError.
Connect = Callable[[str, Origin, ssl.SSLContext], Awaitable[Connection]]


class UnsafeAddress(httpx2.ConnectError):
    """A request to where none may go. Nothing was connected to."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, from the system's resolver. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def connect(address: str, origin: Origin, ssl_context: ssl.SSLContext) -> Connection:
    """Raises OSError, of which TLS's errors are."""
    encrypted = origin.scheme == "https"
    _, connection = await asyncio.get_running_loop().create_connection(
        Connection,
        address,
        origin.port,
        ssl=ssl_context if encrypted else None,
        server_hostname=origin.host if encrypted else None,
    )
    return connection


class _KeptConnections:
    """Connections that wait for the next request to their server.

    The one that was used last is taken first, so that those that are not needed expire.
    """

    def __init__(self) -> None:
        # Oldest first; when each was put here, by the clock, which a function that was frozen finds moved on.
        self._idle: dict[Connection, tuple[Origin, float]] = {}

    def take(self, origin: Origin) -> Connection | None:
        """A connection to `origin`. Its server may be about to close it."""
        for connection in reversed(list(self._idle)):
            kept_for, since = self._idle[connection]
            if kept_for != origin:
                continue
            del self._idle[connection]
            if abs(time.time() - since) <= KEPT_SECONDS and connection.can_be_asked:
                return connection
            connection.close()
        return None

    def put(self, connection: Connection, origin: Origin) -> None:
        """Keep a connection if it can take another request; close what is too old, or too many."""
        now = time.time()
        if connection.can_be_asked:
            self._idle[connection] = origin, now
        else:
            connection.close()
        while self._idle:
            oldest, (_, since) = next(iter(self._idle.items()))
            if len(self._idle) <= MAX_KEPT and abs(now - since) <= KEPT_SECONDS:
                return
            del self._idle[oldest]
            oldest.close()

    def close(self) -> None:
        for connection in self._idle:
            connection.close()
        self._idle.clear()


class AnswerBody(httpx2.AsyncByteStream):
    """An answer's body, as long and as large as the settings allow. Closing it gives the connection back."""

    def __init__(self, connection: Connection, settings: OutboundSettings, give_back: Callable[[Connection], None]):
        self._connection: Connection | None = connection
        self._settings = settings
        self._give_back = give_back

    async def __aiter__(self) -> AsyncIterator[bytes]:
        patience = self._settings.outbound_first_byte_seconds
        received = 0
        while self._connection is not None:
            try:
                part = await self._connection.read(patience)
            except TimeoutError:
                raise httpx2.ReadTimeout("no data") from None
            except Broken as error:
                raise httpx2.ReadError("connection lost") from error
            if part is None:
                return
            received += len(part)
            if received > self._settings.outbound_max_bytes:
                raise httpx2.ReadError("the response is too large")
            yield part
            patience = self._settings.outbound_idle_seconds

    async def drain(self, seconds: float) -> None:
        """Take what follows, without looking at it, for so long at most. A connection that breaks now is none to use
        again, and no more."""
        until = time.monotonic() + seconds
        with suppress(TimeoutError, Broken):
            while self._connection is not None and (left := until - time.monotonic()) > 0:
                if await self._connection.read(left) is None:
                    return

    async def aclose(self) -> None:
        # Once: by the next time another request may be using the connection.
        if self._connection is not None:
            connection, self._connection = self._connection, None
            self._give_back(connection)


class OutboundTransport(httpx2.AsyncBaseTransport):
    """httpx2's transport over connections to checked addresses only.

    Raises UnsafeAddress, and httpx2's errors for what goes wrong with a connection.
    """

    def __init__(
        self, settings: OutboundSettings, ssl_context: ssl.SSLContext, resolver: Resolve, connector: Connect
    ) -> None:
        self._settings = settings
        self._ssl_context = ssl_context
        self._resolve = resolver
        self._connect = connector
        self._kept = _KeptConnections()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        if not may_be_called(url, self._settings):
            raise UnsafeAddress("a URL that must not be called", request=request)
        origin = Origin(url.scheme, url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80))
        try:
            connection, head = await self._send(await _encoded(request), origin)
        except TimeoutError as error:
            raise httpx2.ConnectTimeout("no answer", request=request) from error
        except (OSError, Broken) as error:
            raise httpx2.ConnectError("no connection", request=request) from error

        def give_back(connection: Connection) -> None:
            self._kept.put(connection, origin)

        return httpx2.Response(
            status_code=head.status,
            # We ask for no compression; a small body could unpack to any size.
            headers=[(name, value) for name, value in head.headers if name.lower() != b"content-encoding"],
            stream=AnswerBody(connection, self._settings, give_back),
        )

    async def _send(self, request: bytes, origin: Origin) -> tuple[Connection, Head]:
        """A connection on which the request was sent, and the head of its answer.

        Raises UnsafeAddress, TimeoutError, OSError, Broken.
        """
        until = asyncio.get_running_loop().time() + self._settings.outbound_first_byte_seconds
        while (kept := self._kept.take(origin)) is not None:
            try:
                return kept, await _ask(kept, request, until)
            except Broken:
                # That the server closed it meanwhile says nothing of the server.
                continue
        connection = await self._open(origin)
        return connection, await _ask(connection, request, until)

    async def _open(self, origin: Origin) -> Connection:
        """Connect to an address that was looked at. Raises UnsafeAddress when one of a name's is not public."""
        seconds = self._settings.outbound_connect_seconds
        try:
            addresses = await _within(seconds, self._resolve(origin.host, origin.port))
        except UnicodeError as error:  # A label that the resolver cannot encode.
            raise OSError from error
        # One private address among public ones is refused as well: which of them gets connected to
        # must not be a matter of luck.
        if not self._settings.outbound_allow_private and not all(map(is_public, addresses)):
            raise UnsafeAddress("an address that is not public")
        failure = OSError("a name without addresses")
        for address in addresses[:_MAX_TRIED]:
            try:
                return await _within(seconds, self._connect(address, origin, self._ssl_context))
            except OSError as error:  # TimeoutError is one.
                failure = error
        raise failure

    async def aclose(self) -> None:
        self._kept.close()


async def _ask(connection: Connection, request: bytes, until: float) -> Head:
    try:
        return await connection.ask(request, until)
    except BaseException:
        # Also when it was cancelled: nobody else knows of the connection.
        connection.close()
        raise


async def _within(seconds: float, work: Awaitable[_T]) -> _T:
    """Raises TimeoutError."""
    try:
        return await asyncio.wait_for(work, seconds)
    except asyncio.TimeoutError:  # Another class before Python 3.11.
        raise TimeoutError from None


async def _encoded(request: httpx2.Request) -> bytes:
    """As it goes over the connection. Raises httpx2.LocalProtocolError for what cannot stand in a request."""
    body = await request.aread()
    lines = [b"%s %s HTTP/1.1" % (request.method.encode("ascii"), request.url.raw_path)]
    lines += [b"%s: %s" % header for header in request.headers.raw]
    if any(map(_CONTROL.search, lines)):
        raise httpx2.LocalProtocolError("a control character", request=request)
    return b"\r\n".join([*lines, b"", body])


def outbound_transport(
    *, resolver: Resolve = resolve, ssl_context: ssl.SSLContext | None = None, connector: Connect = connect
) -> OutboundTransport:
    """The way to addresses that users name: no redirects, no proxies, bounded in time and size.

    `resolver`, `ssl_context` and `connector` stand for the system's own.
    """
    tls = ssl_context or httpx2.create_ssl_context()
    tls.set_alpn_protocols(["http/1.1"])
    return OutboundTransport(load(OutboundSettings), tls, resolver, connector)
