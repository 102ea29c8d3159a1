"""HTTP to addresses that users name.

A `base_url` is untrusted: it could name our own network, or a name that resolves to it a moment after
it was checked. So the check is made where the connection is: the transport resolves the name once,
looks at every address, and connects to one it has looked at. TLS and `Host` still use the name. No
caller can go around it, because it is the only transport there is.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any

import anyio
import httpcore2
import httpx2

from shared.config import load
from shared.llm.base_url import OutboundSettings, is_public, may_be_called

# More than the streams that one process serves as a rule.
MAX_KEPT = 64
# Below what the load balancers in front of the large providers keep idle connections for.
KEPT_SECONDS = 30
_BROKEN = (httpcore2.ReadError, httpcore2.WriteError, httpcore2.RemoteProtocolError)
# The addresses of a name and port, as text. Raises OSError when there are none.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class UnsafeAddress(httpx2.ConnectError):
    """A request to where none may go. Nothing was connected to."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, from the system's resolver. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class _CheckedBackend(httpcore2.AsyncNetworkBackend):
    """Connects to addresses it has looked at. Raises UnsafeAddress when one of a name's is not public."""

    def __init__(self, network: httpcore2.AsyncNetworkBackend, resolver: Resolve, allow_private: bool) -> None:
        self._network = network
        self._resolve = resolver
        self._allow_private = allow_private

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        try:
            with anyio.fail_after(timeout):
                addresses = await self._resolve(host, port)
        except TimeoutError:
            raise httpcore2.ConnectTimeout from None
        except (OSError, UnicodeError):  # UnicodeError: a label that the resolver cannot encode.
            raise httpcore2.ConnectError from None
        # One private address among public ones is refused as well: which of them gets connected to
        # must not be a matter of luck.
        if not self._allow_private and not all(map(is_public, addresses)):
            raise UnsafeAddress("an address that is not public")
        error: httpcore2.ConnectError | httpcore2.ConnectTimeout = httpcore2.ConnectError()
        for address in addresses[:4]:
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as refused:
                error = refused
        raise error

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore2.AsyncNetworkStream:
        raise UnsafeAddress("a socket of this machine")

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)


class _BoundedStream(httpx2.AsyncByteStream):
    """A response's body, as long and as large as the settings allow."""

    def __init__(self, stream: Any, settings: OutboundSettings) -> None:
        self._stream = stream
        self._settings = settings

    async def __aiter__(self) -> AsyncIterator[bytes]:
        parts = aiter(self._stream)
        patience = self._settings.outbound_first_byte_seconds
        received = 0
        while (part := await self._next(parts, patience)) is not None:
            received += len(part)
            if received > self._settings.outbound_max_bytes:
                raise httpx2.ReadError("the response is too large")
            yield part
            patience = self._settings.outbound_idle_seconds

    async def _next(self, parts: AsyncIterator[bytes], patience: float) -> bytes | None:
        try:
            with anyio.fail_after(patience):
                return await anext(parts, None)
        except TimeoutError:
            raise httpx2.ReadTimeout("no data") from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise httpx2.ReadError("connection lost") from error

    async def aclose(self) -> None:
        await self._stream.aclose()


class _KeptConnections:
    """Connections that wait for the next request to their server.

    The one that was used last is taken first, so that those that are not needed expire. httpcore2's own pool looks at
    every connection, with a system call for each that is idle, at the beginning and the end of each request.
    """

    def __init__(self) -> None:
        # Oldest first.
        self._idle: dict[httpcore2.AsyncHTTPConnection, httpcore2.Origin] = {}

    async def take(self, origin: httpcore2.Origin) -> httpcore2.AsyncHTTPConnection | None:
        """A connection to `origin`. Its server may be about to close it."""
        while (newest := next((kept for kept in reversed(self._idle) if self._idle[kept] == origin), None)) is not None:
            del self._idle[newest]
            if not newest.has_expired():
                return newest
            await newest.aclose()
        return None

    async def put(self, connection: httpcore2.AsyncHTTPConnection, origin: httpcore2.Origin) -> None:
        """Keep a connection whose answer has ended, if it can take another request; close what is too old."""
        if connection.is_idle():
            self._idle[connection] = origin
        while self._idle and (len(self._idle) > MAX_KEPT or next(iter(self._idle)).has_expired()):
            await self._close_oldest()

    async def aclose(self) -> None:
        while self._idle:
            await self._close_oldest()

    async def _close_oldest(self) -> None:
        connection = next(iter(self._idle))
        del self._idle[connection]
        await connection.aclose()


