"""Differences between providers over several turns: remembered refusals, waits, cut contexts, continued replies."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.functions.test_images import upload
from tests.support.api import Client
from tests.support.case_server import CaseServer
from tests.support.scripted_provider import (
    ModelList,
    Script,
    ScriptedProvider,
    delta,
    drop,
    finish,
    gate,
    http_error,
    reasoning,
    usage,
)

_ANSWER = '{"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}'
_WHOLE = [{"status": "HTTP/1.1 200 OK", "headers": ["Connection: close"], "body": [_ANSWER]}]
BUSY = http_error(429, headers={"Retry-After": "1"})


def refusal(text: str, status: int = 400, param: str | None = None) -> Script:
    return Script(status=status, error={"message": text, "param": param, "code": None})


@pytest.fixture
def config(user: Client, provider: ScriptedProvider) -> dict[str, Any]:
    """A model config of the user's on the scripted provider."""
    body = {"name": "Mine", "base_url": provider.base_url, "model": "m", "api_key": "key-of-the-user"}
    created: dict[str, Any] = user.post("/model_config/create", **body).json()
    return created


@pytest.fixture
def conversation(user: Client, config: dict[str, Any]) -> str:
    created: str = user.post("/conversation/create", model_config_id=config["id"]).json()["id"]
    return created


def stored_learned(user_id: str, config_id: str) -> dict[str, Any] | None:
    from shared.db.repositories.model_configs import find_model_config
    from shared.db.session import transaction

    with transaction() as session:
        config = find_model_config(session, user_id, config_id)
        assert config is not None
        return config.learned


