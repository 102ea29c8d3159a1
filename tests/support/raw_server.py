"""A server that answers HTTP requests with arbitrary bytes."""

import re
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.support.socket_server import serve_sockets


@dataclass
class RawServer:
    """Sends `answer` to each request, then closes.

    `requested` is set at the first request, `disconnected` when a client closes before the end of its answer.
    """

    answer: Iterable[bytes] = ()
    base_url: str = ""
    requested: threading.Event = field(default_factory=threading.Event)
    disconnected: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def serve(self) -> Iterator["RawServer"]:
        with serve_sockets(self._answer) as address:
            self.base_url = f"http://{address}/v1"
            yield self

    def _answer(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            _read_request(client)
            self.requested.set()
            try:
                for part in self.answer:
                    client.sendall(part)
            except OSError:
                self.disconnected.set()


def _read_request(client: socket.socket) -> None:
    """Read the whole request: closing with unread data would reset the connection and discard the sent answer.

    Raises ConnectionError when the client closes before its end.
    """
    received = b""
    while b"\r\n\r\n" not in received:
        received += _receive(client, 65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
    missing = int(length[1]) - len(body) if length else 0
    while missing > 0:
        missing -= len(_receive(client, missing))


def _receive(client: socket.socket, size: int) -> bytes:
    part = client.recv(size)
    if not part:
        raise ConnectionError
    return part
