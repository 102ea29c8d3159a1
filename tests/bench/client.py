"""A minimal HTTP client that records the arrival time of each piece of a streamed response."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

# A token of `tests.bench.provider`: no other text has as many digits followed by a space.
_TOKEN = re.compile(rb"(\d{12,}) ")


class Refused(Exception):
    """The status was not 200; the message is the beginning of the response."""


class HttpConnection:
    """A keep-alive connection. `headers` are sent with each request."""

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        self._address = urlsplit(url)
        self._headers = {"Host": self._address.netloc, "Content-Type": "application/json", **(headers or {})}

    async def open(self) -> "HttpConnection":
        assert self._address.hostname is not None
        self._reader, self._writer = await asyncio.open_connection(self._address.hostname, self._address.port)
        return self

    def close(self) -> None:
        self._writer.close()

    async def post(self, path: str, body: Mapping[str, Any]) -> AsyncIterator[tuple[int, bytes]]:
        """The pieces of the response, with head and chunk sizes: (monotonic nanoseconds, bytes). Raises Refused."""
        content = json.dumps(body).encode()
        headers = {**self._headers, "Content-Length": str(len(content))}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._writer.write(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + content)
        tail = b""
        while not tail.endswith(b"\r\n0\r\n\r\n"):
            piece = await self._reader.read(65536)
            now = time.monotonic_ns()
            if not tail and not piece.startswith(b"HTTP/1.1 200"):
                raise Refused(piece[:300].decode(errors="replace"))
            if not piece:
                raise Refused("the connection was closed before the end")
            yield now, piece
            tail = (tail + piece)[-100:]

    async def first_token(self, path: str, body: Mapping[str, Any]) -> float:
        """Milliseconds from the request to the first token; returns at the end of the response."""
        started = time.monotonic_ns()
        found: float | None = None
        async for now, piece in self.post(path, body):
            if found is None and _TOKEN.search(piece):
                found = (now - started) / 1e6
        if found is None:
            raise Refused("no token came")
        return found

    async def delays(self, path: str, body: Mapping[str, Any]) -> Sequence[float]:
        """Latency in milliseconds of each token from the provider to here, in order."""
        found: list[float] = []
        rest = b""
        async for now, piece in self.post(path, body):
            rest += piece
            last = 0
            for token in _TOKEN.finditer(rest):
                found.append((now - int(token[1])) / 1e6)
                last = token.end()
            rest = rest[last:][-100:]
        return found