def test_what_a_provider_refused_is_left_out_of_the_next_turn_from_the_start(
    user: Client, provider: ScriptedProvider, config: dict[str, Any], conversation: str
) -> None:
    user.post("/model_config/update", id=config["id"], params={"temperature": 0.3, "max_tokens": 50})
    provider.enqueue(
        refusal("Unsupported value: 'temperature'", param="temperature"),
        refusal("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        refusal("Streaming is not supported for this organization.", param="stream"),
    )
    assert user.turn("/chat/send", conversation_id=conversation, message="Hi")[-1]["status"] == "completed"
    assert len(provider.requests) == 4

    assert user.turn("/chat/send", conversation_id=conversation, message="Again")[-1]["status"] == "completed"
    assert len(provider.requests) == 5
    body = provider.requests[-1].body
    assert not {"temperature", "max_tokens", "stream", "stream_options"} & body.keys()
    assert body["max_completion_tokens"] == 50
    assert stored_learned(user.get("/user/me").json()["id"], config["id"]) == {
        "omitted": ["temperature", "stream"],
        "max_completion_tokens": True,
    }


def test_a_connection_test_of_a_talkative_model_stores_what_was_learned(
    user: Client, provider: ScriptedProvider, config: dict[str, Any]
) -> None:
    user.post("/model_config/update", id=config["id"], params={"temperature": 0.3})
    # The test ends after some words, here long before the answer does.
    talk = Script(steps=[delta("word " * 100), gate("never opened"), finish()])
    provider.enqueue(refusal("Unsupported value: 'temperature'", param="temperature"), talk)
    assert user.post("/model_config/test", id=config["id"]).json()["ok"]
    assert stored_learned(user.get("/user/me").json()["id"], config["id"]) == {"omitted": ["temperature"]}


def test_a_refused_system_role_goes_into_the_first_message(
    user: Client, provider: ScriptedProvider, config: dict[str, Any], conversation: str
) -> None:
    user.post("/model_config/update", id=config["id"], params={"system_prompt": "Be brief."})
    provider.enqueue(refusal("System role not supported"))
    user.turn("/chat/send", conversation_id=conversation, message="Hi")
    (message,) = provider.requests[-1].body["messages"]
    assert message == {"role": "user", "content": "Be brief.\n\nHi"}


def test_a_conversation_that_is_too_long_is_not_repeated_without_its_parameters(
    user: Client, provider: ScriptedProvider, config: dict[str, Any], conversation: str
) -> None:
    user.post("/model_config/update", id=config["id"], params={"max_tokens": 50})
    words = "This model's maximum context length is 8192 tokens, and max_tokens must be smaller."
    provider.enqueue(refusal(words))
    last = user.turn("/chat/send", conversation_id=conversation, message="Hi")[-1]
    assert last["error"] == {"code": "provider_bad_request", "message": words, "status": 400}
    assert len(provider.requests) == 1


def test_images_that_a_provider_refuses_are_left_out_of_later_turns_and_the_user_is_told(
    user: Client, provider: ScriptedProvider, config: dict[str, Any], conversation: str, store_url: str
) -> None:
    item = upload(user, conversation)
    image = [{"type": "text", "text": "What?"}, {"type": "image_url", "image_url": {"key": item["key"]}}]
    words = "This model does not support image input."
    # By URL, then inline: the model takes none, and its words are the user's.
    provider.enqueue(refusal(words), refusal(words))
    assert user.turn("/chat/send", conversation_id=conversation, message=image)[-1]["error"]["message"] == words

    last = user.turn("/chat/send", conversation_id=conversation, message="In words then")[-1]
    assert (last["status"], last["images_omitted"]) == ("completed", True)
    assert len(provider.requests) == 3
    assert "image_url" not in str(provider.requests[-1].body)
    assert user.history(conversation)[-1]["images_omitted"] is True


def test_a_wait_for_the_provider_is_noticed_by_who_asks_for_notices(
    user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    provider.enqueue(BUSY)
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi", notices=True)
    notice = {"type": "notice", "kind": "provider_wait", "seconds": 1, "status": 429}
    assert events[1] == {**notice, "message_id": events[0]["assistant_message_id"]}
    assert [event["seq"] for event in events if "seq" in event] == list(range(1, len(events)))

    provider.enqueue(BUSY)
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    assert "notice" not in {event["type"] for event in events}


def test_a_provider_without_credit_is_not_asked_again(
    user: Client, provider: ScriptedProvider, conversation: str
) -> None:
    error = {"message": "You exceeded your current quota, check your plan and billing.", "code": "insufficient_quota"}
    provider.enqueue(Script(status=429, error=error))
    assert user.turn("/chat/send", conversation_id=conversation, message="Hi")[-1]["error"]["status"] == 429
    assert len(provider.requests) == 1


def test_a_reply_that_broke_off_is_continued(user: Client, provider: ScriptedProvider, conversation_id: str) -> None:
    provider.enqueue(Script([delta("So far"), drop()]))
    failed = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[-1]
    assert failed["type"] == "failed"
    provider.enqueue(Script([delta(", and on"), finish(), usage(3, 2)]))
    last = user.turn("/chat/continue", message_id=failed["assistant_message_id"])[-1]
    assert last["status"] == "completed"
    reply = user.history(conversation_id)[-1]
    assert reply["content"] == [{"type": "text", "text": "So far, and on"}]
    assert reply["error"] is None


_CUT = Script([delta("Once upo"), finish("length")])
_REST = Script([delta("n a time"), finish()])


def listed_by(owner: str) -> ModelList:
    return ModelList({"data": [{"id": "m", "owned_by": owner}]})


@pytest.mark.parametrize(
    ("owner", "learned", "fields"),
    [
        ("vllm", "continue_final_message", {"continue_final_message": True, "add_generation_prompt": False}),
        ("sglang", "continue_final_message", {"continue_final_message": True, "add_generation_prompt": False}),
        ("llamacpp", "final_message", {}),
    ],
)
def test_a_server_with_assistant_prefixes_continues_in_the_middle_of_a_word(
    owner: str,
    learned: str,
    fields: dict[str, Any],
    user: Client,
    provider: ScriptedProvider,
    config: dict[str, Any],
    conversation: str,
) -> None:
    provider.model_list = listed_by(owner)
    provider.enqueue(_CUT, _REST)
    cut = user.turn("/chat/send", conversation_id=conversation, message="Hi")[-1]
    assert cut["finish_reason"] == "length"
    user.turn("/chat/continue", message_id=cut["assistant_message_id"])
    assert user.history(conversation)[-1]["content"] == [{"type": "text", "text": "Once upon a time"}]
    body = provider.requests[-1].body
    assert body["messages"][-1] == {"role": "assistant", "content": "Once upo"}
    assert {name: body.get(name) for name in fields} == fields
    assert stored_learned(user.get("/user/me").json()["id"], config["id"]) == {"continue_mode": learned}

    # The server is asked once.
    provider.enqueue(_CUT, _REST)
    cut = user.turn("/chat/send", conversation_id=conversation, message="Again")[-1]
    user.turn("/chat/continue", message_id=cut["assistant_message_id"])
    assert provider.requests[-1].body["messages"][-1]["role"] == "assistant"
    assert len(provider.list_targets) == 1


@pytest.mark.parametrize("listed", [listed_by("openai"), ModelList({}, status=404), ModelList("<html>")])
def test_another_server_is_instructed_to_continue(
    listed: ModelList, user: Client, provider: ScriptedProvider, conversation: str
) -> None:
    provider.model_list = listed
    provider.enqueue(_CUT, _REST)
    cut = user.turn("/chat/send", conversation_id=conversation, message="Hi")[-1]
    user.turn("/chat/continue", message_id=cut["assistant_message_id"])
    sent = provider.requests[-1].body["messages"][-2:]
    assert [message["role"] for message in sent] == ["assistant", "user"]
    assert "exactly where it broke off" in sent[1]["content"]


def test_a_refused_prefix_is_replaced_by_the_instruction(
    user: Client, provider: ScriptedProvider, config: dict[str, Any], conversation: str
) -> None:
    provider.model_list = listed_by("llamacpp")
    provider.enqueue(_CUT, refusal("Assistant response prefill is incompatible with enable_thinking."), _REST)
    cut = user.turn("/chat/send", conversation_id=conversation, message="Hi")[-1]
    last = user.turn("/chat/continue", message_id=cut["assistant_message_id"])[-1]
    assert last["status"] == "completed"
    assert provider.requests[-1].body["messages"][-1]["role"] == "user"
    assert stored_learned(user.get("/user/me").json()["id"], config["id"]) == {"continue_mode": "instruction"}


def test_a_reply_with_reasoning_is_continued_by_the_instruction(
    user: Client, provider: ScriptedProvider, conversation: str
) -> None:
    provider.model_list = listed_by("vllm")
    provider.enqueue(Script([reasoning("Hm."), delta("Once upo"), finish("length")]), _REST)
    cut = user.turn("/chat/send", conversation_id=conversation, message="Hi")[-1]
    user.turn("/chat/continue", message_id=cut["assistant_message_id"])
    body = provider.requests[-1].body
    assert body["messages"][-1]["role"] == "user"
    assert "continue_final_message" not in body


def test_a_reply_that_failed_before_its_first_word_is_not_continued(
    user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    provider.enqueue(http_error(500))
    failed = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[-1]
    with user.stream("/chat/continue", message_id=failed["assistant_message_id"]) as stream:
        assert stream.status == 409


def test_where_a_cut_context_begins_is_in_the_reply(
    user: Client, provider: ScriptedProvider, conversation_id: str, settings: Callable[..., None]
) -> None:
    settings(CONTEXT_MESSAGES="2")
    for word in ("One", "Two", "Three"):
        last = user.turn("/chat/send", conversation_id=conversation_id, message=word)[-1]
    messages = user.history(conversation_id)
    assert last["context_start_id"] == messages[2]["id"] == messages[-1]["context_start_id"]
    assert "context_start_id" not in messages[1]
    assert next(message["content"] for message in provider.requests[-1].body["messages"]) == "Two"


def test_headers_and_query_of_a_config_are_sent(user: Client, config: dict[str, Any], conversation: str) -> None:
    with CaseServer(_WHOLE).serve() as server:
        params: dict[str, Any] = {"headers": {"X-Team": "the-team-1"}, "query": {"api-version": "2024-10-21"}}
        body: dict[str, Any] = {"base_url": f"{server.url}/v1", "api_key": "key-of-the-user", "params": params}
        assert user.post("/model_config/update", id=config["id"], **body).status_code == 200
        assert user.turn("/chat/send", conversation_id=conversation, message="Hi")[-1]["status"] == "completed"
        (request,) = server.requests
        assert request.path == "/v1/chat/completions?api-version=2024-10-21"
        assert request.headers["x-team"] == "the-team-1"
