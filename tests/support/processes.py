"""Free ports, polling and servers, for tests with several processes or threads."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import cycle
from typing import Literal, TypeVar

import uvicorn
from starlette.types import ASGIApp

T = TypeVar("T")

# Bears a machine that is stalled for a while.
WAIT_SECONDS = 30.0


def free_port() -> int:
    """A free port on 127.0.0.1.

    It is below the kernel's range for outgoing connections, and in a block of ports that no other test process uses.
    """
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Distinct free ports, see `free_port`."""
    ports: list[int] = []
    while len(ports) < count:
        candidate = next(_candidates)
        if candidate not in ports and not is_listening(candidate):
            ports.append(candidate)
    return ports


_FIRST_PORT = 18_000
_PORTS_IN_A_BLOCK = 250
_BLOCKS = 56


def _ports_of_this_process() -> Iterator[int]:
    # The kernel frees the name when this process ends in any way.
    with socket.socket(socket.AF_UNIX) as reservation:
        for block in range(_BLOCKS):
            with suppress(OSError):
                reservation.bind(f"\0chat-tests-ports-{block}")
                break
        else:
            raise RuntimeError("every block of ports is reserved by another test process")
        first = _FIRST_PORT + block * _PORTS_IN_A_BLOCK
        yield from cycle(range(first, first + _PORTS_IN_A_BLOCK))


_candidates = _ports_of_this_process()


def is_listening(port: int) -> bool:
    """Whether a server accepts connections on 127.0.0.1:port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(condition: Callable[[], T], *, timeout: float = WAIT_SECONDS, what: str = "") -> T:
    """Poll `condition` every 10 ms; returns its first truthy value.

    Raises TimeoutError after `timeout` seconds, with `what` in the message.
    """
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {timeout} s: {what or condition}")
        time.sleep(0.01)


@contextmanager
def serve(app: ASGIApp, port: int | None = None, lifespan: Literal["on", "off"] = "off") -> Iterator[str]:
    """Serve `app` in a thread on 127.0.0.1; yields its base URL."""
    port = port or free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=port,
            lifespan=lifespan,
            # Keeps the application's logging configuration, so that the log watch receives uvicorn's lines.
            log_config=None,
            # This parser keeps the case of the app's headers, on which COS's SDK depends.
            http="h11",
            # By default uvicorn trusts X-Forwarded-For from this machine; the product decides that itself.
            proxy_headers=False,
            timeout_graceful_shutdown=1,
            # Longer than clients keep idle connections, so that none is closed while its next request is sent.
            timeout_keep_alive=75,
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_until(lambda: server.started or not thread.is_alive(), what=f"server on port {port}")
        if not server.started:
            raise RuntimeError(f"the server on port {port} did not start")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def end_with_parent(command: Sequence[str]) -> list[str]:
    """The command, wrapped so that the kernel ends it when its parent process dies."""
    return ["setpriv", "--pdeathsig", "TERM", *command]
