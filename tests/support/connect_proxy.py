"""An HTTP proxy that tunnels by CONNECT, and records what it was asked for."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


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
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            thread = threading.Thread(target=self._accept, args=(listener,), daemon=True)
            thread.start()
            try:
                yield self
            finally:
                listener.shutdown(socket.SHUT_RDWR)
                thread.join(timeout=5)
                for each in self._sockets:
                    each.close()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):  # The listener was closed.
            while True:
                client, _ = listener.accept()
                self._sockets.append(client)
                threading.Thread(target=self._tunnel, args=(client,), daemon=True).start()

    def _tunnel(self, client: socket.socket) -> None:
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
