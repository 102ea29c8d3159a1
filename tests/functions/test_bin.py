"""The bin of deleted conversations, temporary conversations, and what the sweep deletes of both."""

from datetime import timedelta
from typing import Any

import pytest

from functions.maintenance.service import sweep
from shared.db.models import Conversation
from shared.db.session import transaction
from shared.db.types import utc_now
from tests.functions.test_images import upload
from tests.support.api import Client
from tests.support.scripted_provider import ScriptedProvider

PAGE = {"type": "text", "text": "What?"}


def listed(user: Client, **query: Any) -> list[str]:
    return [item["id"] for item in user.get("/conversation", **query).json()["items"]]


@pytest.fixture
def binned(user: Client, provider: ScriptedProvider, conversation_id: str) -> str:
    """A conversation with a message that was moved to the bin."""
    user.turn("/chat/send", conversation_id=conversation_id, message="The word is heron")
    assert user.post("/conversation/delete", ids=[conversation_id]).json() == {"deleted": 1}
    return conversation_id


def test_a_deleted_conversation_is_in_the_bin_and_nowhere_else(user: Client, binned: str) -> None:
    assert listed(user) == []
    assert listed(user, archived="any") == []
    assert listed(user, q="heron") == []
    (found,) = user.get("/conversation", deleted=True).json()["items"]
    assert (found["id"], "deleted_at" in found) == (binned, True)
    for path in (f"/conversation/{binned}", f"/chat/{binned}", f"/chat/{binned}/outline"):
        assert user.get(path).status_code == 404
    with user.stream("/chat/send", conversation_id=binned, message="Hi") as stream:
        assert stream.status == 404
    assert user.post("/conversation/update", id=binned, title="Other").status_code == 404


def test_messages_of_a_conversation_in_the_bin_are_not_found(
    user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    reply_id = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[-1]["assistant_message_id"]
    user.post("/conversation/delete", ids=[conversation_id])
    for path in ("/chat/regenerate", f"/chat/resume/{reply_id}"):
        with user.stream(path, **({} if "resume" in path else {"message_id": reply_id})) as stream:
            assert stream.status == 404
    for path in ("/chat/stop", "/chat/delete", "/conversation/fork"):
        assert user.post(path, message_id=reply_id).status_code == 404


def test_a_restored_conversation_is_as_it_was(user: Client, binned: str) -> None:
    assert user.post("/conversation/restore", ids=[binned, "unknown"]).json() == {"restored": 1}
    assert user.post("/conversation/restore", ids=[binned]).json() == {"restored": 0}
    assert listed(user) == [binned]
    assert len(user.history(binned)) == 2


def test_a_conversation_in_the_bin_is_deleted_once(user: Client, binned: str) -> None:
    assert user.post("/conversation/delete", ids=[binned]).json() == {"deleted": 0}
    assert user.post("/conversation/delete", ids=[binned], purge=True).json() == {"deleted": 1}
    assert listed(user, deleted=True) == []


def test_the_bin_lists_the_newest_deletion_first_in_pages(user: Client) -> None:
    ids = [user.post("/conversation/create").json()["id"] for _ in range(5)]
    user.post("/conversation/update", id=ids[1], pinned=True, archived=True)
    for conversation_id in ids:
        user.post("/conversation/delete", ids=[conversation_id])

    pages: list[list[str]] = []
    cursor = None
    while cursor or not pages:
        page = user.get("/conversation", deleted=True, limit=2, **({"cursor": cursor} if cursor else {})).json()
        pages.append([item["id"] for item in page["items"]])
        cursor = page["next_cursor"]

    newest_first = ids[::-1]
    assert pages == [newest_first[:2], newest_first[2:4], newest_first[4:]]
    assert user.get("/conversation", deleted=True, cursor="W10").status_code == 422


def test_archived_ones_are_listed_among_the_others_in_pages(user: Client) -> None:
    ids = [user.post("/conversation/create").json()["id"] for _ in range(5)]
    for conversation_id in (ids[0], ids[3]):
        user.post("/conversation/update", id=conversation_id, archived=True)
    first = user.get("/conversation", archived="any", limit=3).json()
    rest = user.get("/conversation", archived="any", limit=3, cursor=first["next_cursor"]).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None


def test_the_sweep_purges_after_30_days_with_the_images(
    user: Client, provider: ScriptedProvider, conversation_id: str, store_url: str
) -> None:
    item = upload(user, conversation_id)
    image = {"type": "image_url", "image_url": {"key": item["key"]}}
    user.turn("/chat/send", conversation_id=conversation_id, message=[PAGE, image])
    user.post("/conversation/delete", ids=[conversation_id])
    assert sweep(utc_now() + timedelta(days=29))["conversations_purged"] == 0
    swept = sweep(utc_now() + timedelta(days=31))
    assert (swept["conversations_purged"], swept["prefixes_removed"]) == (1, 1)
    with transaction() as session:
        assert session.get(Conversation, conversation_id) is None


def test_a_temporary_conversation_is_usable_and_unlisted(user: Client, provider: ScriptedProvider) -> None:
    created = user.post("/conversation/create", temporary=True).json()
    assert created["temporary"] is True
    user.turn("/chat/send", conversation_id=created["id"], message="The word is heron")
    assert len(user.history(created["id"])) == 2
    assert (listed(user), listed(user, q="heron"), listed(user, deleted=True)) == ([], [], [])

    asked = len(provider.requests)
    title = user.post("/conversation/generate_title", conversation_id=created["id"], message="The word").json()
    assert title == {"title": "The word"}
    assert len(provider.requests) == asked
    assert user.get(f"/conversation/{created['id']}").json()["title"] is None


def test_a_temporary_conversation_ends_a_day_after_its_last_message(user: Client) -> None:
    created = user.post("/conversation/create", temporary=True).json()
    assert sweep(utc_now() + timedelta(hours=23))["conversations_purged"] == 0
    assert sweep(utc_now() + timedelta(hours=25))["conversations_purged"] == 1
    assert user.get(f"/conversation/{created['id']}").status_code == 404


def test_a_temporary_conversation_is_deleted_without_a_bin(user: Client) -> None:
    created = user.post("/conversation/create", temporary=True).json()
    assert user.post("/conversation/delete", ids=[created["id"]]).json() == {"deleted": 1}
    assert user.post("/conversation/restore", ids=[created["id"]]).json() == {"restored": 0}
