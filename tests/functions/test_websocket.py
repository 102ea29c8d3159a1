"""Chat over WebSocket, with the native server and the handlers behind API Gateway."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta, timezone
from functools import partial
from itertools import repeat
from types import SimpleNamespace
from typing import Any, Protocol

import pytest
from botocore.exceptions import EndpointConnectionError
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session
from starlette.datastructures import Headers
from websockets.exceptions import ConnectionClosed

from functions.user import logins
from functions.websocket import app as websocket_server
from functions.websocket import disconnect, turn
from functions.websocket.app import app as websocket_app
from shared import invocation
from shared.auth.limits import Limit
from shared.auth.scopes import MODEL_CONFIG_CREATE
from shared.auth.tokens import CLOCK_SKEW
from shared.chat import follow_limit, worker
from shared.chat.worker import TurnJob, has_worker
from shared.config import CONNECTION_SECONDS
from shared.db.models import Message, RefreshToken, WsConnection
from shared.db.repositories import rate_limits, refresh_tokens, ws_connections
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.web import gateway_client, websocket_frames
from shared.web.websocket_frames import FrameRateLimiter
from tests.conftest import PASSWORD
from tests.contract.test_authentication import REFUSED
from tests.contract.test_permissions import cut_off_reply, put_in_group, turn_requests
from tests.support.api import Client, error_code
from tests.support.concurrency import at_once
from tests.support.processes import serve, wait_until
from tests.support.scripted_provider import Script, ScriptedProvider, call, finish, gate, reasoning, usage
from tests.support.scripted_provider import delta as text
from tests.support.sockets import ApiGateway, GatewaySocket, Refused, Socket, WebSocket, api_gateway, reply_to
from tests.support.tools import TOOLS, ScriptedTools


class Connect(Protocol):
    """Opens a connection; `token`: the URL's parameter."""

    def __call__(self, token: str | None, headers: Mapping[str, str] | None = None) -> Socket: ...


@pytest.fixture(scope="session")
def native_server() -> Iterator[str]:
    with serve(websocket_app, lifespan="on") as url:
        yield url.replace("http", "ws", 1) + "/chat/ws/chat"


@pytest.fixture
def entries(monkeypatch: pytest.MonkeyPatch, database: Engine) -> Iterator[ApiGateway]:
    with api_gateway(monkeypatch) as gateway:
        yield gateway


@pytest.fixture(params=["native", "api_gateway"])
def open_socket(request: pytest.FixtureRequest, database: Engine) -> Iterator[Connect]:
    """A function that opens a connection with an access token. A test with this fixture runs over both transports."""
    opened: list[Socket] = []
    opener: Connect
    if request.param == "native":
        opener = partial(WebSocket, request.getfixturevalue("native_server"))
    else:
        opener = partial(GatewaySocket, request.getfixturevalue("entries"))

    def connect(token: str | None, headers: Mapping[str, str] | None = None) -> Socket:
        opened.append(opener(token, headers))
        return opened[-1]

    yield connect
    for socket in opened:
        socket.close()


@pytest.fixture
def socket(open_socket: Connect, user: Client) -> Socket:
    return open_socket(user.tokens["access_token"])


over_native_server = pytest.mark.parametrize("open_socket", ["native"], indirect=True)


