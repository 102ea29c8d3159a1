"""Tracing: a request is followed through the real gateways by the ids in the functions' log lines."""

import json
from collections.abc import Callable
from typing import Any

from tests.support.api import Client
from tests.support.processes import wait_until
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish
from tests.support.sockets import WebSocket, reply_to
from tests.support.stack import Stack

Line = dict[str, Any]


def lines_of(stack: Stack) -> list[Line]:
    log = (stack.data_dir / "logs" / "functions.log").read_text(encoding="utf-8")
    return [json.loads(line) for line in log.splitlines() if line.startswith('{"time"')]


def wait_for_line(stack: Stack, fits: Callable[[Line], bool]) -> Line:
    return wait_until(lambda: [line for line in lines_of(stack) if fits(line)], what="the line")[0]


def test_a_message_over_http(person: Client, model: ScriptedProvider, stack: Stack) -> None:
    conversation_id = person.post("/conversation/create").json()["id"]
    model.enqueue(Script([delta("Hi"), finish()], headers={"x-request-id": "req_over_http"}))
    person.headers = {"X-Request-Id": "followed-over-http"}

    events = person.turn("/chat/send", conversation_id=conversation_id, message="Hello")
    wait_for_line(
        stack, lambda line: line["message"] == "request" and line.get("client_request_id") == "followed-over-http"
    )

    lines = {line["message"]: line for line in lines_of(stack) if line.get("client_request_id") == "followed-over-http"}
    assert lines["request"]["path"] == "/chat/send"
    assert lines["turn"]["message_id"] == events[0]["assistant_message_id"]
    assert lines["model answered"]["provider_request_id"] == "req_over_http"


def test_a_call_of_a_json_function_logs_the_gateways_id(person: Client, stack: Stack) -> None:
    person.headers = {"X-Request-Id": "buffered-call"}
    person.get("/user/me")

    line = wait_for_line(stack, lambda line: line.get("client_request_id") == "buffered-call")
    assert line["gateway_request_id"] != "buffered-call"


def test_a_message_over_a_websocket_through_the_worker(person: Client, model: ScriptedProvider, stack: Stack) -> None:
    conversation_id = person.post("/conversation/create").json()["id"]
    model.enqueue(Script([delta("Hi"), finish()], headers={"x-request-id": "req_over_websocket"}))
    socket = WebSocket(stack.websocket_url, person.tokens["access_token"])

    frames = reply_to(socket, type="send", conversation_id=conversation_id, message="Hello")
    socket.close()

    message_id = frames[0]["assistant_message_id"]
    # Two processes write them.
    wait_for_line(stack, lambda line: line["message"] == "worker invoked" and line.get("message_id") == message_id)
    turn = wait_for_line(stack, lambda line: line["message"] == "turn" and line["message_id"] == message_id)
    lines = {line["message"]: line for line in lines_of(stack) if line.get("trace_id") == turn["trace_id"]}
    assert lines["worker invoked"]["gateway_request_id"] == turn["trace_id"]
    assert lines["worker invoked"]["message_id"] == message_id
    assert lines["model answered"]["provider_request_id"] == "req_over_websocket"
    assert len({line["user_id"] for line in lines.values() if "user_id" in line}) == 1
