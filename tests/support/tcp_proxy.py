"""Fault injection for TCP: a proxy to a port of this machine that cuts connections on a test's command."""

import select
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_CHUNK = 65536


@dataclass
class _Cut:
    """Cut the connection on which a client sends `words`: before forwarding them, or at the server's answer."""

    words: bytes
    passed_on: bool
    skip: int


@dataclass
class TcpProxy:
    """Listens on `port` of 127.0.0.1. Cuts are abrupt (RST), like a crashed machine."""

    target: int
    port: int = 0
    cuts_made: int = 0
    _cuts: list[_Cut] = field(default_factory=list)
    _pairs: list[tuple[socket.socket, socket.socket]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def cut_before(self, words: bytes, skip: int = 0) -> None:
        """Cut the connection when a client sends `words` (after `skip` times); the server does not receive them."""
        self._cuts.append(_Cut(words, False, skip))

    def cut_answer(self, words: bytes, skip: int = 0) -> None:
        """Cut the connection when the server answers `words` of a client (after `skip` times)."""
        self._cuts.append(_Cut(words, True, skip))

    def cut_all(self) -> None:
        """Cut every open connection."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            _cut(*pair)

    @contextmanager
    def serve(self) -> Iterator["TcpProxy"]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
            thread = threading.Thread(target=self._accept, args=(listener,), daemon=True)
            thread.start()
            try:
                yield self
            finally:
                listener.shutdown(socket.SHUT_RDWR)
                thread.join(timeout=5)
                self.cut_all()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):  # The listener was closed.
            while True:
                client, _ = listener.accept()
                try:
                    server = socket.create_connection(("127.0.0.1", self.target))
                except OSError:
                    client.close()
                    continue
                with self._lock:
                    self._pairs.append((client, server))
                threading.Thread(target=self._forward, args=(client, server), daemon=True).start()

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        answer_is_cut = False
        with suppress(OSError, ValueError):  # Closed by `cut_all`.
            while True:
                for source in select.select((client, server), (), ())[0]:
                    data = source.recv(_CHUNK)
                    if source is client and data:
                        cut = self._cut_for(data)
                        if cut is not None and not cut.passed_on:
                            raise ConnectionAbortedError
                        answer_is_cut = cut is not None
                    if not data or (source is server and answer_is_cut):
                        raise ConnectionAbortedError
                    (server if source is client else client).sendall(data)
        _cut(client, server)

    def _cut_for(self, data: bytes) -> _Cut | None:
        with self._lock:
            for cut in self._cuts:
                if cut.words in data:
                    if cut.skip == 0:
                        self._cuts.remove(cut)
                        self.cuts_made += 1
                        return cut
                    cut.skip -= 1
        return None


def _cut(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.close()
