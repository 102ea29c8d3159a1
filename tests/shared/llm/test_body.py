"""Framing of a provider's answer: the same JSON values, however the body is written and cut."""

import gzip
import itertools
import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.llm.body import BodyReader, BodyTooLarge, Done, Frame, NotJson, WebPage

VALUES = [{"choices": [{"delta": {"content": text}}]} for text in ("Hello ", "wörld", "\r\n: data", "")]


def read(body: bytes, *cuts: int) -> list[Any]:
    """The values of a body that arrives in pieces, cut at these offsets; DONE as the text `[DONE]`."""
    reader = BodyReader()
    offsets = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
    frames = [frame for start, end in itertools.pairwise(offsets) for frame in reader.feed(body[start:end])]
    frames += reader.end()
    return ["[DONE]" if isinstance(frame, Done) else frame.value for frame in frames]


def stream(line_end: str, *, space: str = " ", blank: bool = True, indent: int | None = None) -> bytes:
    """VALUES and `[DONE]` as server-sent events."""
    events = [json.dumps(value, indent=indent) for value in VALUES] + ["[DONE]"]
    lines = []
    for event in events:
        lines += [f"data:{space}{line}" for line in event.split("\n")]
        lines += [""] if blank else []
    return line_end.join([*lines, ""]).encode()


BODIES = {
    "LF": stream("\n"),
    "CRLF": stream("\r\n"),
    "CR": stream("\r"),
    "no space": stream("\n", space=""),
    "no blank lines": stream("\n", blank=False),
    "several data lines": stream("\n", indent=1),
    "BOM": b"\xef\xbb\xbf" + stream("\r\n"),
    "comments and other fields": b": hello\n\nevent: chunk\nid: 1\nretry: 5\n" + stream("\n"),
    "pings": b"\n\ndata:\n\ndata: ping\n\n" + stream("\n"),
    "gzip": gzip.compress(stream("\n")),
    "zlib": zlib.compress(stream("\r\n")),
    "without an end": stream("\n").rstrip(b"\n"),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@given(cuts=st.lists(st.integers(min_value=0), max_size=6))
def test_a_stream_has_the_same_values_however_it_is_cut(body: bytes, cuts: list[int]) -> None:
    assert read(body, *cuts) == [*VALUES, "[DONE]"]


@given(cuts=st.lists(st.integers(min_value=0), max_size=6))
def test_json_without_framing_has_the_same_values_however_it_is_cut(cuts: list[int]) -> None:
    whole = json.dumps(VALUES[1], indent=2).encode()
    assert read(b"\r\n" + whole + b"\n", *cuts) == [VALUES[1]]
    lines = b"\n".join(json.dumps(value).encode() for value in VALUES)
    assert read(lines, *cuts) == VALUES


def test_json_is_read_before_the_connection_closes() -> None:
    reader = BodyReader()
    assert [frame.value for frame in reader.feed(json.dumps(VALUES[0]).encode()) if isinstance(frame, Frame)] == [
        VALUES[0]
    ]


def test_an_event_has_its_name() -> None:
    reader = BodyReader()
    (frame,) = reader.feed(b'event: error\ndata: {"message": "It failed."}\n\n')
    assert isinstance(frame, Frame)
    assert frame.event == "error"


def test_an_error_event_may_have_plain_words() -> None:
    (frame,) = BodyReader().feed(b"event: error\ndata: It failed.\n\n")
    assert frame == Frame({"error": "It failed."}, "error")


def test_json_between_events_is_a_value() -> None:
    body = b'data: {"choices": []}\n\n{"error": "It failed."}\n\ndata: [DONE]\n\n'
    assert read(body) == [{"choices": []}, {"error": "It failed."}, "[DONE]"]


def test_text_outside_of_events_is_kept_for_the_error() -> None:
    reader = BodyReader()
    assert list(reader.feed(b"data: {}\n\nupstream connect error\n")) != []
    assert reader.stray_text == "upstream connect error"


@pytest.mark.parametrize(
    "body", [b"data: {oops\n\n", b"{oops", b"[" * 100_000, gzip.compress(b"data: {}", mtime=0)[:12] + b"x" * 9]
)
def test_broken_data_is_not_json(body: bytes) -> None:
    with pytest.raises(NotJson):
        read(body)


@pytest.mark.parametrize("body", [b"<!doctype html><p>Hi", b"\n  <html>", b"\xef\xbb\xbf<html>"])
def test_a_web_page_is_recognized(body: bytes) -> None:
    with pytest.raises(WebPage):
        read(body)


def test_an_event_may_have_16_mib_and_no_more() -> None:
    event = b'data: {"image": "' + b"A" * (15 * 1024 * 1024) + b'"}\n\n'
    assert len(read(event)) == 1
    with pytest.raises(BodyTooLarge):
        read(b'data: {"image": "' + b"A" * (17 * 1024 * 1024))


def test_a_compressed_body_is_bounded() -> None:
    bomb = zlib.compressobj(9, wbits=31)
    body = b"".join(bomb.compress(b": padding\n" * 100_000) for _ in range(100)) + bomb.flush()
    assert len(body) < 1_000_000
    with pytest.raises(BodyTooLarge):
        read(body)
