"""Server-sent events with ids and reconnection times, as WHATWG HTML 9.2 defines the stream."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class ServerSentEvent:
    """`id`: that of the last event that had one. `retry`: milliseconds."""

    name: str
    data: str
    id: str
    retry: int | None


class SseParser:
    """Bytes in, events out. Events without data are returned, too: their id is where a stream can be resumed."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[str] = []
        self._name = ""
        self._id = ""
        self._retry: int | None = None
        self._has_fields = False

    def feed(self, part: bytes) -> Iterator[ServerSentEvent]:
        text = self._rest + part
        # A CR at the end may be the first half of a CRLF.
        held_back = b"\r" if text.endswith(b"\r") else b""
        lines = text[: len(text) - len(held_back)].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest = lines.pop() + held_back
        for line in lines:
            if line:
                self._field(line.decode("utf-8", "replace").removeprefix("\ufeff"))
            elif self._has_fields:
                yield ServerSentEvent(self._name or "message", "\n".join(self._data), self._id, self._retry)
                self._data, self._name, self._retry, self._has_fields = [], "", None, False

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._name = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self._retry = int(value)
        else:
            return
        self._has_fields = True
