"""Import of exported conversations."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from functions.conversation.imports import MAX_IMPORT_BYTES
from shared.chat.reply import MAX_GROUP_CHARACTERS
from tests.support.api import Client, error_code
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish, gate, http_error, reasoning, usage
from tests.support.statements import counted

Body = dict[str, Any]
CREATED_AT = "2026-01-02T03:04:05.678Z"


def question(message_id: str = "q", parent_id: str | None = None, text: str = "Hi", **changes: Any) -> Body:
    return {
        "id": message_id,
        "parent_id": parent_id,
        "role": "user",
        "content": [{"type": "text", "text": text}],
        "created_at": CREATED_AT,
        **changes,
    }


def reply(message_id: str = "r", parent_id: str | None = "q", text: str = "Hello", **changes: Any) -> Body:
    return question(message_id, parent_id, text, **{"role": "assistant", "model": "m", **changes})


def import_(user: Client, *messages: Body, **body: Any) -> Body:
    response = user.post("/conversation/import", messages=messages, **body)
    assert response.status_code == 201, response.text
    created: Body = response.json()
    return created


def without_ids(messages: list[Body]) -> list[Body]:
    """The messages with list positions instead of ids."""
    positions: dict[str | None, int | None] = {None: None}
    for position, message in enumerate(messages):
        positions[message["id"]] = position
    return [{**each, "id": positions[each["id"]], "parent_id": positions[each["parent_id"]]} for each in messages]


def test_an_export_is_imported_unchanged(
    user: Client, provider: ScriptedProvider, conversation_id: str, database: Engine
) -> None:
    provider.enqueue(Script([reasoning("Hm. "), delta("第一个答复"), finish(), usage(3, 5)]))
    first = user.turn("/chat/send", conversation_id=conversation_id, message="你好")[0]
    user.turn("/chat/regenerate", message_id=first["assistant_message_id"])
    provider.enqueue(http_error(401))
    user.turn("/chat/send", conversation_id=conversation_id, message=[{"type": "text", "text": part} for part in "ab"])
    user.turn("/chat/send", conversation_id=conversation_id, message="Another beginning", parent_id=None)
    # A user's message may follow any message.
    user.turn("/chat/send", conversation_id=conversation_id, message="More", parent_id=first["user_message_id"])
    exported = user.history(conversation_id)
    assert len({message["status"] for message in exported}) == 2

    copy = import_(user, *exported, title="Copy", active_leaf_id=exported[3]["id"])

    imported = user.history(copy["id"])
    assert without_ids(imported) == without_ids(exported)
    assert not {message["id"] for message in imported} & {message["id"] for message in exported}
    assert (copy["title"], copy["active_leaf_id"]) == ("Copy", imported[3]["id"])
    assert user.history(conversation_id) == exported
    assert [item["id"] for item in user.get("/conversation").json()["items"]] == [copy["id"], conversation_id]


def test_an_imported_conversation_can_be_continued(user: Client, provider: ScriptedProvider) -> None:
    copy = import_(user, question(), reply(text="Cut", finish_reason="length"))
    leaf_id = copy["active_leaf_id"]
    assert user.history(copy["id"])[1]["id"] == leaf_id

    provider.enqueue(Script([delta(" and continued"), finish()]))
    user.turn("/chat/continue", message_id=leaf_id)
    user.turn("/chat/send", conversation_id=copy["id"], message="Next")
    user.turn("/chat/regenerate", message_id=leaf_id)

    history = user.history(copy["id"])
    assert history[1]["content"] == [{"type": "text", "text": "Cut and continued"}]
    assert [message["parent_id"] for message in history[2:]] == [leaf_id, history[2]["id"], history[0]["id"]]
    sent = [message["content"] for message in provider.requests[1].body["messages"]]
    assert sent == ["Hi", "Cut and continued", "Next"]


def test_a_reply_is_resumed_from_any_event(user: Client) -> None:
    text, thought = "字" * (2 * MAX_GROUP_CHARACTERS + 7), "x" * (MAX_GROUP_CHARACTERS + 1)
    copy = import_(user, question(), reply(text=text, reasoning=thought))
    events = user.turn(f"/chat/resume/{copy['active_leaf_id']}")
    assert [event["type"] for event in events] == ["started", *["reasoning"] * 2, *["delta"] * 3, "completed"]
    for kind, whole in (("reasoning", thought), ("delta", text)):
        assert "".join(event["text"] for event in events if event["type"] == kind) == whole
    assert user.turn(f"/chat/resume/{copy['active_leaf_id']}", after=3) == events[3:]


def test_a_search_finds_it(user: Client) -> None:
    copy = import_(user, question(text="怎样让数据库更快？"), reply(text="Look at the indexes."), title="性能")
    for words in ("数据库", "INDEXES", "性能", "性能 indexes"):
        assert [item["id"] for item in user.get("/conversation", q=words).json()["items"]] == [copy["id"]], words


def test_an_import_has_a_fixed_number_of_statements(user: Client, database: Engine) -> None:
    def cost(pairs: int) -> int:
        tree: list[Body] = []
        for n in range(pairs):
            tree += [question(f"q{n}", f"r{n - 1}" if n else None), reply(f"r{n}", f"q{n}")]
        with counted(database) as statements:
            copy = import_(user, *tree)
        assert user.get(f"/chat/{copy['id']}", limit=1).json()["next_cursor"] is not None
        return len(statements)

    assert cost(1) == cost(1000) <= 5


def test_import_dates_are_never_in_the_future(user: Client) -> None:
    copy = import_(user, question(created_at="9999-12-31T23:59:59.999-12:00"))
    assert user.history(copy["id"])[0]["created_at"] == copy["created_at"]


def test_ids_of_an_import_do_not_refer_to_stored_messages(
    user: Client, new_user: Callable[[], Client], provider: ScriptedProvider
) -> None:
    owner = new_user()
    owners = owner.post("/conversation/create").json()["id"]
    events = owner.turn("/chat/send", conversation_id=owners, message="Hi")
    before = owner.history(owners)
    stored = events[0]["assistant_message_id"]
    for client in (user, owner):
        for body in (
            {"messages": [question(parent_id=stored)]},
            {"messages": [question()], "active_leaf_id": stored},
        ):
            response = client.post("/conversation/import", **body)
            assert (response.status_code, error_code(response)) == (422, "validation_error")
        # As local names, such ids are valid.
        copy = import_(client, question(events[0]["user_message_id"]), reply(stored, events[0]["user_message_id"]))
        assert copy["active_leaf_id"] != stored
    assert owner.history(owners) == before


WRONG: dict[str, tuple[list[Any], str]] = {
    "no message": ([], "messages"),
    "too many messages": ([question(f"q{n}") for n in range(5001)], "messages"),
    "no object": (["text"], "messages.0"),
    "an id twice": ([question(), question()], "messages.1.id"),
    "an empty id": ([question("")], "messages.0.id"),
    "an unknown parent": ([question(parent_id="x")], "messages.0.parent_id"),
    "its own parent": ([question(parent_id="q")], "messages.0.parent_id"),
    "a circle": ([question(parent_id="r"), reply()], "messages.0.parent_id"),
    "a parent that comes later": ([reply(), question()], "messages.0.parent_id"),
    "a reply to nothing": ([reply(parent_id=None)], "messages.0.parent_id"),
    "a reply to a reply": ([question(), reply(), reply("r2", "r")], "messages.2.parent_id"),
    "another role": ([question(role="system")], "messages.0.role"),
    "a reply that streams": ([question(), reply(status="streaming")], "messages.1.status"),
    "a question that was stopped": ([question(status="stopped")], "messages.0"),
    "a question with reasoning": ([question(reasoning="x")], "messages.0"),
    "a question that says nothing": ([question(text=" \n")], "messages.0"),
    "a failure without an error": ([question(), reply(status="failed")], "messages.1"),
    "an error without a failure": ([question(), reply(error={"code": "x", "message": ""})], "messages.1"),
    "an error that is no code": (
        [question(), reply(status="failed", error={"code": "<b>", "message": ""})],
        "messages.1.error.code",
    ),
    "a reply in two parts": ([question(), reply(content=[{"type": "text", "text": "x"}] * 2)], "messages.1"),
    "too many parts": ([question(content=[{"type": "text", "text": "x"}] * 41)], "messages.0.content"),
    "a text that is too long": ([question(text="x" * 400_001)], "messages.0.content.0.text.text"),
    "reasoning that is too long": ([question(), reply(reasoning="x" * 400_001)], "messages.1.reasoning"),
    "another part": ([question(content=[{"type": "audio", "audio": {}}])], "messages.0.content.0"),
    "an image of a reply": (
        [question(), reply(content=[{"type": "image_url", "image_url": {"key": "k.png"}}])],
        "messages.1",
    ),
    "usage below zero": (
        [question(), reply(usage={"prompt_tokens": -1, "completion_tokens": 1})],
        "messages.1.usage.prompt_tokens",
    ),
    "usage beyond any column": (
        [question(), reply(usage={"prompt_tokens": 1, "completion_tokens": 10**30})],
        "messages.1.usage.completion_tokens",
    ),
    "no time": ([question(created_at=None)], "messages.0.created_at"),
    "a time of nowhere": ([question(created_at="2026-01-01T00:00:00")], "messages.0.created_at"),
    "a time before all": ([question(created_at="0001-01-01T00:00:00+14:00")], "messages.0.created_at"),
    "an unknown field": ([question(turn_id="x")], "messages.0.turn_id"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_an_invalid_import_is_refused_as_a_whole(kind: str, user: Client) -> None:
    messages, position = WRONG[kind]
    response = user.post("/conversation/import", messages=messages)
    assert (response.status_code, error_code(response)) == (422, "validation_error")
    fields = [detail["field"] for detail in response.json()["error"]["details"]]
    assert fields[0] == position
    assert len(fields) <= 3
    assert user.get("/conversation").json()["items"] == []


def test_every_field_of_an_import_is_validated(user: Client) -> None:
    for body in ({"title": ""}, {"title": "x" * 201}, {"active_leaf_id": "unknown"}, {"stray": 1}):
        response = user.post("/conversation/import", messages=[question()], **body)
        assert (response.status_code, error_code(response)) == (422, "validation_error"), body
    assert user.get("/conversation").json()["items"] == []


def test_the_size_of_an_import_is_limited(user: Client) -> None:
    half = "x" * 390_000
    fits = [question(f"q{n}", text=half) for n in range(MAX_IMPORT_BYTES // 400_000)]
    import_(user, *fits)
    response = user.post("/conversation/import", messages=[*fits, question(text=half)])
    assert (response.status_code, error_code(response)) == (413, "payload_too_large")


def test_a_stopped_reply_is_imported_as_stopped(user: Client, provider: ScriptedProvider, conversation_id: str) -> None:
    provider.enqueue(Script([delta("So far"), gate("never")]))
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        events = stream.events()
        user.post("/chat/stop", message_id=next(events)["assistant_message_id"])
        list(events)
    exported = user.history(conversation_id)
    copy = import_(user, *exported)
    assert without_ids(user.history(copy["id"])) == without_ids(exported)
    assert user.history(copy["id"])[1]["status"] == "stopped"
