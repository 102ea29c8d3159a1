"""The product over its real gateways: every function in its own process, the store over HTTP."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from tests.support.api import Client, error_code
from tests.support.processes import wait_until
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish, gate, http_error
from tests.support.stack import Stack

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400


def new_conversation(person: Client) -> str:
    conversation_id: str = person.post("/conversation/create").json()["id"]
    return conversation_id


@pytest.mark.parametrize("function", ["user", "model_config", "conversation", "chat", "chat_stream"])
def test_every_function_is_behind_the_one_port(stack: Stack, function: str) -> None:
    response = httpx2.get(f"{stack.url}/{function}/health")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response.headers["x-request-id"]


def test_a_reply_is_streamed_unbuffered(person: Client, model: ScriptedProvider) -> None:
    conversation_id = new_conversation(person)
    model.enqueue(Script([delta("One"), gate("two"), delta(" two"), gate("three"), delta(" three"), finish()]))

    with person.stream("/chat/send", conversation_id=conversation_id, message="Count") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in stream.headers
        events = stream.events()
        assert next(events)["type"] == "started"
        # Each piece arrives before the model sends the next one: there is no buffering on the way.
        assert next(events)["text"] == "One"
        model.open_gate("two")
        assert next(events)["text"] == " two"
        # Another process with another connection can read the shown text.
        assert person.history(conversation_id)[1]["content"][0]["text"] == "One two"
        model.open_gate("three")
        assert [event["type"] for event in events] == ["delta", "completed"]

    assert person.history(conversation_id)[1]["status"] == "completed"


def test_a_reply_is_stopped_by_another_function(person: Client, model: ScriptedProvider) -> None:
    conversation_id = new_conversation(person)
    model.enqueue(Script([delta("Never"), gate("never"), delta(" finished")]))

    with person.stream("/chat/send", conversation_id=conversation_id, message="Go on") as stream:
        events = stream.events()
        started = next(events)
        assert next(events)["text"] == "Never"
        assert person.post("/chat/stop", message_id=started["assistant_message_id"]).status_code == 202
        last = list(events)[-1]

    assert (last["type"], last["status"]) == ("completed", "stopped")
    assert person.history(conversation_id)[1]["content"][0]["text"] == "Never"


def test_an_image_goes_from_the_browser_to_the_store_to_the_model(person: Client, model: ScriptedProvider) -> None:
    conversation_id = new_conversation(person)
    answer = person.post("/chat/get_upload_presigned_url", conversation_id=conversation_id, suffixes=["png"])
    upload = answer.json()["items"][0]
    put = httpx2.put(
        upload["upload_url"], content=PNG, headers={**upload["headers"], "Origin": "http://localhost:5173"}
    )
    assert put.status_code == 200, put.text

    events = person.turn(
        "/chat/send",
        conversation_id=conversation_id,
        message=[
            {"type": "text", "text": "What is this?"},
            {"type": "image_url", "image_url": {"url": upload["upload_url"], "key": upload["key"]}},
        ],
    )

    assert events[-1]["status"] == "completed"
    image = model.requests[-1].images[0]
    assert (image.ok, image.sha256) == (True, hashlib.sha256(PNG).hexdigest()), image.error
    part = person.history(conversation_id)[0]["content"][1]
    shown = httpx2.get(part["image_url"]["url"])
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")


def test_an_upload_url_accepts_only_its_own_upload(person: Client) -> None:
    answer = person.post("/chat/get_upload_presigned_url", conversation_id=new_conversation(person), suffixes=["png"])
    upload = answer.json()["items"][0]

    as_a_page = httpx2.put(upload["upload_url"], content=b"<script>", headers={"Content-Type": "text/html"})
    read = httpx2.get(upload["upload_url"])

    assert (as_a_page.status_code, read.status_code) == (403, 403)


def test_a_models_refusal_is_a_failed_event(person: Client, model: ScriptedProvider) -> None:
    model.enqueue(http_error(401))

    events = person.turn("/chat/send", conversation_id=new_conversation(person), message="Hi")

    assert [event["type"] for event in events] == ["started", "failed"]
    assert events[1]["error"]["code"] == "provider_auth"


def test_stopping_a_reply_closes_the_connection_to_the_model(person: Client, model: ScriptedProvider) -> None:
    conversation_id = new_conversation(person)
    model.enqueue(Script([delta("Never"), gate("never")]))

    with person.stream("/chat/send", conversation_id=conversation_id, message="Go on") as stream:
        events = stream.events()
        started = next(events)
        next(events)
    person.post("/chat/stop", message_id=started["assistant_message_id"])

    wait_until(lambda: model.requests[-1].aborted, what="the end of the call to the model")


@pytest.mark.parametrize("path", ["/user/login", "/chat/send", "/conversation/create"])
def test_invalid_input_is_answered_in_the_contracts_format(person: Client, path: str) -> None:
    token = person.tokens["access_token"]

    response = person.request(
        "POST",
        path,
        content=b"{not json",
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )

    assert response.status_code == 422
    assert error_code(response) == "validation_error"


@pytest.mark.parametrize("path", ["/conversation/import", "/chat/send"])
def test_a_body_refused_by_the_gateway_is_answered_in_the_contracts_format(stack: Stack, path: str) -> None:
    response = httpx2.post(f"{stack.url}{path}", content=b"{" + b" " * 11_000_000 + b"}")

    assert (response.status_code, error_code(response)) == (413, "payload_too_large")
    assert response.json()["error"]["request_id"] == response.headers["x-request-id"]


def test_every_function_refuses_a_missing_token(stack: Stack) -> None:
    for method, path in [
        ("GET", "/user/me"),
        ("GET", "/model_config"),
        ("GET", "/conversation"),
        ("GET", "/chat/some-conversation"),
        ("POST", "/chat/send"),
    ]:
        response = httpx2.request(method, f"{stack.url}{path}")
        assert response.status_code == 401, path
        assert error_code(response) == "unauthorized"


def test_concurrent_requests_are_all_answered(person: Client, stack: Stack) -> None:
    headers = {"Authorization": f"Bearer {person.tokens['access_token']}"}

    def create(_: int) -> int:
        return httpx2.post(f"{stack.url}/conversation/create", json={}, headers=headers, timeout=60).status_code

    # The number of connections that a browser opens to one origin.
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(create, range(18))) == [201] * 18
