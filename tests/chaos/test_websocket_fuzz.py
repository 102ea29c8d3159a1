"""WebSocket fuzzing: any client input is answered with an error frame, or the connection is closed and its row deleted;
the server keeps running."""

import base64
import json
import os
import socket
import struct
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from functions.websocket.app import app as websocket_app
from shared.db.models import WsConnection
from shared.web import websocket_frames
from tests.support.api import Client
from tests.support.processes import serve, wait_until
from tests.support.scripted_provider import Script, ScriptedProvider, gate
from tests.support.scripted_provider import delta as text
from tests.support.sockets import GatewaySocket, Socket, WebSocket, api_gateway, reply_to

pytestmark = [
    pytest.mark.parametrize("database_url", ["mariadb"], indirect=True),
    # The long form takes minutes.
    pytest.mark.timeout(1200),
    # Hypothesis attributes to its strategies what the server, a thread of this process, does meanwhile.
    pytest.mark.filterwarnings("ignore:Do not use the `random` module:hypothesis.errors.HypothesisDeprecationWarning"),
]
# Parts of exception texts, which no answer may contain.
REFUSALS = {"validation_error", "payload_too_large", "not_found"}


@pytest.fixture(scope="module")
def native_server() -> Iterator[str]:
    with serve(websocket_app, lifespan="on") as url:
        yield url.replace("http", "ws", 1) + "/chat/ws/chat"


@pytest.fixture(params=["native", "api_gateway"])
def connection(
    request: pytest.FixtureRequest, user: Client, monkeypatch: pytest.MonkeyPatch, provider: ScriptedProvider
) -> Iterator[Socket]:
    token = user.tokens["access_token"]
    # The rate limit of frames has its own test.
    monkeypatch.setattr(websocket_frames, "MAX_FRAMES_PER_SECOND", 10**6)
    if request.param == "native":
        opened: Socket = WebSocket(request.getfixturevalue("native_server"), token)
        yield opened
        opened.close()
        return
    with api_gateway(monkeypatch) as gateway:
        opened = GatewaySocket(gateway, token)
        yield opened
        opened.close()


NUMBERS = st.integers() | st.integers(-(10**40), 10**40) | st.floats()
LEAVES = st.none() | st.booleans() | NUMBERS | st.text(max_size=20)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner), max_leaves=20
)
FIELDS = ("request_id", "conversation_id", "message_id", "parent_id", "message", "params", "after", "base_url", "x")
# Almost valid frames reach the most code.
NEARLY = st.fixed_dictionaries(
    {"type": st.sampled_from(["send", "regenerate", "continue", "stop", "resume", "ping", "turn", "__proto__"])},
    optional=dict.fromkeys(FIELDS, ANYTHING | st.just("known") | st.just(10**30)),
)
FRAMES = (
    st.builds(lambda value: json.dumps(value), ANYTHING | NEARLY)
    | st.builds(lambda value: json.dumps(value).encode()[:-1], NEARLY)
    | st.text(max_size=200)
    | st.binary(max_size=200)
)


@settings(suppress_health_check=list(HealthCheck), max_examples=(settings.default or settings()).max_examples)
@given(frame=FRAMES)
@example(frame="")
@example(frame=b"")
@example(frame="null")
@example(frame="[" * 100_000)
@example(frame='{"a":' * 50_000 + "1" + "}" * 50_000)
@example(frame="1" * 10_000)
@example(frame='{"type":"send","request_id":"\\ud800","conversation_id":"x","message":"y"}')
@example(frame='{"type":"resume","message_id":"\\u0000","after":1e400}')
@example(frame='{"type":"ping","type":"stop"}')
@example(frame=b"\xff\xfe{}")
@example(frame=json.dumps({"type": "send", "request_id": "r", "message": "x" * 200_000}))
@example(frame=json.dumps({"type": "ping", "request_id": "r" * 1000}))
@example(frame=json.dumps({"type": "send", "request_id": "a\r\nb", "conversation_id": "x", "message": "y"}))
def test_any_frame_is_answered_and_the_connection_stays_open(connection: Socket, frame: str | bytes) -> None:
    connection.send_text(frame)
    connection.send(type="ping")
    answers = [connection.receive()]
    while answers[-1] != {"type": "pong"}:
        answers.append(connection.receive())
    if is_a_ping(frame):
        assert connection.receive() == {"type": "pong"}
        return
    (answer,) = answers[:-1]
    assert answer["type"] == "error"
    assert answer["error"].keys() <= {"code", "message", "request_id", "details"}
    assert answer["error"]["code"] in REFUSALS
    assert answer["error"]["message"].endswith(".")


