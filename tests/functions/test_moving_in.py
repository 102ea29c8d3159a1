"""Imports from other products: by source and id, with times and images, several at once, and again."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine

from functions.maintenance.service import sweep
from shared.db.types import utc_now
from tests.functions.test_images import PNG, upload
from tests.functions.test_import import CREATED_AT, Body, question, reply, without_ids
from tests.support.api import Client, error_code
from tests.support.concurrency import at_once
from tests.support.scripted_provider import ScriptedProvider
from tests.support.statements import counted

UPDATED_AT = "2026-02-03T04:05:06.789Z"


def exported(source_id: str = "c1", *messages: Body, **changes: Any) -> Body:
    """A conversation of another product's export."""
    tree = list(messages) or [question(), reply()]
    return {"source": "chatgpt", "source_id": source_id, "title": f"Title of {source_id}", "messages": tree, **changes}


def import_many(user: Client, *conversations: Any) -> list[Body]:
    response = user.post("/conversation/import_many", conversations=list(conversations))
    assert response.status_code == 200, response.text
    results: list[Body] = response.json()["results"]
    return results


def prepare(user: Client) -> str:
    """A conversation to upload images for."""
    created = user.post("/conversation/create", temporary=True)
    return str(created.json()["id"])


def listed(user: Client, **query: Any) -> list[Body]:
    items: list[Body] = user.get("/conversation", **query).json()["items"]
    return items


def test_a_conversation_has_the_times_and_the_place_of_its_export(user: Client) -> None:
    project_id = user.post("/project/create", name="Move").json()["id"]
    body = exported(created_at=CREATED_AT, updated_at=UPDATED_AT, project_id=project_id, archived=True, pinned=True)
    response = user.post("/conversation/import", **body, instructions="Be brief.")
    assert response.status_code == 201
    (found,) = listed(user, archived=True, project_id=project_id)
    assert found == response.json()
    assert (found["created_at"], found["updated_at"]) == (CREATED_AT, UPDATED_AT)
    assert (found["pinned"], found["title"], found["instructions"]) == (True, "Title of c1", "Be brief.")


def test_a_conversation_keeps_its_model_and_its_tools(user: Client, new_user: Callable[[], Client]) -> None:
    other = new_user()
    config = {"name": "Mine", "base_url": "http://127.0.0.1:9/v1", "model": "m", "api_key": "a-secret-key-1"}
    own, theirs = (client.post("/model_config/create", **config).json()["id"] for client in (user, other))
    server_id = user.post("/tool/create", name="S", url="https://s.example.com/mcp", auth="none").json()["id"]
    tools = ["web_search", {"server_id": server_id, "names": ["read"]}]
    mine = exported("c1", question(), reply(tools_omitted=True), model_config_id=own, tools=tools)
    failed, imported = import_many(user, exported("theirs", model_config_id=theirs), mine)
    assert failed["error"]["code"] == "not_found"
    (found,) = listed(user)
    assert (found["id"], found["model_config_id"], found["tools"]) == (imported["id"], own, tools)
    items = user.get("/user/me/export").json()["items"]
    assert items[-1]["tools_omitted"]
    assert [item["tools"] for item in items if item["kind"] == "conversation"] == [tools]


def test_old_conversations_are_listed_below_newer_ones(user: Client, conversation_id: str) -> None:
    import_many(user, exported("new", updated_at="2026-03-01T00:00:00Z"), exported("old", updated_at=UPDATED_AT))
    assert [item["title"] for item in listed(user)] == [None, "Title of new", "Title of old"]


def test_no_time_of_an_import_is_in_the_future(user: Client) -> None:
    late = "2999-01-01T00:00:00Z"
    created = user.post(
        "/conversation/import", **exported("c", question(created_at=late), created_at=late, updated_at=late)
    ).json()
    now = utc_now().isoformat()
    assert max(created["created_at"], created["updated_at"], user.history(created["id"])[0]["created_at"]) < now


def test_the_same_conversation_again_adds_what_is_new(user: Client) -> None:
    first = user.post("/conversation/import", **exported()).json()
    again = user.post("/conversation/import", **exported())
    assert (again.status_code, again.json()) == (200, {"existing": first["id"], "added": 0})

    more = [question(), reply(), question("q2", "r", "And?"), reply("r2", "q2", "So."), reply("r3", "q", "Another")]
    again = user.post("/conversation/import", **exported("c1", *more, active_leaf_id="r2", updated_at=UPDATED_AT))

    assert (again.status_code, again.json()) == (200, {"existing": first["id"], "added": 3})
    history = user.history(first["id"])
    assert [message["content"][0]["text"] for message in history] == ["Hi", "Hello", "And?", "So.", "Another"]
    assert [message["parent_id"] for message in history] == [None, *(history[n]["id"] for n in (0, 1, 2, 0))]
    assert [item["active_leaf_id"] for item in listed(user)] == [history[3]["id"]]


