"""Framing: the body of a model server's answer as JSON values, whatever the server labels it.

A stream of server-sent events is read as WHATWG HTML 9.2 defines it (lines end in LF, CR or CRLF; one byte order mark;
comments; several `data` lines), with what servers do besides: events without a blank line between them, JSON values
without `data:`, streams labelled as JSON and the reverse. So the body says what it is, not its content type.
"""

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

# One event, or a whole answer: image models send a picture as a data URL.
_MAX_VALUE_BYTES = 16 * 1024 * 1024
# After decompression: a small compressed body could unpack to any size.
_MAX_INFLATED_BYTES = 64 * 1024 * 1024
_MAX_STRAY_BYTES = 64 * 1024
_INFLATE_STEP_BYTES = 256 * 1024
_BOM = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"
# The header of zlib's format for each of its levels of compression.
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")


class UnreadableBody(Exception):
    """A body that is no answer."""


class BodyTooLarge(UnreadableBody):
    """An event or a body larger than any real one."""


class NotJson(UnreadableBody):
    """Data that begins like JSON and is none, or a compressed body that is broken."""


class WebPage(UnreadableBody):
    """HTML instead of an API's answer."""


@dataclass(frozen=True)
class Frame:
    """A JSON value, and the name of the event that carried it (`event:`), else an empty string."""

    value: Any
    event: str = ""


class Done:
    """`[DONE]`, with which OpenAI's streams end."""


DONE = Done()


class Inflater:
    """Decompresses a body that is gzip or zlib, which its first bytes show, and passes on any other.

    `takes_zlib`: not for a body that may be any text, which can begin like zlib's format: with `x^`.
    """

    def __init__(self, max_bytes: int = _MAX_INFLATED_BYTES, *, takes_zlib: bool = True) -> None:
        self._left = max_bytes
        self._formats = (_GZIP, *_ZLIB) if takes_zlib else (_GZIP,)
        self._head = b""
        self._is_known = False
        self._inflate: Any = None

    def feed(self, part: bytes) -> bytes:
        """Raises BodyTooLarge, NotJson."""
        if not self._is_known:
            self._head += part
            if len(self._head) < len(_GZIP):
                return b""
            part, self._is_known = self._head, True
            if part.startswith(self._formats):
                self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
        return part if self._inflate is None else self._inflated(part)

    @property
    def is_compressed(self) -> bool:
        return self._inflate is not None

    def end(self) -> bytes:
        """The byte of a body that has only one."""
        return b"" if self._is_known else self._head

    def _inflated(self, part: bytes) -> bytes:
        whole = bytearray()
        while part:
            try:
                piece = self._inflate.decompress(part, _INFLATE_STEP_BYTES)
            except zlib.error:
                raise NotJson from None
            self._left -= len(piece)
            if self._left < 0:
                raise BodyTooLarge
            whole += piece
            part = self._inflate.unconsumed_tail
        return bytes(whole)