def is_a_ping(frame: str | bytes) -> bool:
    try:
        value = json.loads(frame)
    except (ValueError, RecursionError):
        return False
    allowed = isinstance(value, dict) and value.keys() <= {"type", "request_id"} and value.get("type") == "ping"
    request_id = value.get("request_id") if allowed else None
    plain = isinstance(request_id, str) and 0 < len(request_id) <= 128 and request_id.isascii()
    return allowed and (request_id is None or (plain and request_id.isprintable() and " " not in request_id))


def test_resuming_after_an_impossible_seq_is_an_error(
    connection: Socket, user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    provider.enqueue(Script([text("Begun"), gate("end")]))
    connection.send(type="send", conversation_id=conversation_id, message="Hi", request_id="send")
    started = connection.receive()
    connection.send(type="resume", message_id=started["assistant_message_id"], after=10**30, request_id="resume")
    connection.send(type="ping")
    seen = [connection.receive()]
    while seen[-1]["type"] != "pong":
        seen.append(connection.receive())
    provider.open_gate("end")
    assert "validation_error" in [frame["error"]["code"] for frame in seen if frame["type"] == "error"]
    wait_until(lambda: user.history(conversation_id)[1]["status"] == "completed", what="the reply's end")


def frame_of(payload: bytes, *, opcode: int = 1, masked: bool = True, length: int | None = None) -> bytes:
    """A frame (RFC 6455, section 5.2), optionally with a wrong length."""
    declared = len(payload) if length is None else length
    mask_bit = masked << 7
    size = bytes([declared | mask_bit]) if declared < 126 else struct.pack("!BQ", 127 | mask_bit, declared)
    return bytes([0x80 | opcode]) + size + (bytes(4) if masked else b"") + payload


BROKEN: dict[str, bytes] = {
    "nothing more": b"",
    "half a head": b"\x81",
    "half a frame": frame_of(b"{", length=100),
    "an endless frame": frame_of(b"{", length=2**62),
    "a length with its highest bit set": bytes([0x81, 0xFF]) + b"\xff" * 8 + bytes(4),
    "no mask": frame_of(b'{"type":"ping"}', masked=False),
    "a reserved opcode": frame_of(b"", opcode=7),
    "a reserved bit": b"\xf1" + frame_of(b"{}")[1:],
    "text that is no UTF-8": frame_of(b"\xff\xfe\xfd"),
    "a fragment of nothing": frame_of(b"{}", opcode=0),
    "a ping that is too long": frame_of(b"x" * 200, opcode=9),
    "a close with half a code": frame_of(b"\x03", opcode=8),
    "plain HTTP": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "random bytes": bytes(range(255, 0, -1)) * 4,
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_connection_that_violates_the_protocol_is_closed_and_its_row_deleted(
    kind: str, native_server: str, user: Client, database: Engine
) -> None:
    opened = raw_connection(native_server, user.tokens["access_token"])
    with opened:
        opened.sendall(BROKEN[kind])
        opened.shutdown(socket.SHUT_WR)
        while opened.recv(65536):
            pass  # Until the server closes its side.
    wait_until(lambda: open_connections(database) == 0, what="the connection's row to go")
    after = WebSocket(native_server, user.tokens["access_token"])
    assert [frame["error"]["code"] for frame in reply_to(after, type="resume", message_id="x")] == ["not_found"]
    after.close()


def raw_connection(url: str, token: str) -> socket.socket:
    """A socket after the handshake."""
    address = urlsplit(url)
    assert address.port is not None
    opened = socket.create_connection((address.hostname, address.port), timeout=20)
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {address.path}?token={token} HTTP/1.1",
        f"Host: {address.netloc}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
    ]
    opened.sendall("\r\n".join([*lines, "", ""]).encode())
    head = b""
    while b"\r\n\r\n" not in head:
        head += opened.recv(1)
    assert head.startswith(b"HTTP/1.1 101")
    return opened


def open_connections(database: Engine) -> int:
    with database.connect() as connection:
        return connection.scalar(select(func.count()).select_from(WsConnection)) or 0


def test_a_connection_works_after_frames_in_any_order(
    connection: Socket, user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    connection.send(type="stop", message_id=conversation_id, request_id="1")
    connection.send(type="resume", message_id=conversation_id, request_id="2")
    connection.send(type="continue", message_id=conversation_id, request_id="3")
    assert {connection.receive()["error"]["code"] for _ in range(3)} == {"not_found"}
    frames: list[Any] = reply_to(connection, type="send", conversation_id=conversation_id, message="Hi")
    assert frames[-1]["status"] == "completed"
    again = reply_to(connection, type="continue", message_id=frames[0]["assistant_message_id"])
    assert [frame["error"]["code"] for frame in again] == ["not_continuable"]
