"""Sending a message and reading the streamed reply."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, update

from shared.db.models import Message
from shared.db.types import utc_now
from tests.support.api import Client, error_code
from tests.support.processes import wait_until
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish, gate, http_error, reasoning, usage


def test_a_reply_streams_and_is_kept(user: Client, provider: ScriptedProvider, conversation_id: str) -> None:
    provider.enqueue(Script([delta("Hel"), delta("lo!"), finish(), usage(7, 2)]))

    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")

    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["type"] == "started"
    assert (events[0]["conversation_id"], events[0]["model"]) == (conversation_id, "scripted")
    assert "".join(event["text"] for event in events if event["type"] == "delta") == "Hello!"
    assert events[-1] == {
        "type": "completed",
        "seq": len(events),
        "user_message_id": events[0]["user_message_id"],
        "assistant_message_id": events[0]["assistant_message_id"],
        "status": "completed",
        "finish_reason": "stop",
        "usage": {"prompt_tokens": 7, "completion_tokens": 2},
    }
    question, answer = user.history(conversation_id)
    assert (question["role"], question["content"]) == ("user", [{"type": "text", "text": "Hi"}])
    assert (answer["role"], answer["content"]) == ("assistant", [{"type": "text", "text": "Hello!"}])
    assert answer["parent_id"] == question["id"]
    assert answer["model"] == "scripted"
    assert answer["status"] == "completed"


def test_the_history_has_the_streamed_text_of_a_running_reply(
    user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    provider.enqueue(Script([delta("First"), gate("more"), delta(" second"), finish()]))

    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        events = stream.events()
        assert next(events)["type"] == "started"
        assert next(events)["text"] == "First"
        answer = user.history(conversation_id)[1]
        assert (answer["status"], answer["content"][0]["text"]) == ("streaming", "First")
        provider.open_gate("more")
        assert [event["type"] for event in events] == ["delta", "completed"]

    assert user.history(conversation_id)[1]["content"][0]["text"] == "First second"


def test_reasoning_is_separate_from_the_answer(user: Client, provider: ScriptedProvider, conversation_id: str) -> None:
    provider.enqueue(Script([reasoning("Hm. "), reasoning("Well.", name="reasoning"), delta("42"), finish()]))
    events = user.turn("/chat/send", conversation_id=conversation_id, message="?")

    assert "".join(event["text"] for event in events if event["type"] == "reasoning") == "Hm. Well."
    answer = user.history(conversation_id)[1]
    assert (answer["reasoning"], answer["content"][0]["text"]) == ("Hm. Well.", "42")


def test_the_model_receives_the_branch_of_the_message(
    user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    first = user.turn("/chat/send", conversation_id=conversation_id, message="One")
    user.turn("/chat/send", conversation_id=conversation_id, message="Two")
    user.turn(
        "/chat/send",
        conversation_id=conversation_id,
        message="Instead of two",
        parent_id=first[0]["assistant_message_id"],
        params={"system_prompt": "Be brief."},
    )
    user.turn("/chat/send", conversation_id=conversation_id, message="A new start", parent_id=None)

    branch, alone = (request.body["messages"] for request in provider.requests[-2:])
    assert [message["role"] for message in branch] == ["system", "user", "assistant", "user"]
    assert [message["content"] for message in branch if message["role"] == "user"] == ["One", "Instead of two"]
    assert alone == [{"role": "user", "content": "A new start"}]


def test_a_provider_error_is_a_failed_event_and_keeps_the_text_before_it(
    user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    provider.enqueue(http_error(401))
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    assert [event["type"] for event in events] == ["started", "failed"]
    assert events[1]["error"]["code"] == "provider_auth"

    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi", model="drops")
    assert events[-1]["error"]["code"] == "provider_unreachable"
    answer = user.history(conversation_id)[-1]
    assert (answer["status"], answer["content"][0]["text"]) == ("failed", "So far so good.")


def test_a_turn_continues_when_its_client_disconnects(
    user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    provider.enqueue(Script([delta("Begun"), gate("left"), delta(" and ended"), finish()]))
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        assert stream.next_event()["type"] == "started"
    provider.open_gate("left")

    wait_until(lambda: user.history(conversation_id)[1]["status"] == "completed", what="the reply's end")
    assert user.history(conversation_id)[1]["content"][0]["text"] == "Begun and ended"


def test_invalid_messages_are_refused_and_not_stored(
    user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    elsewhere = "http://localhost:9000/someone/else/images/a.jpg"
    image = [{"type": "image_url", "image_url": {"url": elsewhere}}]
    refused: list[tuple[dict[str, Any], int, str]] = [
        ({"message": ""}, 422, "validation_error"),
        ({"message": " \n"}, 422, "validation_error"),
        ({"message": []}, 422, "validation_error"),
        ({"message": "Hi", "stray": 1}, 422, "validation_error"),
        ({"message": image}, 422, "invalid_image"),
        ({"message": "Hi", "conversation_id": "unknown"}, 404, "not_found"),
        ({"message": "Hi", "parent_id": "unknown"}, 404, "not_found"),
        ({"message": "Hi", "base_url": "ftp://example.com"}, 422, "unsafe_base_url"),
    ]
    for body, status, code in refused:
        response = user.post("/chat/send", **{"conversation_id": conversation_id, **body})
        assert (response.status_code, error_code(response)) == (status, code), body
    assert user.history(conversation_id) == []


def test_without_any_model_a_send_fails_with_no_model(user: Client, conversation_id: str) -> None:
    response = user.post("/chat/send", conversation_id=conversation_id, message="Hi")
    assert (response.status_code, error_code(response)) == (422, "no_model")


def new_conversation(client: Client) -> str:
    created: str = client.post("/conversation/create").json()["id"]
    return created


def test_concurrent_replies_are_limited_per_user(
    user: Client, new_user: Callable[[], Client], provider: ScriptedProvider, settings: Callable[..., None]
) -> None:
    settings(STREAMS_PER_USER="2")
    cut = user.turn("/chat/send", conversation_id=new_conversation(user), message="Hi", model="length")
    provider.enqueue(*(Script([delta("Begun"), gate("end")]) for _ in range(2)))
    with ExitStack() as streams:
        for _ in range(2):
            call = {"conversation_id": new_conversation(user), "message": "Hi"}
            stream = streams.enter_context(user.stream("/chat/send", **call))
            assert stream.next_event()["type"] == "started"
        ended_id = cut[0]["assistant_message_id"]
        for path, body in (
            ("/chat/send", {"conversation_id": new_conversation(user), "message": "Hi"}),
            ("/chat/regenerate", {"message_id": ended_id}),
            ("/chat/continue", {"message_id": ended_id}),
        ):
            response = user.post(path, **body)
            assert (response.status_code, error_code(response)) == (429, "rate_limited"), path
            assert int(response.headers["retry-after"]) > 0
        stranger = new_user()
        stranger.turn("/chat/send", conversation_id=new_conversation(stranger), message="Hi")
        provider.open_gate("end")
    wait_until(lambda: user.post("/chat/continue", message_id=ended_id).status_code == 200, what="a place")


def test_an_old_reply_that_streams_again_is_among_the_concurrent_ones(
    user: Client, provider: ScriptedProvider, settings: Callable[..., None], database: Engine
) -> None:
    settings(STREAMS_PER_USER="1")
    cut = user.turn("/chat/send", conversation_id=new_conversation(user), message="Hi", model="length")
    long_ago = utc_now() - timedelta(days=1)
    with database.begin() as connection:
        connection.execute(update(Message).values(created_at=long_ago, heartbeat_at=long_ago))
    provider.enqueue(Script([delta("Begun"), gate("end")]))
    with user.stream("/chat/continue", message_id=cut[0]["assistant_message_id"]) as stream:
        assert stream.next_event()["type"] == "started"
        response = user.post("/chat/send", conversation_id=new_conversation(user), message="Hi")
        assert (response.status_code, error_code(response)) == (429, "rate_limited")
        provider.open_gate("end")


def test_a_reply_is_regenerated_with_another_model(
    user: Client, new_user: Callable[[], Client], provider: ScriptedProvider, conversation_id: str
) -> None:
    def create(client: Client) -> str:
        config = client.post(
            "/model_config/create", name="Other", base_url=provider.base_url, model="other", api_key="sk-12345678"
        )
        assert config.status_code == 201, config.text
        config_id: str = config.json()["id"]
        return config_id

    sent = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[-1]
    user.turn("/chat/regenerate", message_id=sent["assistant_message_id"], model_config_id=create(user))
    *_, first, second = user.history(conversation_id)
    assert (first["parent_id"], second["model"]) == (second["parent_id"], "other")
    assert provider.requests[-1].body["model"] == "other"
    # Only that reply has the other model.
    user.turn("/chat/regenerate", message_id=second["id"])
    assert user.history(conversation_id)[-1]["model"] == first["model"]

    for unknown in (create(new_user()), "none"):
        with user.stream("/chat/regenerate", message_id=second["id"], model_config_id=unknown) as stream:
            assert stream.status == 404
    assert len(user.history(conversation_id)) == 4


def test_one_reply_of_the_servers_default_model_in_a_conversation_with_a_model(
    user: Client, provider: ScriptedProvider
) -> None:
    own = {"name": "Own", "base_url": provider.base_url, "model": "own", "api_key": "sk-12345678"}
    config_id = user.post("/model_config/create", **own).json()["id"]
    conversation_id = user.post("/conversation/create", model_config_id=config_id).json()["id"]
    sent = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[-1]
    user.turn("/chat/regenerate", message_id=sent["assistant_message_id"], model_config_id=None)
    *_, first, second = user.history(conversation_id)
    assert (first["model"], second["model"]) == ("own", "scripted")