def test_only_new_messages_have_to_be_sent_again(user: Client) -> None:
    first = user.post("/conversation/import", **exported()).json()
    again = user.post("/conversation/import", **exported("c1", question("q2", "r", "More"), reply("r2", "q2")))
    assert again.json() == {"existing": first["id"], "added": 2}
    assert len(user.history(first["id"])) == 4
    wrong = user.post("/conversation/import", **exported("c1", reply("r9", "r2")))
    assert (wrong.status_code, error_code(wrong)) == (422, "validation_error")


def test_a_conversation_that_the_user_has_gone_on_with_shows_that_branch(
    user: Client, provider: ScriptedProvider
) -> None:
    first = user.post("/conversation/import", **exported()).json()
    reply_id = user.turn("/chat/send", conversation_id=first["id"], message="Mine")[0]["assistant_message_id"]
    user.post("/conversation/import", **exported("c1", question("q2", "r", "Theirs")))
    assert [item["active_leaf_id"] for item in listed(user)] == [reply_id]


def test_a_deleted_message_does_not_come_back(user: Client) -> None:
    first = user.post("/conversation/import", **exported()).json()
    assert user.post("/chat/delete", message_id=first["active_leaf_id"]).status_code == 200
    again = user.post("/conversation/import", **exported("c1", question(), reply(), question("q2", "r", "After")))
    assert again.json()["added"] == 0
    assert len(user.history(first["id"])) == 1


def test_an_import_that_was_undone_is_taken_out_of_the_bin(user: Client) -> None:
    first = user.post("/conversation/import", **exported()).json()
    user.post("/conversation/delete", ids=[first["id"]])
    asked = user.post("/conversation/imported", source="chatgpt", source_ids=["c1", "c2"]).json()
    assert asked["items"] == [{"source_id": "c1", "id": first["id"], "deleted": True, "message_ids": ["q", "r"]}]
    assert user.post("/conversation/import", **exported()).json() == {"existing": first["id"], "added": 0}
    assert [item["id"] for item in listed(user)] == [first["id"]]


def test_a_purged_conversation_is_imported_anew(user: Client) -> None:
    first = user.post("/conversation/import", **exported()).json()
    user.post("/conversation/delete", ids=[first["id"]], purge=True)
    again = user.post("/conversation/import", **exported())
    assert again.status_code == 201
    assert again.json()["id"] != first["id"]


def test_sources_and_users_do_not_share_ids(user: Client, new_user: Callable[[], Client]) -> None:
    other = new_user()
    ids = [
        client.post("/conversation/import", **exported(source=source)).json()["id"]
        for client in (user, other)
        for source in ("chatgpt", "claude", "open_webui", "librechat", "chat")
    ]
    assert len(set(ids)) == 10
    assert other.post("/conversation/imported", source="chat", source_ids=[ids[0]]).json()["items"] == []


def test_an_export_of_this_application_is_not_imported_beside_its_original(
    user: Client, new_user: Callable[[], Client], provider: ScriptedProvider, conversation_id: str
) -> None:
    user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    history = user.history(conversation_id)
    own = exported(conversation_id, *history, source="chat")
    assert user.post("/conversation/import", **own).json() == {"existing": conversation_id, "added": 0}
    # The message is gone here, and in the export.
    user.post("/chat/delete", message_id=history[1]["id"])
    assert user.post("/conversation/import", **own).json() == {"existing": conversation_id, "added": 1}
    assert without_ids(user.history(conversation_id)) == without_ids(history)

    copy = new_user().post("/conversation/import", **own)
    assert copy.status_code == 201
    assert copy.json()["id"] != conversation_id


