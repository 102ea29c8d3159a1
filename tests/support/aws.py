"""AWS emulator: moto's server, empty."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
from moto.server import ThreadedMotoServer

from tests.support.processes import free_port


@contextmanager
def aws_server() -> Iterator[str]:
    """Yields its base URL."""
    # Its access log contains whole URLs with signatures.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        httpx2.post(f"{url}/moto-api/reset", timeout=60)  # Its state belongs to this process.
        yield url
    finally:
        server.stop()
