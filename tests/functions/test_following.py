"""Tracing and metrics in the logs: a request is followed from the gateway to the model by its ids."""

import json
from collections.abc import Callable

import pytest

from functions.maintenance.service import sweep
from shared.chat.idempotency import prepare_send_once
from shared.chat.prepare import PreparedTurn
from shared.chat.requests import SendBody
from shared.db.types import utc_now
from tests.support.api import Client
from tests.support.log_lines import Line, logged
from tests.support.processes import wait_until
from tests.support.scripted_provider import Script, ScriptedProvider, finish, http_error, usage
from tests.support.scripted_provider import delta as text
from tests.support.sockets import GatewaySocket, api_gateway, reply_to

MESSAGE = "a message that nobody may read in a log"


def line_of(lines: list[Line], message: str) -> Line:
    """The only line with this message."""
    (found,) = [line for line in lines if line["message"] == message]
    return found


def turn_line(user: Client, conversation_id: str) -> Line:
    with logged() as lines:
        user.turn("/chat/send", conversation_id=conversation_id, message=MESSAGE)
    assert not [line for line in lines if MESSAGE in json.dumps(line)]
    return line_of(lines, "turn")


def test_a_message_is_followed_from_the_gateway_to_the_model(
    user: Client, conversation_id: str, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Behind the Lambda Web Adapter.
    monkeypatch.setenv("AWS_LAMBDA_EXEC_WRAPPER", "/opt/bootstrap")
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    context = {"requestId": "gateway-request-1", "identity": {"sourceIp": "192.0.2.7"}}
    user.headers = {
        "X-Request-Id": "client-request-1",
        "X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678",
        "x-amzn-request-context": json.dumps(context),
    }
    provider.enqueue(Script([text("Hi"), finish()], headers={"x-request-id": "req_of-the-provider"}))

    def of_request(lines: list[Line]) -> list[Line]:
        return [line for line in lines if line.get("client_request_id") == "client-request-1"]

    with logged() as lines:
        events = user.turn("/chat/send", conversation_id=conversation_id, message=MESSAGE)
        # The access line follows the response.
        wait_until(lambda: "request" in [line["message"] for line in of_request(lines)], what="the request's end")

    followed = of_request(lines)
    assert {"request", "model answered", "turn"} <= {line["message"] for line in followed}
    assert {line["gateway_request_id"] for line in followed} == {"gateway-request-1"}
    assert {line["trace_id"] for line in followed} == {"Root=1-67891233-abcdef012345678912345678"}
    assert {line["client_ip"] for line in followed} == {"192.0.2.7"}
    assert {line["user_id"] for line in followed} == {user.get("/user/me").json()["id"]}
    turn = line_of(followed, "turn")
    assert turn["conversation_id"] == conversation_id
    assert turn["message_id"] == events[0]["assistant_message_id"]
    assert line_of(followed, "model answered")["provider_request_id"] == "req_of-the-provider"
    assert MESSAGE not in json.dumps(lines)


def test_a_frame_is_followed_through_the_worker_to_the_model(
    user: Client, conversation_id: str, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.enqueue(Script([text("Hi"), finish()], headers={"x-request-id": "req_of-the-provider"}))

    with logged() as lines, api_gateway(monkeypatch) as gateway:
        socket = GatewaySocket(gateway, user.tokens["access_token"])
        frames = reply_to(socket, type="send", conversation_id=conversation_id, message=MESSAGE)
        socket.close()

    invoked = line_of(lines, "worker invoked")
    assert invoked["gateway_request_id"] == invoked["trace_id"]
    assert invoked["message_id"] == frames[0]["assistant_message_id"]
    in_worker = [line for line in lines if line.get("method") == "TURN"]
    assert {"model answered", "turn"} <= {line["message"] for line in in_worker}
    assert {line["trace_id"] for line in in_worker} == {invoked["trace_id"]}
    assert {line["request_id"] for line in in_worker} == {invoked["worker_request_id"]}
    assert {line["user_id"] for line in in_worker} == {invoked["user_id"]}
    assert line_of(in_worker, "turn")["message_id"] == invoked["message_id"]
    assert line_of(in_worker, "model answered")["provider_request_id"] == "req_of-the-provider"


@pytest.mark.parametrize("answered", ["the-operators-key", "two words", "x" * 200])
def test_a_malformed_provider_request_id_is_not_logged(
    user: Client, conversation_id: str, provider: ScriptedProvider, answered: str
) -> None:
    provider.enqueue(Script([text("Hi"), finish()], headers={"x-request-id": answered}))

    with logged() as lines:
        user.turn("/chat/send", conversation_id=conversation_id, message=MESSAGE)

    assert line_of(lines, "model answered")["provider_request_id"] is None


def test_a_turn_is_measured(user: Client, conversation_id: str, provider: ScriptedProvider) -> None:
    provider.enqueue(Script([text("Hi", after=0.05), finish(), usage(7, 3)]))

    line = turn_line(user, conversation_id)

    assert (line["turns"], line["failed_turns"], line["status"]) == (1, 0, "completed")
    assert (line["prompt_tokens"], line["completion_tokens"]) == (7, 3)
    assert 50 <= line["first_token_ms"] <= line["duration_ms"]
    assert line["model_host"] == "127.0.0.1"


def test_a_failed_turn_logs_its_error_code(user: Client, conversation_id: str, provider: ScriptedProvider) -> None:
    provider.enqueue(http_error(401))

    line = turn_line(user, conversation_id)

    assert (line["failed_turns"], line["status"], line["error_code"]) == (1, "failed", "provider_auth")
    assert not {"first_token_ms", "prompt_tokens"} & line.keys()


def test_a_continued_turn_counts_only_its_own_tokens(
    user: Client, conversation_id: str, provider: ScriptedProvider
) -> None:
    provider.enqueue(
        Script([text("Cut"), finish("length"), usage(7, 3)]), Script([text(" off"), finish(), usage(9, 2)])
    )
    message_id = user.turn("/chat/send", conversation_id=conversation_id, message=MESSAGE)[0]["assistant_message_id"]

    with logged() as lines:
        events = user.turn("/chat/continue", message_id=message_id)

    assert (line_of(lines, "turn")["prompt_tokens"], line_of(lines, "turn")["completion_tokens"]) == (9, 2)
    assert events[-1]["usage"] == {"prompt_tokens": 16, "completion_tokens": 5}


def test_the_host_of_a_users_own_model_is_not_logged(
    user: Client, conversation_id: str, provider: ScriptedProvider
) -> None:
    own = {"base_url": provider.base_url.replace("127.0.0.1", "localhost"), "model": "own", "api_key": "sk-of-the-user"}

    with logged() as lines:
        user.turn("/chat/send", conversation_id=conversation_id, message=MESSAGE, **own)

    assert "model_host" not in line_of(lines, "turn")
    assert "localhost" not in json.dumps([line for line in lines if line["message"] in ("turn", "model answered")])


@pytest.mark.parametrize("found_by", ["reader", "sweep"])
def test_a_stuck_turn_is_counted_once(
    user: Client,
    conversation_id: str,
    provider: ScriptedProvider,
    settings: Callable[..., None],
    found_by: str,
) -> None:
    # Started, without a running process; and with a key that is not stored, so that nobody can go on.
    body = SendBody(conversation_id=conversation_id, message="Hi", api_key="a-key-of-the-user")
    turn = prepare_send_once(user.get("/user/me").json()["id"], body, None)
    assert isinstance(turn, PreparedTurn)
    settings(STALE_SECONDS="0")

    with logged() as lines:
        if found_by == "sweep":
            sweep(utc_now())
        user.history(conversation_id)
        user.turn(f"/chat/resume/{turn.ids.message_id}", after=0)
        sweep(utc_now())

    stuck = line_of(lines, "stuck turn")
    assert (stuck["stuck_turns"], stuck["status"]) == (1, "interrupted")
    assert (stuck["conversation_id"], stuck["message_id"]) == (conversation_id, turn.ids.message_id)


def test_an_attempt_over_a_limit_is_counted(new_user: Callable[[], Client], settings: Callable[..., None]) -> None:
    settings(FAILED_LOGINS_PER_EMAIL="1")
    client = new_user()

    with logged() as lines:
        answers = [client.post("/user/login", email=client.email, password="wrong-1").status_code for _ in range(2)]

    assert answers == [401, 429]
    assert line_of(lines, "rate limited")["rate_limited"] == 1
    assert client.email not in json.dumps(lines)