def without_ids(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Events without ids, which differ between replies."""
    return [
        {name: value for name, value in event.items() if not name.endswith("_id")} | {"keys": sorted(event)}
        for event in events
    ]


def joined(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Consecutive text events of one kind joined, with the last `seq`: a WebSocket may join waiting events."""
    result: list[dict[str, Any]] = []
    for event in events:
        if result and "text" in event and event["type"] == result[-1]["type"]:
            result[-1] = event | {"text": result[-1]["text"] + event["text"]}
        else:
            result.append(event)
    return result


def test_the_same_script_gives_the_same_events_as_over_sse(
    user: Client, socket: Socket, provider: ScriptedProvider, conversation_id: str
) -> None:
    steps = [reasoning("Hm."), text("One ", after=0.15), text("two", after=0.15), finish(), usage(3, 4)]
    provider.enqueue(Script(steps), Script(steps))

    over_sse = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    frames = reply_to(socket, type="send", conversation_id=conversation_id, message="Hi")

    assert {frame.pop("request_id") for frame in frames} != {None}
    assert without_ids(joined(frames)) == without_ids(joined(over_sse))
    shown = user.history(conversation_id)
    assert shown[1]["content"] == shown[3]["content"]


@pytest.mark.parametrize("token", ["", "garbage"])
def test_a_handshake_without_a_valid_token_is_refused(open_socket: Connect, token: str) -> None:
    with pytest.raises(Refused) as refused:
        open_socket(token)
    assert refused.value.status == 401


GOOD, BAD = "GOOD", "BAD"


@pytest.mark.parametrize(
    ("authorization", "token", "is_open"),
    [
        (f"Bearer {GOOD}", None, True),
        (f"bearer {GOOD}", None, True),
        (f"Bearer {GOOD}", BAD, True),
        (f"Bearer {BAD}", GOOD, False),
        ("Bearer ", GOOD, True),
        ("Bearer", GOOD, True),
        ("Basic dXNlcjpwYXNz", GOOD, True),
        ("", GOOD, True),
        (f"Basic {GOOD}", None, False),
        (GOOD, None, False),
        ("Bearer ", None, False),
        (None, None, False),
    ],
)
def test_the_token_is_that_of_the_header_or_else_of_the_url(
    open_socket: Connect, user: Client, authorization: str | None, token: str | None, is_open: bool
) -> None:
    def given(text: str) -> str:
        return text.replace(GOOD, user.tokens["access_token"])

    headers = None if authorization is None else {"Authorization": given(authorization)}
    url_token = None if token is None else given(token)
    if is_open:
        open_socket(url_token, headers).send(type="ping")
    else:
        with pytest.raises(Refused) as refused:
            open_socket(url_token, headers)
        assert refused.value.status == 401


def test_a_handshake_refuses_every_token_that_routes_refuse(open_socket: Connect, user: Client) -> None:
    access_token = user.tokens["access_token"]
    for kind, (make, _code) in REFUSED.items():
        token = make(access_token, user) or ""
        if " " in token:  # Not possible in a URL.
            continue
        with pytest.raises(Refused) as refused:
            open_socket(token)
        assert refused.value.status == 401, kind
    open_socket(access_token).send(type="ping")


def test_a_frame_that_begins_a_turn_needs_its_permission(
    open_socket: Connect,
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    database: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reply_id = cut_off_reply(user, provider, conversation_id)
    put_in_group(user, (MODEL_CONFIG_CREATE,), database, monkeypatch)
    before, asked = user.history(conversation_id), len(provider.requests)
    socket = open_socket(user.tokens["access_token"])
    for name, body in turn_requests(conversation_id, reply_id).items():
        (answer,) = reply_to(socket, type=name, **body)
        assert (answer["type"], answer["error"]["code"]) == ("error", "forbidden"), name
    assert (user.history(conversation_id), len(provider.requests)) == (before, asked)
    assert reply_to(socket, type="resume", message_id=reply_id)[-1]["type"] == "completed"


def test_an_invalid_frame_is_answered_and_the_connection_stays_open(socket: Socket) -> None:
    frames: list[tuple[str, str, str | None]] = [
        ("not json", "validation_error", None),
        ("[]", "validation_error", None),
        ('{"type":"dance","request_id":"r1"}', "validation_error", "r1"),
        ('{"type":"send","request_id":"r2","conversation_id":"c"}', "validation_error", "r2"),
        ('{"type":"send","request_id":"r3","conversation_id":"c","message":"Hi"}', "not_found", "r3"),
        ('{"type":"resume","request_id":"r4","message_id":"m"}', "not_found", "r4"),
        ('{"type":"stop","request_id":"r5","message_id":"m"}', "not_found", "r5"),
        ('{"type":"ping","stuff":"' + "x" * 132_000 + '"}', "payload_too_large", None),
    ]
    for sent, code, request_id in frames:
        socket.send_text(sent)
        answer = socket.receive()
        assert (answer["type"], answer["error"]["code"]) == ("error", code), sent[:80]
        assert answer["request_id"] == request_id
    socket.send(type="ping")
    assert socket.receive() == {"type": "pong"}


def test_a_repeated_frame_attaches_to_its_reply(
    socket: Socket, provider: ScriptedProvider, conversation_id: str
) -> None:
    send = {"type": "send", "conversation_id": conversation_id, "message": "Hi", "request_id": "same"}
    first = reply_to(socket, **send)
    assert joined(reply_to(socket, **send)) == joined(first)
    assert len(provider.requests) == 1


def test_stop_ends_the_reply(socket: Socket, provider: ScriptedProvider, conversation_id: str) -> None:
    provider.enqueue(Script([text("Kept"), gate("never")]))
    socket.send(type="send", conversation_id=conversation_id, message="Hi", request_id="r")
    started, shown = socket.receive(), socket.receive()
    assert shown["text"] == "Kept"
    socket.send(type="stop", message_id=started["assistant_message_id"])
    assert socket.receive()["status"] == "stopped"


def test_a_reply_that_waits_goes_on_after_the_answer_on_every_connection(
    socket: Socket, user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    provider.enqueue(Script([call("write", to="x"), finish("tool_calls")]), Script([text("Written."), finish()]))
    with ScriptedTools().served() as tools:
        tools.add("write", policy="ask")
        socket.send(type="send", conversation_id=conversation_id, message="Hi", tools=TOOLS, request_id="r")
        frames = [socket.receive() for _ in range(3)]
        assert [frame["type"] for frame in frames] == ["started", "step", "waiting"]
        reply_id = frames[0]["assistant_message_id"]
        assert user.post("/chat/answer", message_id=reply_id, n=1, decision="allow").status_code == 202
        if not has_worker():  # A native server finds the reply with its next poll, from its first event.
            while frames[-1]["seq"] != 3 or len(frames) == 3:
                frames.append(socket.receive())
        while frames[-1]["type"] != "completed":
            frames.append(socket.receive())
    rest = [frame for frame in frames if frame["seq"] > 3]
    assert [frame["type"] for frame in rest] == ["started", "step", "step", "delta", "completed"]
    assert len(tools.calls) == 1


def test_a_reply_continues_without_its_client_and_a_new_connection_receives_the_rest(
    open_socket: Connect, user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    provider.enqueue(Script([text("Seen"), gate("back"), text(" and missed"), finish()]))
    first = open_socket(user.tokens["access_token"])
    first.send(type="send", conversation_id=conversation_id, message="Hi", request_id="r")
    seen = [first.receive(), first.receive()]
    first.close()

    second = open_socket(user.tokens["access_token"])
    provider.open_gate("back")
    frames = reply_to(second, type="resume", message_id=seen[0]["assistant_message_id"], after=seen[-1]["seq"])
    assert [frame["seq"] for frame in frames] == [3, 4]
    assert frames[0]["text"] == " and missed"
    assert frames[1]["status"] == "completed"


def test_a_reply_appears_on_the_users_other_connections_but_on_nobody_elses(
    open_socket: Connect,
    user: Client,
    new_user: Callable[[], Client],
    provider: ScriptedProvider,
    conversation_id: str,
) -> None:
    phone, laptop = (open_socket(user.tokens["access_token"]) for _ in range(2))
    stranger = open_socket(new_user().tokens["access_token"])
    provider.enqueue(Script([text("For all"), gate("seen"), finish()]))

    phone.send(type="send", conversation_id=conversation_id, message="Hi", request_id="r")
    told = [phone.receive(), phone.receive()]
    watched = [laptop.receive(), laptop.receive()]
    provider.open_gate("seen")
    told.append(phone.receive())
    watched.append(laptop.receive())

    assert {frame.pop("request_id") for frame in told} == {"r"}
    assert watched == told
    stranger.send(type="ping")
    assert stranger.receive() == {"type": "pong"}


def test_no_connection_gets_more_than_ten_frames_in_a_second(
    open_socket: Connect,
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Times at the sender: a late arrival brings frames closer together.
    sent_at: list[float] = []

    class Recorded(FrameRateLimiter):
        def record(self, now: float) -> None:
            sent_at.append(now)
            super().record(now)

    monkeypatch.setattr(websocket_frames, "FrameRateLimiter", Recorded)
    pieces = [piece for n in range(12) for piece in (reasoning(f"{n} "), text(f"{n} "))]
    provider.enqueue(Script([*pieces, finish()]))
    socket = open_socket(user.tokens["access_token"])
    frames = reply_to(socket, type="send", conversation_id=conversation_id, message="Hi")
    assert len(sent_at) == len(frames) > 10
    for first, eleventh in zip(sent_at, sent_at[10:], strict=False):
        assert eleventh - first > 0.99


def test_events_faster_than_the_frame_rate_limit_are_joined(
    open_socket: Connect,
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    settings: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings(GROUP_SECONDS="0.05")
    allowed = threading.Event()

    class NoFramesAllowed(FrameRateLimiter):
        async def wait(self) -> None:
            await asyncio.to_thread(allowed.wait, 20)

    monkeypatch.setattr(websocket_frames, "FrameRateLimiter", NoFramesAllowed)
    pieces = [f"{n} ".rjust(1000, ".") for n in range(24)]
    provider.enqueue(Script([*(text(piece, after=0.1) for piece in pieces), finish()]))

    socket = open_socket(user.tokens["access_token"])
    socket.send(type="send", conversation_id=conversation_id, message="Hi", request_id="r")
    wait_until(
        lambda: [m["status"] for m in user.history(conversation_id)[1:]] == ["completed"], what="the reply's end"
    )
    allowed.set()
    frames = [socket.receive()]
    while frames[-1]["type"] != "completed":
        frames.append(socket.receive())

    reply_id = frames[0]["assistant_message_id"]
    events = user.turn(f"/chat/resume/{reply_id}", after=0)
    assert "".join(frame["text"] for frame in frames if frame["type"] == "delta") == "".join(pieces)
    # 24,000 characters in frames of more than 4,000, between `started` and `completed`.
    assert len(frames) <= 2 + 6 < len(events)
    received = ""
    for frame in frames:
        received += frame.get("text", "")
        rest = user.turn(f"/chat/resume/{reply_id}", after=frame["seq"]) if frame is not frames[-1] else []
        assert rest == [event for event in events if event["seq"] > frame["seq"]]
        assert received + "".join(event.get("text", "") for event in rest) == "".join(pieces)


def test_frames_of_a_long_answer_stay_below_the_gateways_limit(
    socket: Socket, provider: ScriptedProvider, conversation_id: str
) -> None:
    answer = "\x01" * 9_000 + "字" * 9_000
    provider.enqueue(Script([text(answer), finish()]))
    frames = reply_to(socket, type="send", conversation_id=conversation_id, message="Hi")
    assert "".join(frame["text"] for frame in frames if frame["type"] == "delta") == answer


def test_connections_are_limited_per_user(
    open_socket: Connect, user: Client, new_user: Callable[[], Client], settings: Callable[..., None]
) -> None:
    settings(CONNECTIONS_PER_USER="2")
    token = user.tokens["access_token"]
    first, _ = open_socket(token), open_socket(token)
    with pytest.raises(Refused) as refused:
        open_socket(token)
    assert refused.value.status == 429
    open_socket(new_user().tokens["access_token"])
    first.close()

    def is_let_in() -> bool:
        try:
            open_socket(token)
        except Refused:
            return False
        return True

    wait_until(is_let_in, what="the place of the connection that was closed")


def test_handshakes_at_once_open_no_connection_over_the_limit(
    entries: ApiGateway, user: Client, settings: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(CONNECTIONS_PER_USER="1")
    both_counted = threading.Barrier(2)
    add_connection = ws_connections.add_connection

    def add_after_the_other_counted(session: Session, connection: WsConnection) -> None:
        with suppress(threading.BrokenBarrierError):
            both_counted.wait(0.5)
        add_connection(session, connection)

    monkeypatch.setattr(ws_connections, "add_connection", add_after_the_other_counted)

    def opens() -> bool:
        try:
            GatewaySocket(entries, user.tokens["access_token"])
        except Refused:
            return False
        return True

    assert sorted(at_once(opens, opens)) == [False, True]


def test_the_row_of_a_closed_connection_is_deleted(open_socket: Connect, user: Client, database: Engine) -> None:
    def known() -> int:
        with database.connect() as connection:
            return connection.scalar(select(func.count()).select_from(WsConnection)) or 0

    socket = open_socket(user.tokens["access_token"])
    wait_until(lambda: known() == 1, what="the connection's row")
    socket.close()
    wait_until(lambda: known() == 0, what="the row's end")


def test_the_row_of_a_vanished_connection_is_deleted_and_the_turn_continues(
    entries: ApiGateway, user: Client, provider: ScriptedProvider, conversation_id: str, database: Engine
) -> None:
    socket = GatewaySocket(entries, user.tokens["access_token"])
    provider.enqueue(Script([text("Begun"), gate("gone"), text(" and ended"), finish()]))
    socket.send(type="send", conversation_id=conversation_id, message="Hi", request_id="r")
    assert [socket.receive()["type"], socket.receive()["type"]] == ["started", "delta"]
    socket.vanish()
    provider.open_gate("gone")
    entries.finish()

    assert user.history(conversation_id)[1]["content"][0]["text"] == "Begun and ended"
    with database.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(WsConnection)) == 0


def test_a_connection_that_stays_throttled_is_closed_and_its_client_resumes_with_exactly_the_rest(
    entries: ApiGateway, user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    phone, laptop = (GatewaySocket(entries, user.tokens["access_token"]) for _ in range(2))
    provider.enqueue(Script([text("Seen"), gate("throttled"), text(", then missed"), gate("closed"), finish()]))
    phone.send(type="send", conversation_id=conversation_id, message="Hi", request_id="r")
    seen = [phone.receive(), phone.receive()]
    assert [laptop.receive()["type"], laptop.receive()["text"]] == ["started", "Seen"]
    # Every attempt to send a frame, but not the closing.
    entries.statuses[phone.id] = repeat(429, 1 + len(gateway_client._RETRY_SECONDS))
    provider.open_gate("throttled")
    assert phone.closed.wait(10)

    again = GatewaySocket(entries, user.tokens["access_token"])
    provider.open_gate("closed")
    rest = reply_to(again, type="resume", message_id=seen[0]["assistant_message_id"], after=seen[-1]["seq"])
    assert [(frame["type"], frame.get("text")) for frame in rest] == [("delta", ", then missed"), ("completed", None)]
    assert [laptop.receive()["text"], laptop.receive()["type"]] == [", then missed", "completed"]


def test_a_ping_of_a_throttled_connection_is_no_error(entries: ApiGateway, user: Client) -> None:
    socket = GatewaySocket(entries, user.tokens["access_token"])
    entries.statuses[socket.id] = repeat(429)
    socket.send(type="ping")
    entries.statuses.clear()
    socket.send(type="ping")
    assert socket.receive() == {"type": "pong"}


def test_a_job_that_is_delivered_twice_calls_the_model_once(
    entries: ApiGateway, user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    socket = GatewaySocket(entries, user.tokens["access_token"])
    reply_to(socket, type="send", conversation_id=conversation_id, message="Hi", api_key="sk-of-the-request-1")
    assert b"sk-of-the-request-1" not in entries.jobs[0]
    assert provider.requests[0].authorization == "Bearer sk-of-the-request-1"
    turn.handler(json.loads(entries.jobs[0]), None)
    assert len(provider.requests) == 1


@over_native_server
def test_a_native_server_with_a_worker_invokes_it_and_sends_events_from_the_database(
    socket: Socket,
    provider: ScriptedProvider,
    conversation_id: str,
    settings: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings(TURN_FUNCTION_NAME="chat-turn")
    jobs: list[TurnJob] = []
    running: list[threading.Thread] = []

    def invoke_worker(job: TurnJob, _keys: Any) -> None:
        jobs.append(job)
        running.append(threading.Thread(target=turn.handler, args=(json.loads(job.model_dump_json()), None)))
        running[-1].start()

    monkeypatch.setattr(websocket_server, "invoke_worker", invoke_worker)
    provider.enqueue(Script([text("By a "), text("worker", after=0.15), finish()]))
    frames = reply_to(socket, type="send", conversation_id=conversation_id, message="Hi")
    for thread in running:
        thread.join()
    assert "".join(frame["text"] for frame in frames if frame["type"] == "delta") == "By a worker"
    assert frames[-1]["status"] == "completed"
    assert [job.message_id for job in jobs] == [frames[0]["assistant_message_id"]]


def test_on_scf_the_worker_is_invoked_asynchronously(
    monkeypatch: pytest.MonkeyPatch, settings: Callable[..., None]
) -> None:
    settings(TENCENTCLOUD_RUNENV="SCF", TURN_FUNCTION_NAME="chat-turn:live")
    invoked: list[Any] = []
    monkeypatch.setattr(invocation, "_scf", lambda _keys: SimpleNamespace(Invoke=invoked.append))
    job = TurnJob(user_id="u", connection_id="c", request_id="r", trace_id="t", message_id="m", turn_id="1")
    worker.invoke_worker(job)
    (request,) = invoked
    assert (request.FunctionName, request.Qualifier, request.InvocationType) == ("chat-turn", "live", "Event")
    assert TurnJob.model_validate_json(request.ClientContext) == job


def test_on_scf_the_worker_is_invoked_as_the_functions_role(settings: Callable[..., None]) -> None:
    """With the keys of the connection, or else those of the instance's environment."""
    settings(
        TENCENTCLOUD_SECRETID="id-of-the-start",
        TENCENTCLOUD_SECRETKEY="key-of-the-start",
        TENCENTCLOUD_SESSIONTOKEN="token-of-the-start",
        TENCENTCLOUD_REGION="ap-guangzhou",
    )
    headers = {
        "X-Scf-Secret-Id": "id-of-now",
        "X-Scf-Secret-Key": "key-of-now",
        "X-Scf-Session-Token": "token-of-now",
    }

    def credential(headers: dict[str, str]) -> tuple[str, str, str]:
        found = invocation._scf(invocation.role_keys(Headers(headers))).credential
        return found.secret_id, found.secret_key, found.token

    assert credential(headers) == ("id-of-now", "key-of-now", "token-of-now")
    assert credential({}) == ("id-of-the-start", "key-of-the-start", "token-of-the-start")
    assert credential({"X-Scf-Secret-Id": "id-of-now"})[0] == "id-of-the-start"
    assert "key-of-now" not in repr(invocation.role_keys(Headers(headers)))


@over_native_server
def test_a_native_server_invokes_the_worker_with_the_keys_of_the_connection(
    open_socket: Connect,
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    settings: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings(TURN_FUNCTION_NAME="chat-turn")
    given: list[Any] = []
    monkeypatch.setattr(websocket_server, "invoke_worker", lambda _job, keys: given.append(keys))
    headers = {"X-Scf-Secret-Id": "id", "X-Scf-Secret-Key": "key", "X-Scf-Session-Token": "token"}
    socket = open_socket(user.tokens["access_token"], headers)
    socket.send(type="send", conversation_id=conversation_id, message="Hi", request_id="r")
    wait_until(lambda: given, what="the turn to be handed over")
    assert given == [invocation.RoleKeys("id", "key", "token")]


def test_a_frame_of_an_unknown_connection_is_refused(
    entries: ApiGateway, user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    socket = GatewaySocket(entries, user.tokens["access_token"])
    disconnect.handler({"requestContext": {"connectionId": socket.id}}, None)
    socket.send(type="send", conversation_id=conversation_id, message="Hi", request_id="r")
    assert socket.receive()["error"]["code"] == "token_revoked"
    socket.wait_closed()
    assert provider.requests == []


# Connections end with their login.


def log_out(user: Client, _monkeypatch: pytest.MonkeyPatch) -> None:
    assert user.post("/user/logout", token="refresh_token").status_code == 204


def change_password(user: Client, _monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"new_password": "another-horse-2", "confirm_password": "another-horse-2"}
    user.sign_in(user.post("/user/me/password", token="refresh_token", **body))


def replay_a_refresh_token(user: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "ROTATION_GRACE", timedelta(0))
    assert user.post("/user/refresh", token="refresh_token").status_code == 200
    assert error_code(user.post("/user/refresh", token="refresh_token")) == "token_revoked"


@pytest.mark.parametrize("end_login", [log_out, change_password, replay_a_refresh_token])
def test_a_connection_is_closed_when_its_login_ends(
    open_socket: Connect,
    user: Client,
    new_client: Callable[[], Client],
    new_user: Callable[[], Client],
    monkeypatch: pytest.MonkeyPatch,
    end_login: Callable[[Client, pytest.MonkeyPatch], None],
) -> None:
    other_login = new_client()
    other_login.sign_in(other_login.post("/user/login", email=user.email, password=PASSWORD))
    of_the_login = [open_socket(user.tokens["access_token"]) for _ in range(2)]
    of_another_login = open_socket(other_login.tokens["access_token"])
    of_another_user = open_socket(new_user().tokens["access_token"])

    end_login(user, monkeypatch)

    for socket in of_the_login:
        socket.wait_closed()
    if end_login is change_password:
        of_another_login.wait_closed()
        open_socket(user.tokens["access_token"]).send(type="ping")
    else:
        of_another_login.send(type="ping")
        assert of_another_login.receive() == {"type": "pong"}
    of_another_user.send(type="ping")
    assert of_another_user.receive() == {"type": "pong"}


def test_a_refresh_leaves_the_connections_of_its_login_open(
    open_socket: Connect, user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    socket = open_socket(user.tokens["access_token"])
    user.sign_in(user.post("/user/refresh", token="refresh_token"))
    frames = reply_to(socket, type="send", conversation_id=conversation_id, message="Hi")
    assert frames[-1]["status"] == "completed"


def end_unnoticed(database: Engine, **changes: datetime) -> None:
    """Revoke every login without the API, like an expiry or the operator's command."""
    with database.begin() as connection:
        connection.execute(update(RefreshToken).values(**changes))


def test_the_native_server_closes_a_connection_whose_login_expires(
    native_server: str, user: Client, database: Engine
) -> None:
    socket = WebSocket(native_server, user.tokens["access_token"])
    end_unnoticed(database, expires_at=utc_now())
    socket.wait_closed()
    assert socket.close_code == websocket_server.LOGIN_ENDED_CODE


def test_a_login_expires_after_the_last_connection_of_its_access_token(
    entries: ApiGateway, user: Client, database: Engine
) -> None:
    """Also after several refreshes: each access token comes with a login that is valid for the whole lifetime."""
    for _ in range(2):
        user.sign_in(user.post("/user/refresh", token="refresh_token"))
    GatewaySocket(entries, user.tokens["access_token"])
    last_handshake = utc_now() + timedelta(seconds=user.tokens["expires_in"]) + CLOCK_SKEW
    with database.connect() as connection:
        ends_at = last_handshake + timedelta(seconds=CONNECTION_SECONDS)
        families = select(WsConnection.user_id, WsConnection.family_id)
        user_id, family_id = connection.execute(families).one()
        assert refresh_tokens.is_family_alive(connection, user_id, family_id, ends_at)


@pytest.mark.parametrize("column", ["expires_at", "revoked_at"])
def test_a_frame_after_the_login_ended_is_refused_and_closes_the_connection(
    entries: ApiGateway, user: Client, conversation_id: str, database: Engine, provider: ScriptedProvider, column: str
) -> None:
    socket = GatewaySocket(entries, user.tokens["access_token"])
    end_unnoticed(database, **{column: utc_now()})

    socket.send(type="send", conversation_id=conversation_id, message="Hi", request_id="r")

    refused = socket.receive()
    assert (refused["type"], refused["request_id"]) == ("error", "r")
    assert refused["error"]["code"] == "token_revoked"
    socket.wait_closed()
    assert provider.requests == []
    with database.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Message)) == 0
        assert connection.scalar(select(func.count()).select_from(WsConnection)) == 0


def test_a_connection_opened_by_an_earlier_release_is_closed_at_its_next_frame(
    entries: ApiGateway, user: Client, database: Engine
) -> None:
    socket = GatewaySocket(entries, user.tokens["access_token"])
    with database.begin() as connection:
        connection.execute(update(WsConnection).values(family_id=None))
    socket.send(type="ping")
    assert socket.receive()["error"]["code"] == "token_revoked"
    socket.wait_closed()


def test_no_event_goes_to_a_connection_whose_login_has_ended(
    entries: ApiGateway,
    user: Client,
    new_client: Callable[[], Client],
    provider: ScriptedProvider,
    conversation_id: str,
    database: Engine,
) -> None:
    ended = GatewaySocket(entries, user.tokens["access_token"])
    end_unnoticed(database, revoked_at=utc_now())
    user.sign_in(user.post("/user/login", email=user.email, password=PASSWORD))
    asking, watching = (GatewaySocket(entries, user.tokens["access_token"]) for _ in range(2))

    told = reply_to(asking, type="send", conversation_id=conversation_id, message="Hi")
    entries.finish()

    assert [watching.receive()["type"] for _ in told] == [frame["type"] for frame in told]
    assert ended.frames == []


def test_a_logout_succeeds_when_the_gateway_fails(
    entries: ApiGateway, user: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = GatewaySocket(entries, user.tokens["access_token"])

    def fail(**_call: str) -> None:
        raise EndpointConnectionError(endpoint_url="http://gateway.test")

    with monkeypatch.context() as patched:
        patched.setattr(entries, "delete_connection", fail)
        assert user.post("/user/logout", token="refresh_token").status_code == 204

    socket.send(type="ping")
    assert socket.receive()["error"]["code"] == "token_revoked"
    socket.wait_closed()


def has_text(socket: GatewaySocket, request_id: str) -> bool:
    """Whether a frame with text of the reply to a request has arrived. Fails for an error frame."""
    frames = [frame for frame in list(socket.frames) if frame.get("request_id") == request_id]
    assert "error" not in {frame["type"] for frame in frames}, frames
    return "delta" in {frame["type"] for frame in frames}


def test_a_connection_follows_a_reply_once(
    entries: ApiGateway,
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turn, "_CHECK_SECONDS", 0)
    provider.enqueue(Script([text("One"), gate("a"), text("two"), gate("b"), text("three"), finish()]))
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        started = stream.next_event()
        socket = GatewaySocket(entries, user.tokens["access_token"])
        for number in range(3):
            request_id = f"r{number}"
            socket.send(type="resume", message_id=started["assistant_message_id"], request_id=request_id)
            # An older follow may end before its first event, so each one is waited for before the next begins.
            wait_until(partial(has_text, socket, request_id), what="the text so far")
        provider.open_gate("a")
        wait_until(lambda: entries.running() == 1, what="the end of the earlier follows")
        provider.open_gate("b")
        entries.finish()
    # Without a request id: sent to all of the user's connections.
    ends = {frame.get("request_id") for frame in socket.frames if frame["type"] == "completed"}
    assert ends - {None} == {"r2"}


@over_native_server
def test_a_reply_that_goes_on_soon_after_its_end_is_followed_once(
    socket: Socket, provider: ScriptedProvider, conversation_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll, polls = websocket_server._poll, 0

    def counted_poll(logins: set[tuple[str, str]]) -> Any:
        nonlocal polls
        polls += 1
        return poll(logins)

    monkeypatch.setattr(websocket_server, "POLL_SECONDS", 0.2)
    monkeypatch.setattr(websocket_server, "_poll", counted_poll)
    provider.enqueue(
        Script([text("Half"), finish("length")]), Script([text(" and"), gate("end"), text(" whole"), finish()])
    )
    ended = reply_to(socket, type="send", conversation_id=conversation_id, message="Hi")[-1]
    socket.send(type="continue", message_id=ended["assistant_message_id"], request_id="r")
    frames = [socket.receive(), socket.receive()]
    # By then what the first follow left for later is done.
    last = polls + 5
    wait_until(lambda: polls >= last, what="some polls")
    provider.open_gate("end")
    while frames[-1]["type"] != "completed":
        frames.append(socket.receive())
    assert [(frame["type"], frame.get("request_id")) for frame in joined(frames)] == [
        ("started", "r"),
        ("delta", "r"),
        ("completed", "r"),
    ]


def test_follows_are_limited_per_user(
    open_socket: Connect,
    user: Client,
    new_user: Callable[[], Client],
    provider: ScriptedProvider,
    conversation_id: str,
    settings: Callable[..., None],
) -> None:
    settings(FOLLOWS_PER_USER="2")
    provider.enqueue(Script([text("One"), gate("a"), text("two"), finish()]))
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        events = stream.events()
        message_id = next(events)["assistant_message_id"]
        sockets = [open_socket(user.tokens["access_token"]) for _ in range(3)]
        for number, socket in enumerate(sockets):
            socket.send(type="resume", message_id=message_id, request_id=f"r{number}")
            frame = socket.receive()
            while frame.get("request_id") != f"r{number}":
                frame = socket.receive()
            assert frame["type"] == ("error" if number == 2 else "started")
        with user.stream(f"/chat/resume/{message_id}") as refused:
            assert (refused.status, refused.error()["code"]) == (429, "rate_limited")
            assert frame["error"]["code"] == "rate_limited"
            # The second refusal is a little later.
            assert 0 < int(refused.headers["retry-after"]) <= frame["retry_after"] <= 3600
        provider.open_gate("a")
        list(events)

    # Their places are free again.
    def is_followed() -> bool:
        with user.stream(f"/chat/resume/{message_id}") as resumed:
            return resumed.status == 200 and list(resumed.events())[-1]["type"] == "completed"

    wait_until(is_followed, what="the end of the follows")


def test_a_follow_whose_worker_cannot_be_invoked_is_not_counted(
    entries: ApiGateway,
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    settings: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reply_id = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[0]["assistant_message_id"]
    settings(FOLLOWS_PER_USER="1")
    socket = GatewaySocket(entries, user.tokens["access_token"])

    def throttle(**_call: object) -> None:
        raise OSError

    with monkeypatch.context() as throttled:
        throttled.setattr(invocation, "_lambda", lambda: SimpleNamespace(invoke=throttle))
        for _ in range(2):
            (refused,) = reply_to(socket, type="resume", message_id=reply_id)
            assert refused["error"]["code"] == "internal_error"
    assert reply_to(socket, type="resume", message_id=reply_id)[-1]["type"] == "completed"


def test_a_follow_that_ends_in_the_next_hour_frees_no_place_of_that_hour(
    open_socket: Connect,
    user: Client,
    provider: ScriptedProvider,
    settings: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings(FOLLOWS_PER_USER="1")
    eleven = datetime(2030, 1, 1, 11, tzinfo=timezone.utc)
    user_id = user.get("/user/me").json()["id"]

    def set_clock(now: datetime) -> None:
        for module in (follow_limit, turn):
            monkeypatch.setattr(module, "utc_now", lambda: now)

    def follows_of(hour: datetime) -> int:
        with transaction() as session:
            return rate_limits.find_count(session, Limit("follow", 1, 3600).key(user_id, hour))

    def follow(message_id: str, request_id: str) -> str:
        socket = open_socket(user.tokens["access_token"])
        socket.send(type="resume", message_id=message_id, request_id=request_id)
        while (frame := socket.receive()).get("request_id") != request_id:
            pass
        kind: str = frame["type"]
        return kind

    with ExitStack() as stack:
        replies = []
        for name in ("early", "late"):
            provider.enqueue(Script([text("One"), gate(name), finish()]))
            conversation_id = user.post("/conversation/create").json()["id"]
            stream = user.stream("/chat/send", conversation_id=conversation_id, message="Hi")
            events = stack.enter_context(stream).events()
            replies.append((next(events)["assistant_message_id"], events))
        (early, early_events), (late, late_events) = replies
        set_clock(eleven - timedelta(minutes=1))
        assert follow(early, "early") == "started"
        set_clock(eleven)
        assert follow(late, "late") == "started"
        provider.open_gate("early")
        list(early_events)
        wait_until(lambda: follows_of(eleven - timedelta(minutes=1)) == 0, what="the end of the early follow")
        assert follow(late, "one too many") == "error"
        provider.open_gate("late")
        list(late_events)


def test_a_client_that_reads_too_slowly_is_disconnected(
    native_server: str, user: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket_frames, "MAX_WAITING_FRAMES", 20)
    socket = WebSocket(native_server, user.tokens["access_token"])
    with suppress(ConnectionClosed):  # The server may close it before the last of them.
        for _ in range(60):
            socket.send(type="ping")
    socket.wait_closed()
    assert socket.close_code == 1013


def test_a_replay_of_a_long_reply_takes_few_frames(
    open_socket: Connect, user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    provider.enqueue(Script([*(text(f"word{number} ") for number in range(300)), finish()]))
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    frames = reply_to(
        open_socket(user.tokens["access_token"]), type="resume", message_id=events[0]["assistant_message_id"]
    )
    assert joined([frame for frame in frames if "text" in frame])[0]["text"] == "".join(
        event["text"] for event in events if "text" in event
    )
    assert len(frames) <= 4
