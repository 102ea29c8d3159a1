"""Emulator of Lambda's Runtime API: sends invocations and receives responses, streamed ones in chunks.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4


@dataclass
class Invocation:
    """An event and its response. Header names are in lower case; `chunks` ends with None."""

    event: Any
    id: str = field(default_factory=lambda: str(uuid4()))
    headers: Mapping[str, str] = field(default_factory=dict)
    chunks: "queue.Queue[bytes | None]" = field(default_factory=queue.Queue)
    failed: bool = False

    def body(self, timeout: float = 30) -> bytes:
        """The whole response body."""
        parts = []
        while (part := self.chunks.get(timeout=timeout)) is not None:
            parts.append(part)
        return b"".join(parts)

    def answer(self) -> Any:
        """The handler's result. Raises AssertionError when it failed."""
        body = self.body()
        assert not self.failed, body.decode()
        return json.loads(body)

    def read_until(self, text: bytes, timeout: float = 60) -> bytes:
        """The body until `text` has arrived. Raises queue.Empty on a timeout."""
        received = b""
        while text not in received:
            part = self.chunks.get(timeout=timeout)
            assert part is not None, f"ended before {text!r}: {received!r}"
            received += part
        return received


class LambdaRuntime:
    """The Runtime API of one function instance. `address`: the value of AWS_LAMBDA_RUNTIME_API."""

    def __init__(self) -> None:
        self.address = ""
        self.init_error: str | None = None
        self._events: queue.Queue[Invocation] = queue.Queue()
        self._running: dict[str, Invocation] = {}
        self._closed = threading.Event()

    def invoke(self, event: Any) -> Invocation:
        """Queue an event for the instance's next poll."""
        assert self.init_error is None, self.init_error
        invocation = Invocation(event)
        self._events.put(invocation)
        return invocation

    @contextmanager
    def serve(self) -> Iterator["LambdaRuntime"]:
        runtime = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                if self.path.endswith("/runtime/invocation/next"):
                    runtime._hand_out(self)
                else:  # An extension polls for its next event, which is the shutdown.
                    runtime._closed.wait()
                    self.close_connection = True

            def do_POST(self) -> None:
                runtime._take(self)

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        self.address = f"127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            self._closed.set()
            server.shutdown()
            thread.join()
            server.server_close()

    def _hand_out(self, request: BaseHTTPRequestHandler) -> None:
        while not self._closed.is_set():
            try:
                invocation = self._events.get(timeout=0.1)
            except queue.Empty:
                continue
            self._running[invocation.id] = invocation
            body = json.dumps(invocation.event).encode()
            request.send_response(200)
            request.send_header("Content-Type", "application/json")
            request.send_header("Content-Length", str(len(body)))
            request.send_header("Lambda-Runtime-Aws-Request-Id", invocation.id)
            request.send_header("Lambda-Runtime-Deadline-Ms", str(int(time.time() * 1000) + 60_000))
            request.send_header(
                "Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:f"
            )
            request.send_header("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0")
            request.end_headers()
            request.wfile.write(body)
            return
        request.close_connection = True

    def _take(self, request: BaseHTTPRequestHandler) -> None:
        parts = request.path.split("/")
        invocation = self._running.get(parts[-2])
        if invocation is None:
            body = b"".join(_chunks(request))
            if request.path.endswith("/init/error"):
                self.init_error = body.decode()
        else:
            invocation.headers = {name.lower(): value for name, value in request.headers.items()}
            invocation.failed = parts[-1] == "error"
            for part in _chunks(request):
                invocation.chunks.put(part)
            invocation.chunks.put(None)
        request.send_response(200 if "extension" in request.path else 202)
        request.send_header("Lambda-Extension-Identifier", str(uuid4()))
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", "2")
        request.end_headers()
        request.wfile.write(b"{}")


def _chunks(request: BaseHTTPRequestHandler) -> Iterator[bytes]:
    if request.headers.get("Transfer-Encoding", "").lower() != "chunked":
        yield request.rfile.read(int(request.headers.get("Content-Length", 0)))
        return
    while size := int(request.rfile.readline().split(b";")[0], 16):
        yield request.rfile.read(size)
        request.rfile.readline()
    while request.rfile.readline().strip():  # trailers
        pass
