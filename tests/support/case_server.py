"""A model server that plays a case of tests/cases/providers.json back, byte by byte, and checks what it was sent.

The file's own words for each part of a case are the specification: `answers`, `when` and the conditions in
`right.upstream` are read here, the rest in tests/functions/test_provider_cases.py.
"""

import base64
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from tests.support.socket_server import serve_sockets


@dataclass(frozen=True)
class SentRequest:
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def roles(self) -> list[str]:
        return [message["role"] for message in self.body.get("messages", [])]

    @property
    def text(self) -> str:
        return "\n".join(part["text"] for part in self._parts() if part["type"] == "text")

    @property
    def images(self) -> str:
        """none, url or data: how the images of the messages were sent."""
        urls = [part["image_url"]["url"] for part in self._parts() if part["type"] == "image_url"]
        if not urls:
            return "none"
        return "data" if all(url.startswith("data:") for url in urls) else "url"

    def _parts(self) -> Iterator[dict[str, Any]]:
        for message in self.body.get("messages", []):
            content = message["content"]
            yield from [{"type": "text", "text": content}] if isinstance(content, str) else content


def holds(condition: Mapping[str, Any], request: SentRequest) -> bool:
    """Whether a request fits a condition: all parts of it."""
    body = request.body
    checks: dict[str, Callable[[Any], bool]] = {
        "has": lambda names: any(name in body for name in _list(names)),
        "lacks": lambda names: not any(name in body for name in _list(names)),
        "equals": lambda fields: all(body.get(name) == value for name, value in fields.items()),
        "below": lambda fields: all(name in body and body[name] < value for name, value in fields.items()),
        "path": lambda path: request.path == path,
        "header": lambda headers: all(request.headers.get(name.lower()) == value for name, value in headers.items()),
        "roles": lambda roles: request.roles == roles,
        "alternates": lambda wanted: _alternates(request.roles) is wanted,
        "images": lambda kinds: request.images in _list(kinds),
        "says": lambda words: all(word in request.text for word in _list(words)),
        "silent_on": lambda words: not any(word in request.text for word in _list(words)),
        "not": lambda inner: not holds(inner, request),
    }
    return all(checks[name](value) for name, value in condition.items())


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _alternates(roles: Sequence[str]) -> bool:
    """System aside: user, assistant, user, ... user."""
    talk = [role for role in roles if role != "system"]
    return len(talk) % 2 == 1 and all(role == ("user", "assistant")[at % 2] for at, role in enumerate(talk))


@dataclass
class CaseServer:
    """`seconds_per_second` scales the delays of a case."""

    answers: Sequence[Mapping[str, Any]]
    seconds_per_second: float = 1
    url: str = ""
    requests: list[SentRequest] = field(default_factory=list)
    _uses: dict[int, int] = field(default_factory=dict)
    _closing: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def serve(self) -> Iterator["CaseServer"]:
        with serve_sockets(self._serve_client) as address:
            self.url = f"http://{address}"
            try:
                yield self
            finally:
                self._closing.set()

    def _serve_client(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            keeps = True
            while keeps:
                request = _read_request(client)
                if request is None:
                    return
                self.requests.append(request)
                keeps = self._send(client, self._answer_to(request))

    def _answer_to(self, request: SentRequest) -> Mapping[str, Any]:
        for index, answer in enumerate(self.answers):
            times = answer.get("times", None if "when" in answer else 1)
            used = self._uses.get(index, 0)
            if (times is None or used < times) and holds(answer.get("when", {}), request):
                self._uses[index] = used + 1
                return answer
        return {"status": "HTTP/1.1 500 No Answer Left", "headers": ["Content-Length: 0"], "body": []}

    def _send(self, client: socket.socket, answer: Mapping[str, Any]) -> bool:
        """Whether the next request may follow on this connection."""
        self._wait(answer)
        head = "\r\n".join([answer["status"], *map(_header, answer["headers"]), "", ""])
        client.sendall(head.encode("latin-1"))
        for piece in answer["body"]:
            if isinstance(piece, str):
                client.sendall(piece.encode())
                continue
            self._wait(piece)
            data = base64.b64decode(piece["base64"]) if "base64" in piece else piece["text"].encode()
            client.sendall(data * piece.get("repeat", 1))
        close = answer.get("close", "clean")
        if close == "hold":
            self._closing.wait(600)
        if close == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return bool(close == "keep")

    def _wait(self, piece: Mapping[str, Any]) -> None:
        if delay := piece.get("delay"):
            time.sleep(delay / 1000 * self.seconds_per_second)


def _header(line: str) -> str:
    """A header line; `{date+2}` is the HTTP date in two seconds."""
    return re.sub(r"\{date\+(\d+)\}", lambda found: formatdate(time.time() + int(found[1]), usegmt=True), line)


def _read_request(client: socket.socket) -> SentRequest | None:
    """All of it: closing with something unread would reset the connection, and take back what was sent last."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = client.recv(65536)
        if not part:
            return None
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        part = client.recv(65536)
        if not part:
            return None
        body += part
    return SentRequest(first.split(" ")[1], headers, json.loads(body) if body else {})