class _Body(httpx2.AsyncByteStream):
    """An answer's body; closing it gives the connection back."""

    def __init__(self, body: Any, give_back: Callable[[], Awaitable[None]]) -> None:
        self._body = body
        self._give_back = give_back
        self._closed = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._body)

    async def aclose(self) -> None:
        # Once: by the next time another request may be about to use the connection.
        if self._closed:
            return
        self._closed = True
        with anyio.CancelScope(shield=True):
            await self._body.aclose()
            await self._give_back()


class OutboundTransport(httpx2.AsyncBaseTransport):
    """httpx2's transport over connections to checked addresses only.

    Raises UnsafeAddress, and httpx2's errors for what goes wrong with a connection.
    """

    def __init__(
        self,
        settings: OutboundSettings,
        ssl_context: ssl.SSLContext,
        resolver: Resolve,
        network: httpcore2.AsyncNetworkBackend,
    ) -> None:
        self._settings = settings
        self._ssl_context = ssl_context
        self._network = _CheckedBackend(network, resolver, settings.outbound_allow_private)
        self._kept = _KeptConnections()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        settings = self._settings
        if not may_be_called(request.url, settings):
            raise UnsafeAddress("a URL that must not be called", request=request)
        response, give_back = await self._send(request)
        return httpx2.Response(
            status_code=response.status,
            # We ask for no compression; a small body could unpack to any size.
            headers=[(name, value) for name, value in response.headers if name.lower() != b"content-encoding"],
            stream=_BoundedStream(_Body(response.stream, give_back), settings),
        )

    async def _send(self, request: httpx2.Request) -> tuple[httpcore2.Response, Callable[[], Awaitable[None]]]:
        """The answer, and what is to be called when its body has been closed."""
        settings = self._settings
        core_request = httpcore2.Request(
            method=request.method,
            url=httpcore2.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            # Not the request's own: they could name another host to TLS, or wait for ever.
            extensions={
                "timeout": {"connect": settings.outbound_connect_seconds, "write": settings.outbound_idle_seconds}
            },
        )
        origin = core_request.url.origin
        try:
            with anyio.fail_after(settings.outbound_first_byte_seconds):
                while True:
                    kept = await self._kept.take(origin)
                    connection = kept or self._new_connection(origin)
                    try:
                        response = await connection.handle_async_request(core_request)
                    except BaseException as error:
                        # Also when it was cancelled before it had begun: nobody else knows of the connection.
                        with anyio.CancelScope(shield=True):
                            await connection.aclose()
                        # A kept connection that the server closed meanwhile says nothing of the server.
                        if kept is None or not isinstance(error, _BROKEN):
                            raise
                    else:
                        return response, partial(self._kept.put, connection, origin)
        except (httpcore2.TimeoutException, TimeoutError) as error:
            raise httpx2.ConnectTimeout("no answer", request=request) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise httpx2.ConnectError("no connection", request=request) from error

    def _new_connection(self, origin: httpcore2.Origin) -> httpcore2.AsyncHTTPConnection:
        return httpcore2.AsyncHTTPConnection(
            origin,
            ssl_context=self._ssl_context,
            keepalive_expiry=KEPT_SECONDS,
            network_backend=self._network,
        )

    async def aclose(self) -> None:
        await self._kept.aclose()


def outbound_client(
    *,
    resolver: Resolve = resolve,
    ssl_context: ssl.SSLContext | None = None,
    network: httpcore2.AsyncNetworkBackend | None = None,
) -> httpx2.AsyncClient:
    """The client for addresses that users name: no redirects, no proxies, bounded in time and size.

    `resolver`, `ssl_context` and `network` stand for the system's own.
    """
    transport = OutboundTransport(
        load(OutboundSettings),
        ssl_context or httpx2.create_ssl_context(),
        resolver,
        network or httpcore2.AnyIOBackend(),
    )
    return httpx2.AsyncClient(
        transport=transport,
        # The transport keeps time.
        timeout=None,
        follow_redirects=False,
        trust_env=False,
        headers={"Accept-Encoding": "identity"},
    )
