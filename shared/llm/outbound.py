"""HTTP to addresses that users name.

A `base_url` is untrusted: it could name our own network, or a name that resolves to it a moment after
it was checked. So the check is made where the connection is: the transport resolves the name once,
looks at every address, and connects to one it has looked at. TLS and `Host` still use the name. No
caller can go around it, because it is the only transport there is.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore2
import httpx2
from pydantic import Field

from shared.config import AppSettings, Settings, load
from shared.llm.errors import UnsafeBaseUrl

Resolve = Callable[[str, int], Awaitable[list[str]]]
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class OutboundSettings(Settings):
    """On a developer's machine models run on localhost, without TLS."""

    outbound_allow_http: bool = Field(default_factory=lambda: load(AppSettings).is_local)
    outbound_allow_private: bool = Field(default_factory=lambda: load(AppSettings).is_local)
    outbound_connect_seconds: float = 5
    # Until the first byte, and between any two.
    outbound_idle_seconds: float = 60
    outbound_max_bytes: int = 64 * 1024 * 1024


class UnsafeAddress(httpcore2.ConnectError):
    """The name resolves to an address that is not public."""


def check_base_url(url: str) -> None:
    """Refuse a base URL that could never be called. Raises UnsafeBaseUrl.

    This is for the form a user fills in: a clear answer at once. What protects is the transport.
    """
    settings = load(OutboundSettings)
    schemes = ("https", "http") if settings.outbound_allow_http else ("https",)
    try:
        parts = urlsplit(url)
        # The parser that will make the request must see the same host: what they disagree on is a trick.
        host = httpx2.URL(url).host
        well_formed = (
            url.isascii()
            and not any(character in url for character in "\\@ \t\r\n")
            and parts.scheme in schemes
            and host == (parts.hostname or "")
            and host != ""
            and not parts.query
            and not parts.fragment
            and parts.port != 0
        )
    except (ValueError, httpx2.InvalidURL):
        raise UnsafeBaseUrl from None
    if not well_formed:
        raise UnsafeBaseUrl
    if settings.outbound_allow_private:
        return
    literal = _literal_address(host)
    if literal is not None and not is_public(literal):
        raise UnsafeBaseUrl
    if literal is None and (
        "." not in host.rstrip(".") or host.rstrip(".").endswith((".localhost", ".local", ".internal"))
    ):
        raise UnsafeBaseUrl


def is_public(address: _Address) -> bool:
    """Whether an address is one of the public internet, looking into IPv6 forms that carry an IPv4 one."""
    if isinstance(address, ipaddress.IPv6Address):
        embedded = _embedded_ipv4(address)
        if embedded is not None:
            return is_public(embedded)
    # `is_global` is IANA's special-purpose registries; multicast and some reserved blocks pass it.
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or any(address in net for net in _REFUSED)
    )


_REFUSED = [
    ipaddress.ip_network(block)
    for block in (
        "100.64.0.0/10",  # carrier-grade NAT; both clouds keep services in it (Alibaba's metadata, too)
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",
        "168.63.129.16/32",  # Azure's platform address: public by number only
        "fec0::/10",  # site-local
        "5f00::/16",  # segment routing
    )
]
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))


def _embedded_ipv4(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    # NAT64, the deprecated IPv4-compatible form, and ISATAP carry it in the last 32 bits.
    low = int(address)
    if any(address in net for net in _NAT64) or low >> 32 == 0 or low >> 32 & 0xFFFF_FFFF in (0x5EFE, 0x0200_5EFE):
        return ipaddress.IPv4Address(low & 0xFFFF_FFFF)
    return None


def _literal_address(host: str) -> _Address | None:
    """The address a host is, in any form a resolver takes: dotted, short, decimal, octal, hex."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host.rstrip(".")))
    except OSError:
        return None


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, from the system's resolver. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class _CheckedBackend(httpcore2.AsyncNetworkBackend):
    """Connects to addresses it has checked. Raises UnsafeAddress when one of a name's is not public."""

    def __init__(self, resolver: Resolve, allow_private: bool) -> None:
        self._backend = httpcore2.AnyIOBackend()
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
            addresses = await asyncio.wait_for(self._resolve(host, port), timeout)
        except asyncio.TimeoutError:
            raise httpcore2.ConnectTimeout from None
        except (OSError, UnicodeError):
            raise httpcore2.ConnectError from None
        if not self._allow_private:
            # One private address among public ones is refused as well: which of them gets connected
            # to must not be a matter of luck.
            for address in addresses:
                if not is_public(ipaddress.ip_address(address.partition("%")[0])):
                    raise UnsafeAddress
        error: httpcore2.ConnectError | httpcore2.ConnectTimeout = httpcore2.ConnectError()
        for address in addresses[:4]:
            try:
                return await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as refused:
                error = refused
        raise error

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore2.AsyncNetworkStream:
        raise UnsafeAddress

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _BoundedStream(httpx2.AsyncByteStream):
    """A response's body that ends with an error past `max_bytes`."""

    def __init__(self, stream: Any, max_bytes: int) -> None:
        self._stream = stream
        self._max_bytes = max_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        received = 0
        try:
            async for part in self._stream:
                received += len(part)
                if received > self._max_bytes:
                    raise httpx2.ReadError("the response is too large")
                yield part
        except httpcore2.TimeoutException as error:
            raise httpx2.ReadTimeout("no data") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise httpx2.ReadError("connection lost") from error

    async def aclose(self) -> None:
        await self._stream.aclose()


class OutboundTransport(httpx2.AsyncBaseTransport):
    """httpx2's transport over connections to checked addresses only."""

    def __init__(self, settings: OutboundSettings, ssl_context: ssl.SSLContext, resolver: Resolve = resolve) -> None:
        self._settings = settings
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=ssl_context,
            max_connections=None,
            max_keepalive_connections=20,
            # Below what the load balancers in front of the large providers keep idle connections for.
            keepalive_expiry=30,
            network_backend=_CheckedBackend(resolver, settings.outbound_allow_private),
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.scheme == "http" and not self._settings.outbound_allow_http:
            raise httpx2.UnsupportedProtocol("https only", request=request)
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
            extensions=request.extensions,
        )
        try:
            response = await self._pool.handle_async_request(core_request)
        except httpcore2.TimeoutException as error:
            raise httpx2.ConnectTimeout("no answer", request=request) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol) as error:
            raise httpx2.ConnectError("no connection", request=request) from error
        return httpx2.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_BoundedStream(response.stream, self._settings.outbound_max_bytes),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


def outbound_client(resolver: Resolve = resolve) -> httpx2.AsyncClient:
    """The client for addresses that users name: no redirects, no proxies, bounded in time and size."""
    settings = load(OutboundSettings)
    return httpx2.AsyncClient(
        transport=OutboundTransport(settings, ssl.create_default_context(), resolver),
        timeout=httpx2.Timeout(settings.outbound_idle_seconds, connect=settings.outbound_connect_seconds),
        follow_redirects=False,
        trust_env=False,
        # Compressed, a small body could unpack to any size.
        headers={"Accept-Encoding": "identity"},
    )