@pytest.mark.parametrize("is_of_another_product", [False, True])
def test_an_original_gets_a_deleted_message_back_once_and_shows_it_if_nothing_was_written_since(
    user: Client, provider: ScriptedProvider, *, is_of_another_product: bool
) -> None:
    if is_of_another_product:
        user.post("/conversation/import", **exported())
    else:
        created = user.post("/conversation/create").json()["id"]
        user.turn("/chat/send", conversation_id=created, message="Hi")
    (conversation,) = listed(user)
    history = user.history(conversation["id"])
    times = {"updated_at": conversation["updated_at"], "active_leaf_id": history[1]["id"]}
    own = exported(conversation["id"], *history, source="chat", **times)
    user.post("/chat/delete", message_id=history[1]["id"])

    for added in (1, 0):
        assert user.post("/conversation/import", **own).json() == {"existing": conversation["id"], "added": added}
    (_, again) = user.history(conversation["id"])
    assert listed(user)[0]["active_leaf_id"] == again["id"] != history[1]["id"]
    asked = user.post("/conversation/imported", source="chat", source_ids=[conversation["id"]]).json()
    assert {message["id"] for message in history} < set(asked["items"][0]["message_ids"])

    # A restored message that is deleted again stays deleted.
    user.post("/chat/delete", message_id=again["id"])
    assert user.post("/conversation/import", **own).json()["added"] == 0

    sent = {"conversation_id": conversation["id"], "message": "Mine", "parent_id": None}
    mine = user.turn("/chat/send", **sent)[0]["assistant_message_id"]
    user.post("/chat/delete", message_id=history[0]["id"])
    assert user.post("/conversation/import", **own).json()["added"] == 1
    assert listed(user)[0]["active_leaf_id"] == mine


