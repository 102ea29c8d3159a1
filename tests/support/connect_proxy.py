"""An HTTP proxy that tunnels by CONNECT, and records what it was asked for."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.support.socket_server import serve_sockets


@dataclass
class ConnectProxy:
    """Every tunnel leads to `port` of 127.0.0.1, whatever address was asked for, so that a test may use public ones.

    `answer`: sent instead of a tunnel. `heads`: the request heads, as lines.
    """

    port: int
    answer: bytes | None = None
    url: str = ""
    heads: list[list[str]] = field(default_factory=list)
    # Its own ends of the connections to the server, as `host:port`.
    ends: list[str] = field(default_factory=list)
    _sockets: list[socket.socket] = field(default_factory=list)

    @property
    def targets(self) -> list[str]:
        """The target of the CONNECT request."""
        return [head[0].removeprefix("CONNECT ").removesuffix(" HTTP/1.1") for head in self.heads]

    @contextmanager
    def serve(self) -> Iterator["ConnectProxy"]:
        with serve_sockets(self._tunnel) as address:
            self.url = f"http://{address}"
            try:
                yield self
            finally:
                for each in self._sockets:
                    each.close()

    def _tunnel(self, client: socket.socket) -> None:
        self._sockets.append(client)
        with suppress(OSError):
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                received = client.recv(1)
                if not received:
                    return
                head += received
            self.heads.append(head.decode().strip().split("\r\n"))
            if self.answer is not None:
                client.sendall(self.answer)
                if self.answer:
                    client.close()
                return
            server = socket.create_connection(("127.0.0.1", self.port))
            self._sockets.append(server)
            self.ends.append(":".join(map(str, server.getsockname())))
            client.sendall(b"HTTP/1.1 200 Connection established\r\nVia: 1.1 test\r\n\r\n")
            threading.Thread(target=_pipe, args=(server, client), daemon=True).start()
            _pipe(client, server)


def _pipe(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
