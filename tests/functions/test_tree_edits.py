"""Edits of a conversation's tree: deleting a message, forking a branch; pages that fit a response; search snippets;
finding a phrase."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from functions.chat import service
from shared.storage import get_object_store
from tests.functions.test_images import PNG, upload
from tests.functions.test_import import import_, question
from tests.support.api import Client
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish

Talk = Callable[..., dict[str, Any]]


@pytest.fixture
def talk(user: Client, provider: ScriptedProvider, conversation_id: str) -> Talk:
    """Sends a message and returns the ids of the turn."""

    def send(message: Any, answer: str = "Yes", **body: Any) -> dict[str, Any]:
        provider.enqueue(Script([delta(answer), finish()]))
        return user.turn("/chat/send", conversation_id=conversation_id, message=message, **body)[-1]

    return send


def test_a_message_is_deleted_with_all_that_follow_it(user: Client, conversation_id: str, talk: Talk) -> None:
    first = talk("One")
    second = talk("Two")
    talk("Other two", parent_id=first["assistant_message_id"])
    talk("Three", parent_id=second["assistant_message_id"])
    assert user.post("/chat/delete", message_id=second["user_message_id"]).json() == {"deleted": 4}
    texts = [message["content"][0]["text"] for message in user.history(conversation_id)]
    assert texts == ["One", "Yes", "Other two", "Yes"]


def test_deleting_the_end_of_the_branch_shown_shows_the_branch_beside_it(
    user: Client, conversation_id: str, talk: Talk
) -> None:
    first = talk("One")
    second = talk("Two")
    third = talk("Other two", parent_id=first["assistant_message_id"])
    user.post("/chat/delete", message_id=third["user_message_id"])
    active = user.get(f"/conversation/{conversation_id}").json()["active_leaf_id"]
    assert active == second["assistant_message_id"]
    user.post("/chat/delete", message_id=first["user_message_id"])
    assert user.get(f"/conversation/{conversation_id}").json()["active_leaf_id"] is None
    assert user.post("/chat/delete", message_id=first["user_message_id"]).status_code == 404


def test_a_deleted_message_takes_its_images_along(
    user: Client, conversation_id: str, talk: Talk, store_url: str
) -> None:
    item = upload(user, conversation_id)
    sent = talk([{"type": "text", "text": "What?"}, {"type": "image_url", "image_url": {"key": item["key"]}}])
    user.post("/chat/delete", message_id=sent["user_message_id"])
    assert get_object_store().describe(item["key"]) is None


def test_the_versions_of_a_question_have_the_same_image_until_the_last_is_deleted(
    user: Client, conversation_id: str, talk: Talk, store_url: str
) -> None:
    first = talk("Look")
    key = upload(user, conversation_id)["key"]
    image = {"type": "image_url", "image_url": {"key": key}}
    versions = [
        talk([{"type": "text", "text": text}, image], parent_id=first["assistant_message_id"])
        for text in ("What?", "Where?", "When?")
    ]
    user.post("/chat/delete", message_id=versions[0]["user_message_id"])
    assert get_object_store().describe(key) is not None
    # Both others at once.
    assert user.post("/chat/delete", message_id=first["user_message_id"]).json() == {"deleted": 6}
    assert get_object_store().describe(key) is None


def test_a_branch_of_more_messages_than_a_server_recurses_by_itself(user: Client) -> None:
    messages = [
        question(f"m{number}", f"m{number - 1}" if number else None, f"Word {number}", role=role)
        for number, role in enumerate(("user", "assistant") * 600)
    ]
    conversation_id = import_(user, *messages)["id"]
    history = user.history(conversation_id)
    fork = user.post("/conversation/fork", message_id=history[-1]["id"]).json()
    assert len(user.history(fork["id"])) == 1200
    assert user.post("/chat/delete", message_id=history[1]["id"]).json() == {"deleted": 1199}


def test_a_fork_is_a_copy_of_the_branch_and_its_images(
    user: Client, conversation_id: str, talk: Talk, store_url: str
) -> None:
    item = upload(user, conversation_id)
    first = talk([{"type": "text", "text": "What?"}, {"type": "image_url", "image_url": {"key": item["key"]}}])
    talk("Left out")
    fork = user.post("/conversation/fork", message_id=first["assistant_message_id"]).json()
    assert fork["id"] != conversation_id
    # The copy outlives the original.
    user.post("/conversation/delete", ids=[conversation_id], purge=True)
    question, answer = user.history(fork["id"])
    assert fork["active_leaf_id"] == answer["id"]
    assert (question["parent_id"], answer["parent_id"]) == (None, question["id"])
    assert httpx2.get(question["content"][1]["image_url"]["url"]).content == PNG
    provided = user.turn("/chat/send", conversation_id=fork["id"], message="And on")
    assert provided[-1]["status"] == "completed"


def test_a_page_ends_before_it_is_too_large_for_a_response(
    user: Client, conversation_id: str, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        talk(f"{number}" * 3000)
    monkeypatch.setattr(service, "MAX_PAGE_BYTES", 12_000)
    whole: list[dict[str, Any]] = []
    cursor: str | None = None
    pages = 0
    while True:
        query = {"cursor": cursor} if cursor else {}
        response = user.get(f"/chat/{conversation_id}", **query)
        assert len(response.content) < 12_000
        whole += response.json()["items"]
        pages += 1
        cursor = response.json()["next_cursor"]
        if cursor is None:
            break
    assert pages > 2
    assert len(whole) == 12

    branch = user.get(f"/chat/{conversation_id}", leaf_id="active").json()["items"]
    assert branch == whole[-len(branch) :]
    assert 1 < len(branch) < 12


def test_a_message_that_is_too_large_is_a_page_of_its_own(
    user: Client, conversation_id: str, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk("One" * 3000)
    monkeypatch.setattr(service, "MAX_PAGE_BYTES", 5000)
    assert len(user.get(f"/chat/{conversation_id}").json()["items"]) == 1


@pytest.mark.parametrize("word", ["heron", "HERON", "鹭鸶"])
def test_a_search_shows_where_the_words_are(user: Client, conversation_id: str, talk: Talk, word: str) -> None:
    sent = talk("🐦 " * 200 + "A heron (鹭鸶)\nstands here. " + "And so on. " * 50)
    (found,) = user.get("/conversation", q=word).json()["items"]
    (match,) = found["matches"]
    assert match["message_id"] == sent["user_message_id"]
    assert match["snippet"].startswith("…")
    assert match["snippet"].endswith("…")
    units = match["snippet"].encode("utf-16-le")
    marked = [units[2 * start : 2 * end].decode("utf-16-le") for start, end in match["ranges"]]
    assert [text.lower() for text in marked] == [word.lower()]


def test_a_search_shows_three_messages_at_most_and_archived_ones_on_request(
    user: Client, conversation_id: str, talk: Talk
) -> None:
    for _ in range(3):
        talk("heron", answer="No heron")
    user.post("/conversation/update", id=conversation_id, archived=True)
    assert user.get("/conversation", q="heron").json()["items"] == []
    (found,) = user.get("/conversation", q="heron", archived="any").json()["items"]
    assert len(found["matches"]) == 3


def test_a_match_in_the_title_alone_has_no_messages(user: Client, conversation_id: str) -> None:
    user.post("/conversation/update", id=conversation_id, title="Heron")
    (found,) = user.get("/conversation", q="heron").json()["items"]
    assert found["matches"] == []
    assert "matches" not in user.get("/conversation").json()["items"][0]


def test_a_phrase_is_found_in_every_branch_and_counted(user: Client, conversation_id: str, talk: Talk) -> None:
    first = talk("A grey heron, a Grey Heron", answer="No birds, 100% sure")
    other = talk("On the other branch a grey  heron and a GREY HERON.", parent_id=None)

    def find(phrase: str, **query: Any) -> list[tuple[str, int]]:
        items = user.get(f"/chat/{conversation_id}/find", q=phrase, **query).json()["items"]
        return [(item["message_id"], item["count"]) for item in items]

    assert find("grey heron") == [(first["user_message_id"], 2), (other["user_message_id"], 1)]
    # A wildcard of `LIKE` is a character like others.
    assert find("100%") == [(first["assistant_message_id"], 1)]
    assert find("herons") == []
    assert find("1_0") == []


def test_found_messages_come_in_pages(user: Client, conversation_id: str, talk: Talk) -> None:
    for _ in range(3):
        talk("heron", answer="heron heron")
    found: list[int] = []
    cursor: str | None = None
    while True:
        query = {"cursor": cursor} if cursor else {}
        page = user.get(f"/chat/{conversation_id}/find", q="heron", limit=4, **query).json()
        found += [item["count"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == [1, 2] * 3


def test_a_phrase_is_not_found_in_another_users_conversation(
    user: Client, new_user: Callable[[], Client], conversation_id: str, talk: Talk
) -> None:
    talk("heron")
    assert new_user().get(f"/chat/{conversation_id}/find", q="heron").status_code == 404
    assert user.get(f"/chat/{conversation_id}/find", q="").json()["items"] == []