def test_images_are_named_by_the_keys_of_uploads_for_the_prepared_conversation(user: Client, store_url: str) -> None:
    prepared = prepare(user)
    shown, made = upload(user, prepared)["key"], upload(user, prepared)["key"]
    step = {
        "n": 1,
        "tool": "image",
        "title": "Image",
        "state": "done",
        "at": 0,
        "arguments": {"prompt": "A cat"},
        "objects": [{"key": made, "media_type": "image/png", "name": "cat.png"}],
        "started_at": CREATED_AT,
        "ended_at": CREATED_AT,
    }
    asked = [{"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {"key": shown}}]
    tree = [question(content=asked), reply(text="", steps=[step])]
    assert listed(user) == []

    created = user.post("/conversation/import", **exported("c1", *tree, id=prepared))

    assert created.status_code == 201, created.text
    assert created.json()["id"] == prepared
    assert [item["id"] for item in listed(user)] == [prepared]
    items = user.get(f"/chat/{prepared}", steps="true").json()["items"]
    assert httpx2.get(items[0]["content"][1]["image_url"]["url"]).content == PNG
    assert httpx2.get(items[1]["steps"][0]["objects"][0]["url"]).content == PNG
    sweep(utc_now() + timedelta(days=2))
    assert httpx2.get(items[0]["content"][1]["image_url"]["url"]).content == PNG


def test_an_image_of_a_later_import_is_uploaded_for_the_conversation_of_the_first(user: Client, store_url: str) -> None:
    first = user.post("/conversation/import", **exported()).json()
    key = upload(user, first["id"])["key"]
    image = [{"type": "image_url", "image_url": {"key": key}}]
    more = question("q2", "r", content=image)
    again = user.post("/conversation/import", **exported("c1", more, id=first["id"]))
    assert again.json() == {"existing": first["id"], "added": 1}
    assert user.history(first["id"])[2]["content"][0]["image_url"]["key"] == key


def test_images_of_other_conversations_are_refused(
    user: Client, new_user: Callable[[], Client], store_url: str, conversation_id: str
) -> None:
    prepared, other = prepare(user), new_user()
    theirs = prepare(other)
    keys = {
        "of another conversation": upload(user, conversation_id)["key"],
        "of another user": upload(other, theirs)["key"],
        "never uploaded": user.post(
            "/chat/get_upload_presigned_url", conversation_id=prepared, suffixes=["png"]
        ).json()["items"][0]["key"],
    }
    for kind, key in keys.items():
        image = [{"type": "image_url", "image_url": {"key": key}}]
        for target_id in (prepared, None):
            response = user.post("/conversation/import", id=target_id, messages=[question(content=image)])
            assert (response.status_code, error_code(response)) == (422, "invalid_image"), kind
    taken = user.post("/conversation/import", id=theirs, messages=[question()])
    assert (taken.status_code, error_code(taken)) == (404, "not_found")


def test_only_an_empty_temporary_conversation_is_filled(
    user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    used = prepare(user)
    user.turn("/chat/send", conversation_id=used, message="Hi")
    for target in (conversation_id, used, "unknown"):
        response = user.post("/conversation/import", id=target, messages=[question()])
        assert (response.status_code, error_code(response)) == (404, "not_found")


def test_one_that_fails_does_not_stop_the_others(user: Client, new_user: Callable[[], Client]) -> None:
    project_of_another = new_user().post("/project/create", name="Theirs").json()["id"]
    image = [{"type": "image_url", "image_url": {"key": "k.png"}}]
    results = import_many(
        user,
        exported("good"),
        exported("cut", reply()),
        {"source_id": "alone", "messages": [question()]},
        exported("good", question("q", text="Twice")),
        exported("theirs", project_id=project_of_another),
        exported("image", question(content=image)),
        exported("also good"),
        {"nothing": "at all"},
    )
    assert [result["source_id"] for result in results] == [
        "good", "cut", "alone", "good", "theirs", "image", "also good", None,
    ]  # fmt: skip
    codes = [result.get("error", {}).get("code") for result in results]
    invalid = "validation_error"
    assert codes == [None, invalid, invalid, invalid, "not_found", "invalid_image", None, invalid]
    assert "messages.0.parent_id" in results[1]["error"]["message"]
    assert {item["id"] for item in listed(user)} == {results[0]["id"], results[6]["id"]}
    assert (results[0]["added"], "existing" in results[0]) == (2, False)
    again = import_many(user, exported("good"))
    assert again == [{"source_id": "good", "id": results[0]["id"], "added": 0, "existing": True}]


def test_half_a_character_fails_its_own_conversation_only(user: Client) -> None:
    half = "\ud83d"
    step = {"n": 1, "tool": "t", "title": "T", "state": "done", "at": 0, "arguments": {half: half}}
    step |= {"started_at": CREATED_AT, "ended_at": CREATED_AT}

    def send(*conversations: Body, **fields: Any) -> httpx2.Response:
        body = json.dumps({"conversations": conversations, **fields})
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {user.tokens['access_token']}"}
        return user.request("POST", "/conversation/import_many", content=body, headers=headers)

    response = send(
        exported("good"),
        exported("text", question(text=half)),
        exported("arguments", question(), reply(steps=[step])),
        exported("field", **{half: 1}),
        exported(f"id {half}"),
        exported("also good"),
    )
    assert response.status_code == 200, response.text
    results = response.json()["results"]
    assert [result["source_id"] for result in results] == [
        "good",
        "text",
        "arguments",
        "field",
        "id \ufffd",
        "also good",
    ]
    assert ["error" in result for result in results] == [False, True, True, True, True, False]
    assert {item["id"] for item in listed(user)} == {results[0]["id"], results[5]["id"]}
    refused = send(exported(), **{half: 1})
    assert (refused.status_code, error_code(refused)) == (422, "validation_error")


def test_several_have_the_statements_of_one(user: Client, database: Engine) -> None:
    def cost(name: str, count: int) -> int:
        bodies = [exported(f"{name}{n}") for n in range(count)]
        with counted(database) as statements:
            results = import_many(user, *bodies)
        assert [result["added"] for result in results] == [2] * count
        return len(statements)

    assert cost("a", 1) == cost("b", 50) <= 7


def test_a_call_takes_at_most_50(user: Client) -> None:
    for count, status in ((50, 200), (51, 422), (0, 422)):
        bodies = [exported(f"{count}-{n}") for n in range(count)]
        assert user.post("/conversation/import_many", conversations=bodies).status_code == status


def test_two_tabs_that_import_at_once_import_once(user: Client) -> None:
    def call() -> list[Body]:
        return import_many(user, *[exported(f"c{n}") for n in range(10)])

    first, second = at_once(call, call)
    assert [result["id"] for result in first] == [result["id"] for result in second]
    assert sum(result["added"] for result in (*first, *second)) == 20
    assert len(listed(user)) == 10


def test_only_conversations_that_are_created_are_counted(user: Client, settings: Callable[..., None]) -> None:
    settings(CONVERSATIONS_PER_USER_PER_DAY="2")
    import_many(user, exported("a"), exported("b"))
    results = import_many(user, exported("a", question("q2", "r")), exported("c"))
    assert results[0]["added"] == 1
    assert results[1]["error"]["code"] == "rate_limited"
    assert user.post("/conversation/import", **exported("b")).status_code == 200
    refused = user.post("/conversation/import", **exported("d"))
    assert (refused.status_code, error_code(refused)) == (429, "rate_limited")
    assert "Retry-After" in refused.headers