class BodyReader:
    """Bytes of a body in, JSON values out. `feed` and `end` raise BodyTooLarge, NotJson, WebPage."""

    def __init__(self) -> None:
        self._inflater = Inflater()
        # Not read yet: of a stream, a line that has not ended; of JSON, a value that is not whole.
        self._rest = bytearray()
        self._form: str | None = None
        self._skip_line_feed = False
        self._event = ""
        # `data` lines of an event that are no JSON one by one.
        self._lines: list[str] = []
        self._tried_bytes = 0
        self._stray = bytearray()

    @property
    def stray_text(self) -> str:
        """Text of a stream that belongs to no event: an error in plain words, or in JSON."""
        return self._stray.decode("utf-8", "replace").strip()

    def feed(self, part: bytes) -> Iterable[Frame | Done]:
        frames = self._whole_events(part)
        return self._read(self._inflater.feed(part)) if frames is None else frames

    def _whole_events(self, part: bytes) -> list[Frame | Done] | None:
        """The values of a part that consists of whole events of one line, as most parts do; None for any other part."""
        is_between_events = self._form == "events" and not (self._rest or self._lines or self._event)
        if not is_between_events or self._inflater.is_compressed or not part.endswith(b"\n\n") or b"\r" in part:
            return None
        frames: list[Frame | Done] = []
        for event in part[:-2].split(b"\n\n"):
            is_line = event.startswith(b"data: ") and b"\n" not in event
            frame = self._parse(event[6:].decode("utf-8", "replace")) if is_line else None
            if frame is None:
                return None
            frames.append(frame)
        return frames

    def end(self) -> Iterator[Frame | Done]:
        """The rest, when the body has ended."""
        yield from self._read(self._inflater.end())
        if self._form == "json":
            yield from self._values(at_end=True)
        elif self._form == "events":
            yield from self._line(bytes(self._rest))
            yield from self._dispatch()
        self._rest.clear()

    def _read(self, part: bytes) -> Iterator[Frame | Done]:
        self._rest += part
        if self._form is None and not self._detect():
            return
        if self._form == "events":
            if self._skip_line_feed and self._rest.startswith(b"\n"):
                del self._rest[:1]
            self._skip_line_feed = False
            if b"\n" in part or b"\r" in self._rest:
                yield from self._events()
        else:
            yield from self._values(at_end=False)
        if len(self._rest) + sum(map(len, self._lines)) > _MAX_VALUE_BYTES:
            raise BodyTooLarge

    def _detect(self) -> bool:
        """Find out the form of the body from its first character; False before there is one."""
        if _BOM.startswith(self._rest[:3]) and len(self._rest) < len(_BOM):
            return False
        if self._rest.startswith(_BOM):
            del self._rest[: len(_BOM)]
        first = self._rest.lstrip()[:1]
        if not first:
            # Blank lines keep a connection alive.
            self._rest.clear()
            return False
        if first == b"<":
            raise WebPage
        self._form = "json" if first in b"{[" else "events"
        return True

    def _events(self) -> Iterator[Frame | Done]:
        lines = self._rest
        if b"\r" in lines:
            self._skip_line_feed = lines.endswith(b"\r")
            lines = lines.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *whole, rest = lines.split(b"\n")
        self._rest = bytearray(rest)
        for line in whole:
            yield from self._line(bytes(line))

    def _line(self, line: bytes) -> Iterator[Frame | Done]:
        if not line:
            yield from self._dispatch()
            self._event = ""
            return
        name, _, value = line.partition(b":")
        if name == b"data":
            text = value.decode("utf-8", "replace").strip()
            frame = None if self._lines else self._parse(text)
            if frame is not None:
                yield frame
            elif text:
                self._lines.append(text)
        elif name == b"event":
            self._event = value.decode("utf-8", "replace").strip()
        elif line[:1] in (b"{", b"[") and (stray := self._parse(line.decode("utf-8", "replace"))) is not None:
            yield stray  # An error without `data:`, in the middle of a stream.
        elif name not in (b"", b"id", b"retry") and len(self._stray) < _MAX_STRAY_BYTES:
            self._stray += line + b"\n"

    def _dispatch(self) -> Iterator[Frame | Done]:
        """The event whose `data` lines were no JSON one by one."""
        if not self._lines:
            return
        lines, self._lines = self._lines, []
        frame = self._parse("\n".join(lines))
        frames = [frame] if frame else [found for line in lines if (found := self._parse(line)) is not None]
        if not frames and self._event == "error":
            frames = [Frame({"error": "\n".join(lines)}, self._event)]  # In plain words.
        # Data that is no JSON and does not look like it keeps the connection alive.
        if not frames and lines[0][0] in "{[":
            raise NotJson
        yield from frames

    def _parse(self, text: str) -> Frame | Done | None:
        if text == "[DONE]":
            return DONE
        if not text or text[0] not in "{[":
            return None
        try:
            return Frame(json.loads(text), self._event)
        except (ValueError, RecursionError):
            return None

    def _values(self, *, at_end: bool) -> Iterator[Frame | Done]:
        """JSON values without framing. One is tried whenever the body could end, at most at twice the last size."""
        could_end = self._rest.rstrip().endswith((b"}", b"]"))
        if not at_end and (not could_end or len(self._rest) < 2 * self._tried_bytes):
            return
        self._tried_bytes = len(self._rest)
        text = self._rest.decode("utf-8", "replace").strip()
        position = 0
        while position < len(text):
            try:
                value, position = json.JSONDecoder().raw_decode(text, position)
            except (ValueError, RecursionError):
                break
            yield Frame(value)
            while position < len(text) and text[position].isspace():
                position += 1
        if position == len(text):
            self._rest.clear()
            self._tried_bytes = 0
        elif at_end:
            raise NotJson
        else:
            self._rest = bytearray(text[position:], "utf-8")
