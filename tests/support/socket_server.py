"""A TCP server for tests that answer in raw bytes: a thread for each client."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def serve_sockets(handle: Callable[[socket.socket], None]) -> Iterator[str]:
    """Run a server on a free port of 127.0.0.1 that calls `handle` with each client; yields its `host:port`."""

    def serve(client: socket.socket) -> None:
        with suppress(OSError):  # The client has left, as some tests want it.
            handle(client)

    def accept() -> None:
        with suppress(OSError):  # The listener was closed.
            while True:
                client, _ = listener.accept()
                threading.Thread(target=serve, args=(client,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=5)
