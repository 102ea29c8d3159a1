"""HTTP transport to servers that users choose, restricted to public addresses (protection against SSRF).

A URL from a user is untrusted: it could name our own network, or a host name that resolves to it only after it was
checked (DNS rebinding). So the transport resolves a name once, checks every address, and connects to one of the
addresses it checked. TLS and the `Host` header still carry the name. Every outbound request to such a server goes
through this transport.
"""

import asyncio
import re
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeVar

import httpx2

from shared.config import load
from shared.outbound.addresses import is_public, violation_of
from shared.outbound.connection import ConnectionBroken, HttpConnection, ResponseHead
from shared.outbound.pool import ConnectionPool, Origin
from shared.outbound.proxy import ProxyConnector
from shared.outbound.settings import OutboundSettings

_MAX_ADDRESSES_TRIED = 4
# A connection that was closed while it was idle shows that within a round trip; later, its server had the request.
_CLOSED_SECONDS = 2.0
_T = TypeVar("_T")
# Would end a header or the request line and begin another one (header injection); an API key is a user's input.
_CONTROL_CHARACTER = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")

# Resolves a host name and port to IP addresses. Raises OSError when there are none.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
# Connects to an IP address, for an origin. Raises OSError.
Connect = Callable[[str, Origin, ssl.SSLContext], Awaitable[HttpConnection]]


class UnsafeAddress(httpx2.ConnectError):
    """The URL or an address of its host is not allowed. No connection was made."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """The IP addresses of a host name, from the system's resolver. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def connect(address: str, origin: Origin, ssl_context: ssl.SSLContext) -> HttpConnection:
    """Raises OSError, of which ssl.SSLError is a subclass."""
    encrypted = origin.scheme == "https"
    _, connection = await asyncio.get_running_loop().create_connection(
        HttpConnection,
        address,
        origin.port,
        ssl=ssl_context if encrypted else None,
        server_hostname=origin.host if encrypted else None,
    )
    return connection


class ResponseBody(httpx2.AsyncByteStream):
    """A response body, limited in time and size by the settings. `aclose` returns the connection to the pool."""

    def __init__(
        self,
        connection: HttpConnection,
        settings: OutboundSettings,
        release: Callable[[HttpConnection], None],
        idle_seconds: float | None,
    ) -> None:
        self._connection: HttpConnection | None = connection
        self._settings = settings
        self._release = release
        self._first_byte_seconds = idle_seconds or settings.outbound_first_byte_seconds
        # The timeout between two parts, which may be changed while the body is read.
        self.idle_seconds = idle_seconds or settings.outbound_idle_seconds

    async def __aiter__(self) -> AsyncIterator[bytes]:
        timeout_seconds = self._first_byte_seconds
        received = 0
        while self._connection is not None:
            try:
                part = await self._connection.read(timeout_seconds)
            except TimeoutError:
                raise httpx2.ReadTimeout("no data") from None
            except ConnectionBroken as error:
                raise httpx2.ReadError("connection lost") from error
            if part is None:
                return
            received += len(part)
            if received > self._settings.outbound_max_bytes:
                raise httpx2.ReadError("the response is too large")
            yield part
            timeout_seconds = self.idle_seconds

    async def drain(self, max_seconds: float) -> None:
        """Read and discard the rest, for at most `max_seconds`, so that the connection can be reused.

        A connection that breaks meanwhile is not an error: it is only not reused.
        """
        deadline = time.monotonic() + max_seconds
        with suppress(TimeoutError, ConnectionBroken):
            while self._connection is not None and (remaining := deadline - time.monotonic()) > 0:
                if await self._connection.read(remaining) is None:
                    return

    async def aclose(self) -> None:
        # Only once: at a second call another request may be using the connection.
        if self._connection is not None:
            connection, self._connection = self._connection, None
            self._release(connection)


