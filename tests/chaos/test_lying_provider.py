"""Protocol violations of a model's server, and endless responses: the turn ends, and keeps the shown text."""

import gzip
import json
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat
from typing import Any

import pytest
from sqlalchemy import func, select

from shared.chat.model_call import MAX_REPLY_CHARACTERS
from shared.db.models import MessageChunk
from shared.db.session import transaction
from tests.support.api import Client
from tests.support.raw_server import RawServer


def event(text: str) -> bytes:
    chunk = {"choices": [{"index": 0, "delta": {"content": text}}]}
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode()


DONE = b"data: [DONE]\n\n"
BODY = event("Hello ") + event("世界") + DONE


def head(*headers: str, content_type: str = "text/event-stream") -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", f"Content-Type: {content_type}", *headers, "", ""]).encode()


def endless_headers() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    yield from (f"X-Header-{n}: {'x' * 1000}\r\n".encode() for n in iter(int, 1))


def drip(parts: Iterable[bytes]) -> Iterator[bytes]:
    for part in parts:
        yield part
        time.sleep(0.02)


WHOLE = ("completed", None, "Hello 世界")
BROKEN_OFF = ("failed", "provider_unreachable")
NO_ANSWER = ("failed", "provider_error")


@pytest.fixture
def liar(settings: Callable[..., None]) -> Iterator[RawServer]:
    with RawServer().serve() as server:
        settings(DEFAULT_MODEL_BASE_URL=server.base_url, DEFAULT_MODEL="liar", GROUP_SECONDS="0.01")
        yield server


def check_kept(user: Client, conversation_id: str, events: list[dict[str, Any]]) -> dict[str, Any]:
    """Check that the stored reply is the sent one."""
    assert [one["seq"] for one in events] == list(range(1, len(events) + 1))
    answer = user.history(conversation_id)[-1]
    assert answer["status"] == (events[-1]["status"] if events[-1]["type"] == "completed" else "failed")
    assert stored_text(answer) == "".join(one.get("text", "") for one in events)
    with transaction() as session:
        assert session.scalars(select(func.count()).select_from(MessageChunk)).one() == 0
    return answer


def stored_text(message: dict[str, Any]) -> str:
    return "".join(part["text"] for part in message["content"])


@pytest.mark.parametrize(
    ("answer", "status", "code", "text"),
    [
        pytest.param([head("Content-Encoding: gzip"), BODY], *WHOLE, id="says gzip, is plain"),
        pytest.param([head("Content-Encoding: gzip"), gzip.compress(BODY)], *WHOLE, id="gzip unasked"),
        pytest.param([head(content_type="text/event-stream; charset=utf-16"), BODY], *WHOLE, id="says utf-16"),
        pytest.param([head(content_type="text/event-stream; charset=none"), BODY], *WHOLE, id="says nonsense"),
        pytest.param([head(f"Content-Length: {len(BODY) + 100}"), BODY], *WHOLE, id="shorter than it says"),
        pytest.param(
            [head(f"Content-Length: {len(event('Hello ')) + 4}"), BODY],
            *BROKEN_OFF,
            "Hello ",
            id="longer than it says",
        ),
        pytest.param([head("Transfer-Encoding: chunked"), BODY], *BROKEN_OFF, "", id="not chunked"),
        pytest.param([head(), event("Hello ")], *BROKEN_OFF, "Hello ", id="closes before its end"),
        pytest.param(list(drip([head(), *(BODY[n : n + 1] for n in range(len(BODY)))])), *WHOLE, id="a byte at a time"),
        pytest.param(
            [head(), event("Hello ").replace(b"Hello ", "世".encode()[:2]), DONE],
            "completed",
            None,
            "\ufffd",
            id="half a character",
        ),
        pytest.param([head(), b"x" * 20_000_000], *NO_ANSWER, "", id="20 MB without a newline"),
        pytest.param(
            [head(), event("Hello "), b"data: " + b"x" * 20_000_000],
            *NO_ANSWER,
            "Hello ",
            id="20 MB without a newline, later",
        ),
        pytest.param([b"\x00" * 1000], *BROKEN_OFF, "", id="no HTTP"),
    ],
)
def test_a_protocol_violation_ends_only_the_turn(
    user: Client,
    liar: RawServer,
    conversation_id: str,
    answer: list[bytes],
    status: str,
    code: str | None,
    text: str,
) -> None:
    liar.answer = answer
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    kept = check_kept(user, conversation_id, events)
    assert (kept["status"], (kept["error"] or {}).get("code"), stored_text(kept)) == (status, code, text)

    liar.answer = [head(), BODY]
    assert user.turn("/chat/send", conversation_id=conversation_id, message="Again")[-1]["status"] == "completed"


def test_endless_headers_are_aborted(user: Client, liar: RawServer, conversation_id: str) -> None:
    liar.answer = endless_headers()
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    assert events[-1]["error"]["code"] == "provider_unreachable"
    assert liar.disconnected.wait(30)
    check_kept(user, conversation_id, events)


@pytest.mark.timeout(120)
def test_an_endless_reply_is_cut_off_at_the_storable_size(user: Client, liar: RawServer, conversation_id: str) -> None:
    liar.answer = chain([head()], repeat(event("世" * 10_000)))
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    assert events[-1]["error"]["code"] == "provider_error"
    assert liar.disconnected.wait(30)
    answer = check_kept(user, conversation_id, events)
    assert MAX_REPLY_CHARACTERS - 10_000 < len(stored_text(answer)) <= MAX_REPLY_CHARACTERS


def test_a_reply_of_a_silent_server_can_be_stopped(user: Client, liar: RawServer, conversation_id: str) -> None:
    liar.answer = drip(chain([head()], repeat(b": still thinking\n\n")))
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        events = stream.events()
        started = next(events)
        assert liar.requested.wait(30)
        assert user.post("/chat/stop", message_id=started["assistant_message_id"]).status_code == 202
        shown = [started, *events]
    assert shown[-1]["status"] == "stopped"
    assert liar.disconnected.wait(30)
    check_kept(user, conversation_id, shown)
