"""Connections through the operator's egress proxy (OUTBOUND_PROXY), by HTTP's CONNECT.

The proxy is given the address that the transport checked, never a name: one that it resolved itself could lead to a
private address (DNS rebinding). TLS is between this process and the server, inside the tunnel. Plain HTTP goes through
a tunnel, too: a proxy that is sent a whole URL derives the Host header from it (RFC 9112 3.2.2), which would be the
address.
"""

import asyncio
import base64
import logging
import re
import ssl

from shared.logging import fields
from shared.outbound.connection import HttpConnection
from shared.outbound.pool import Origin
from shared.outbound.settings import Proxy

_log = logging.getLogger(__name__)

_MAX_HEAD_BYTES = 16 * 1024
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r]")


class ProxyConnector:
    """A `Connect` of the transport that opens a tunnel through a proxy."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._authorization = ""
        if proxy.credentials:
            credentials = base64.b64encode(proxy.credentials.encode()).decode()
            self._authorization = f"Proxy-Authorization: Basic {credentials}\r\n"

    async def __call__(self, address: str, origin: Origin, ssl_context: ssl.SSLContext) -> HttpConnection:
        """Raises OSError, also when the proxy refuses."""
        loop = asyncio.get_running_loop()
        transport, handshake = await loop.create_connection(_Handshake, self._proxy.host, self._proxy.port)
        try:
            target = f"[{address}]:{origin.port}" if ":" in address else f"{address}:{origin.port}"
            transport.write(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{self._authorization}\r\n".encode())
            await handshake.accepted
            connection = HttpConnection()
            if origin.scheme == "https":
                tls = await loop.start_tls(transport, connection, ssl_context, server_hostname=origin.host)
                assert tls is not None
                transport = tls
            else:
                transport.set_protocol(connection)
            connection.connection_made(transport)
        except BaseException:
            # Also when cancelled by the timeout of a connection.
            transport.abort()
            raise
        return connection


class _Handshake(asyncio.Protocol):
    """Reads the proxy's answer to CONNECT. `accepted` fails with an OSError when it is not one of success."""

    def __init__(self) -> None:
        self.accepted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._head = b""

    def data_received(self, data: bytes) -> None:
        self._head += data
        head, end, rest = self._head.partition(b"\r\n\r\n")
        if not end and len(self._head) <= _MAX_HEAD_BYTES:
            return
        status = _STATUS_LINE.match(head)
        # The server speaks when it has been sent a request, not before.
        if end and not rest and status is not None and status[1].startswith(b"2"):
            self._finish(None)
            return
        _log.warning("the outbound proxy refused", extra=fields(status=int(status[1]) if status else None))
        self._finish(OSError("the proxy refused"))

    def connection_lost(self, error: Exception | None) -> None:
        self._finish(OSError("the proxy closed the connection"))

    def _finish(self, error: OSError | None) -> None:
        if self.accepted.done():
            return
        if error is None:
            self.accepted.set_result(None)
        else:
            self.accepted.set_exception(error)