class OutboundTransport(httpx2.AsyncBaseTransport):
    """An httpx2 transport that connects to checked addresses only: no redirects, no compression, and no
    proxy but the operator's.

    A request's extension `idle_seconds` replaces the settings' timeouts of its response. With the extension
    `is_sent_once` it has a connection of its own; others may be sent again when a pooled connection turns out to be
    closed (decision 0014). Raises UnsafeAddress, httpx2.ConnectError where the request was not sent, ConnectTimeout,
    and ReadError for a connection that was lost after it.
    """

    def __init__(
        self, settings: OutboundSettings, ssl_context: ssl.SSLContext, resolver: Resolve, connector: Connect
    ) -> None:
        self._settings = settings
        self._ssl_context = ssl_context
        self._resolve = resolver
        self._connect = connector
        self._pool = ConnectionPool()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        if violation_of(url, self._settings) is not None:
            raise UnsafeAddress("the URL is not allowed", request=request)
        origin = Origin(url.scheme, url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80))
        try:
            idle_seconds: float | None = request.extensions.get("idle_seconds")
            first_byte_seconds = idle_seconds or self._settings.outbound_first_byte_seconds
            uses_pool = not request.extensions.get("is_sent_once", False)
            content = await _serialize(request)
            connection, head = await self._send(content, origin, first_byte_seconds, uses_pool=uses_pool)
        except TimeoutError as error:
            raise httpx2.ConnectTimeout("no response", request=request) from error
        except OSError as error:
            raise httpx2.ConnectError("no connection", request=request) from error
        except ConnectionBroken as error:
            raise httpx2.ReadError("connection lost", request=request) from error

        def release(connection: HttpConnection) -> None:
            self._pool.release(connection, origin)

        return httpx2.Response(
            status_code=head.status,
            # Bodies are passed on as they came: a small compressed body could unpack to any size.
            headers=[(name, value) for name, value in head.headers if name.lower() != b"content-encoding"],
            stream=ResponseBody(connection, self._settings, release, idle_seconds),
        )

    async def _send(
        self, request: bytes, origin: Origin, first_byte_seconds: float, *, uses_pool: bool
    ) -> tuple[HttpConnection, ResponseHead]:
        """Send a request on a pooled or new connection; that connection, and the head of the response.

        Raises UnsafeAddress, TimeoutError, OSError; ConnectionBroken after the request was sent.
        """
        loop = asyncio.get_running_loop()
        sent_at = loop.time()
        deadline = sent_at + first_byte_seconds
        while uses_pool and (idle := self._pool.acquire(origin)) is not None:
            try:
                return idle, await _send_on(idle, request, deadline)
            except ConnectionBroken:
                # The server closed an idle connection, which does not mean that it is down.
                if loop.time() - sent_at > _CLOSED_SECONDS:
                    raise
        connection = await self._open_connection(origin)
        return connection, await _send_on(connection, request, deadline)

    async def _open_connection(self, origin: Origin) -> HttpConnection:
        """Connect to a checked address. Raises UnsafeAddress when an address of the host is not public."""
        timeout_seconds = self._settings.outbound_connect_seconds
        try:
            addresses = await _with_timeout(timeout_seconds, self._resolve(origin.host, origin.port))
        except UnicodeError as error:  # A label that the resolver cannot encode.
            raise OSError from error
        # One private address among public ones refuses the host: which address the connection uses must not decide.
        if not self._settings.outbound_allow_private and not all(map(is_public, addresses)):
            raise UnsafeAddress("the address is not public")
        failure = OSError("the host has no addresses")
        for address in addresses[:_MAX_ADDRESSES_TRIED]:
            try:
                return await _with_timeout(timeout_seconds, self._connect(address, origin, self._ssl_context))
            except OSError as error:  # TimeoutError is a subclass.
                failure = error
        raise failure

    async def aclose(self) -> None:
        self._pool.close()


async def _send_on(connection: HttpConnection, request: bytes, deadline: float) -> ResponseHead:
    try:
        return await connection.send_request(request, deadline)
    except BaseException:
        # Also when cancelled: nobody else has a reference to the connection.
        connection.close()
        raise


async def _with_timeout(seconds: float, work: Awaitable[_T]) -> _T:
    """Raises TimeoutError."""
    try:
        return await asyncio.wait_for(work, seconds)
    except asyncio.TimeoutError:  # A different class before Python 3.11.
        raise TimeoutError from None


async def _serialize(request: httpx2.Request) -> bytes:
    """A request in its HTTP/1.1 form. Raises httpx2.LocalProtocolError for control characters in the head."""
    body = await request.aread()
    lines = [b"%s %s HTTP/1.1" % (request.method.encode("ascii"), request.url.raw_path)]
    lines += [b"%s: %s" % header for header in request.headers.raw]
    if any(map(_CONTROL_CHARACTER.search, lines)):
        raise httpx2.LocalProtocolError("a control character in the request head", request=request)
    return b"\r\n".join([*lines, b"", body])


def outbound_transport(
    *, resolver: Resolve = resolve, ssl_context: ssl.SSLContext | None = None, connector: Connect | None = None
) -> OutboundTransport:
    """A transport with the environment's settings. The arguments replace the system's resolver, TLS and sockets."""
    settings = load(OutboundSettings)
    tls = ssl_context or httpx2.create_ssl_context()
    tls.set_alpn_protocols(["http/1.1"])
    if connector is None:
        connector = connect if settings.proxy is None else ProxyConnector(settings.proxy)
    return OutboundTransport(settings, tls, resolver, connector)
