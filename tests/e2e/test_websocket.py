"""Chat over the gateway's WebSocket: a real handshake, a worker invoked asynchronously, frames posted."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.api import Client
from tests.support.processes import wait_until
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish, gate
from tests.support.sockets import Refused, WebSocket, reply_to
from tests.support.stack import Stack


@pytest.fixture
def open_socket(stack: Stack, person: Client) -> Iterator[Callable[[], WebSocket]]:
    opened: list[WebSocket] = []

    def connect() -> WebSocket:
        opened.append(WebSocket(stack.websocket_url, person.tokens["access_token"]))
        return opened[-1]

    yield connect
    for socket in opened:
        socket.close()


@pytest.fixture
def conversation_id(person: Client) -> str:
    created: str = person.post("/conversation/create").json()["id"]
    return created


def test_a_reply_streams_through_the_worker(
    open_socket: Callable[[], WebSocket], person: Client, model: ScriptedProvider, conversation_id: str
) -> None:
    socket = open_socket()
    model.enqueue(Script([delta("One"), gate("two"), delta(" two"), finish()]))
    socket.send(type="send", conversation_id=conversation_id, message="Count", request_id="r")
    assert [socket.receive(30)["type"], socket.receive()["text"]] == ["started", "One"]
    model.open_gate("two")
    assert socket.receive()["text"] == " two"
    last = socket.receive()
    assert (last["type"], last["status"], last["request_id"]) == ("completed", "completed", "r")
    assert person.history(conversation_id)[1]["content"][0]["text"] == "One two"


def test_a_reply_started_over_http_appears_on_every_connection(
    open_socket: Callable[[], WebSocket], person: Client, model: ScriptedProvider, conversation_id: str
) -> None:
    sockets = [open_socket(), open_socket()]
    model.enqueue(Script([delta("For all"), finish()]))
    told = person.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    for socket in sockets:
        assert [socket.receive(30) for _ in told] == told


def test_frames_and_errors_are_answered(open_socket: Callable[[], WebSocket]) -> None:
    socket = open_socket()
    socket.send(type="ping")
    assert socket.receive(30) == {"type": "pong"}
    answers = reply_to(socket, type="resume", message_id="unknown", after=0)
    assert answers[0]["error"]["code"] == "not_found"


def test_a_handshake_without_a_valid_token_is_refused(stack: Stack) -> None:
    with pytest.raises(Refused) as refused:
        WebSocket(stack.websocket_url, "garbage")
    assert refused.value.status == 401


def test_a_turn_continues_when_its_connection_closes(
    open_socket: Callable[[], WebSocket], person: Client, model: ScriptedProvider, conversation_id: str
) -> None:
    socket = open_socket()
    model.enqueue(Script([delta("Begun"), gate("gone"), delta(" and ended"), finish()]))
    socket.send(type="send", conversation_id=conversation_id, message="Hi", request_id="r")
    assert [socket.receive(30)["type"], socket.receive()["type"]] == ["started", "delta"]
    socket.close()
    model.open_gate("gone")
    wait_until(lambda: person.history(conversation_id)[1]["status"] == "completed", what="the reply's end")
    assert person.history(conversation_id)[1]["content"][0]["text"] == "Begun and ended"


def test_a_logout_closes_the_connections_of_its_login(open_socket: Callable[[], WebSocket], person: Client) -> None:
    sockets = [open_socket(), open_socket()]
    assert person.post("/user/logout", token="refresh_token").status_code == 204
    for socket in sockets:
        socket.wait_closed(30)
    with pytest.raises(Refused) as refused:
        open_socket()
    assert refused.value.status == 401
