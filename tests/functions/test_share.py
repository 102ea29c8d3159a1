"""Share links: copies on the site that anybody can read, until they expire, are revoked or lose their conversation."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select

from functions.maintenance.service import sweep
from functions.share import service
from shared.db.models import ObjectDeletion, Share
from shared.db.repositories import shares
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.storage import get_site_store
from shared.storage.cos import CosObjectStore
from shared.storage.object_store import ObjectStoreUnavailable
from tests.conftest import PASSWORD
from tests.functions.test_images import PNG, image, upload
from tests.functions.test_user import refusal
from tests.support.api import Client, error_code
from tests.support.scripted_provider import ScriptedProvider

# Beside the image in `image`.
TEXT = {"type": "text", "text": "What is this?"}
EVERYTHING = {"reasoning": True, "steps": True, "images": True}
SEALED = {"sealed": 1, "iv": "A" * 16, "data": "b-_9"}
TIME = "2026-01-02T03:04:05.000Z"
SOURCE = {"n": 1, "title": "Birds", "url": "https://birds.example.com/"}
STEP = {
    "n": 1,
    "tool": "search_file",
    "title": "Search the files",
    "state": "done",
    "at": 0,
    "arguments": {"query": "heron"},
    "preview": "One page",
    "result": "A grey heron.",
    "sources": [SOURCE],
    "started_at": TIME,
    "ended_at": TIME,
}
MESSAGES: list[dict[str, Any]] = [
    {"id": "1", "parent_id": None, "role": "user", "content": [{"type": "text", "text": "Which bird?"}]},
    {
        "id": "2",
        "parent_id": "1",
        "role": "assistant",
        "content": [{"type": "text", "text": "A heron."}],
        "reasoning": "It is grey.",
        "model": "ornithologist",
        "usage": {"prompt_tokens": 7, "completion_tokens": 2},
        "finish_reason": "stop",
        "sources": [SOURCE],
        "steps": [STEP],
    },
    {"id": "3", "parent_id": "2", "role": "user", "content": [{"type": "text", "text": "Where?"}]},
    {
        "id": "4",
        "parent_id": "3",
        "role": "assistant",
        "status": "stopped",
        "content": [{"type": "text", "text": "By the"}],
    },
]
# Every path of an object that anybody can read, and the type of its value; lists are named by their items.
_OF_SOURCE: dict[str, type] = {"n": int, "title": str, "url": str}
_OF_STEP: dict[str, type] = {
    **dict.fromkeys(("tool", "title", "state", "preview", "result", "started_at", "ended_at"), str),
    **dict.fromkeys(("n", "at"), int),
}
_OF_MESSAGE: dict[tuple[str, ...], type] = {
    **{(name,): str for name in ("role", "created_at", "model", "status", "reasoning")},
    **{("content", name): str for name in ("type", "text", "name", "media_type")},
    **{("sources", name): kind for name, kind in _OF_SOURCE.items()},
    **{("steps", name): kind for name, kind in _OF_STEP.items()},
    **{("steps", "sources", name): kind for name, kind in _OF_SOURCE.items()},
    # The tool's own name.
    ("steps", "arguments", "query"): str,
}
ALLOWED: dict[tuple[str, ...], type | tuple[type, ...]] = {
    ("format",): int,
    ("title",): (str, type(None)),
    ("shared_at",): str,
    ("expires_at",): (str, type(None)),
    **{("messages", *path): kind for path, kind in _OF_MESSAGE.items()},
}


@pytest.fixture(autouse=True)
def _store(store_url: str) -> None:
    """With the site's bucket."""


@pytest.fixture
def conversation(user: Client) -> str:
    """An imported conversation with reasoning, a step and sources."""
    body: dict[str, Any] = {"title": "Birds", "messages": [{"created_at": TIME, **message} for message in MESSAGES]}
    response = user.post("/conversation/import", **body)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


@pytest.fixture
def pictured(user: Client, conversation_id: str, provider: ScriptedProvider) -> str:
    """A conversation with an image."""
    key = upload(user, conversation_id)["key"]
    user.turn("/chat/send", conversation_id=conversation_id, message=image(key=key))
    return conversation_id


def share(user: Client, conversation_id: str, **body: Any) -> dict[str, Any]:
    response = user.post("/share/create", conversation_id=conversation_id, **body)
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


def read(shared: dict[str, Any]) -> dict[str, Any]:
    """The object that anybody can read, without a token."""
    response = httpx2.get(shared["data_url"])
    assert response.status_code == 200, response.text
    document: dict[str, Any] = response.json()
    return document


def is_readable(shared: dict[str, Any]) -> bool:
    status = httpx2.get(shared["data_url"]).status_code
    assert status in (200, 404)
    return status == 200


def objects_of(shared: dict[str, Any]) -> list[str]:
    """The keys of all objects of a share."""
    store = get_site_store()
    assert isinstance(store, CosObjectStore)
    listed = store._call("list_objects", Prefix=f"shares/{shared['id']}/") or {}
    return [entry["Key"] for entry in listed.get("Contents", ())]


def listed(user: Client) -> list[str]:
    return [item["id"] for item in user.get("/share").json()["items"]]


def paths(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from paths(item, (*path, name))
    elif isinstance(value, list):
        for item in value:
            yield from paths(item, path)
    else:
        yield path, value


def test_a_share_can_be_read_without_an_account(user: Client, conversation: str) -> None:
    shared = share(user, conversation)

    assert shared["url"] == f"http://localhost:5173/#/s/{shared['id']}"
    response = httpx2.get(shared["data_url"])
    assert response.headers["cache-control"] == "public, max-age=30"
    assert response.headers["content-type"] == "application/json"
    document = response.json()
    assert document["title"] == "Birds"
    assert [(message["role"], message["content"]) for message in document["messages"]] == [
        (message["role"], message["content"]) for message in MESSAGES
    ]
    assert listed(user) == [shared["id"]]


def test_reasoning_steps_and_images_are_left_out_unless_they_are_included(
    user: Client, conversation: str, pictured: str
) -> None:
    bare = read(share(user, conversation))
    assert not any({"reasoning", "steps"} & message.keys() for message in bare["messages"])
    (reply,) = [
        message for message in read(share(user, conversation, include=EVERYTHING))["messages"] if "steps" in message
    ]
    assert reply["reasoning"] == "It is grey."
    assert reply["steps"] == [STEP]

    without = share(user, pictured)
    assert read(without)["messages"][0]["content"] == [TEXT]
    assert objects_of(without) == [f"shares/{without['id']}/share.json"]


def test_an_included_image_is_copied_beside_the_document(user: Client, pictured: str) -> None:
    shared = share(user, pictured, include=EVERYTHING)

    text, part = read(shared)["messages"][0]["content"]
    assert text == TEXT
    response = httpx2.get(shared["data_url"].replace("share.json", part["name"]))
    assert (response.content, response.headers["content-type"]) == (PNG, "image/png")
    assert response.headers["cache-control"] == "public, max-age=30"


def test_a_share_contains_nothing_but_the_allowed_fields(user: Client, conversation: str, pictured: str) -> None:
    for conversation_id in (conversation, pictured):
        shared = share(user, conversation_id, include=EVERYTHING, expires_in=3600)
        document = read(shared)
        for path, value in paths(document):
            assert path in ALLOWED, path
            assert isinstance(value, ALLOWED[path]), path
        # Neither the owner's ids nor the objects' keys in the private bucket.
        text = json.dumps(document) + " ".join(objects_of(shared))
        secrets = [user.get("/user/me").json()["id"], user.email, conversation_id]
        secrets += [message["id"] for message in user.history(conversation_id)]
        assert not [secret for secret in secrets if secret in text]


def test_a_branch_is_shared_up_to_the_chosen_message(user: Client, conversation: str) -> None:
    second = user.history(conversation)[1]["id"]
    document = read(share(user, conversation, leaf_id=second))
    assert [message["content"][0]["text"] for message in document["messages"]] == ["Which bird?", "A heron."]


def test_an_update_keeps_the_link_and_replaces_what_it_shows(
    user: Client, pictured: str, provider: ScriptedProvider
) -> None:
    shared = share(user, pictured, include=EVERYTHING)
    assert len(objects_of(shared)) == 2
    user.turn("/chat/send", conversation_id=pictured, message="And now?")

    updated = user.post("/share/update", id=shared["id"]).json()

    assert (updated["url"], updated["include"]) == (shared["url"], EVERYTHING)
    assert len(read(shared)["messages"]) == 4
    assert len(objects_of(shared)) == 2
    # An image that is no longer included goes.
    user.post("/share/update", id=shared["id"], include={"reasoning": True})
    assert objects_of(shared) == [f"shares/{shared['id']}/share.json"]
    assert read(shared)["messages"][0]["content"] == [TEXT]


def test_a_revoked_share_is_gone_with_its_objects(user: Client, pictured: str) -> None:
    shared, other = share(user, pictured, include=EVERYTHING), share(user, pictured)

    assert user.post("/share/revoke", ids=[shared["id"]]).json() == {"revoked": 1}

    assert objects_of(shared) == []
    assert is_readable(other)
    assert listed(user) == [other["id"]]
    assert user.post("/share/update", id=shared["id"]).status_code == 404


def test_another_user_cannot_list_update_or_revoke_a_share(
    user: Client, new_user: Callable[[], Client], conversation: str
) -> None:
    shared, stranger = share(user, conversation), new_user()
    assert listed(stranger) == []
    assert stranger.post("/share/update", id=shared["id"]).status_code == 404
    assert stranger.post("/share/revoke", ids=[shared["id"]]).json() == {"revoked": 0}
    assert stranger.post("/share/create", conversation_id=conversation).status_code == 404
    assert is_readable(shared)


def test_a_share_expires(user: Client, conversation: str) -> None:
    shared, lasting = share(user, conversation, expires_in=60), share(user, conversation)
    assert read(shared)["expires_at"] == shared["expires_at"]
    later = utc_now() + timedelta(seconds=61)
    with transaction() as session:
        valid = shares.list_shares(session, user.get("/user/me").json()["id"], later)
    assert [item.id for item in valid] == [lasting["id"]]

    assert sweep(later)["shares_expired"] == 1

    assert not is_readable(shared)
    assert is_readable(lasting)


def test_an_update_changes_the_expiry_only_when_it_names_it(user: Client, conversation: str) -> None:
    shared = share(user, conversation, expires_in=3600)
    assert user.post("/share/update", id=shared["id"]).json()["expires_at"] == shared["expires_at"]
    assert user.post("/share/update", id=shared["id"], expires_in=None).json()["expires_at"] is None
    assert read(shared)["expires_at"] is None


def test_a_share_is_deleted_with_its_conversation_but_not_while_that_is_in_the_bin(
    user: Client, conversation: str
) -> None:
    shared = share(user, conversation)
    user.post("/conversation/delete", ids=[conversation])
    assert is_readable(shared)
    user.post("/conversation/delete", ids=[conversation], purge=True)
    assert not is_readable(shared)
    assert listed(user) == []


def test_the_sweep_deletes_shares_with_the_conversations_of_the_bin(user: Client, conversation: str) -> None:
    shared = share(user, conversation)
    user.post("/conversation/delete", ids=[conversation])
    # The objects are deleted by the sweep that finds no upload URL of before.
    for days in (31, 32):
        sweep(utc_now() + timedelta(days=days))
    assert not is_readable(shared)


def test_shares_are_deleted_with_the_account(user: Client, conversation: str) -> None:
    shared = share(user, conversation)
    assert user.post("/user/me/delete", token="refresh_token").status_code == 202
    assert not is_readable(shared)


def test_the_shares_of_a_disabled_account_end(admin: Client, user: Client, pictured: str) -> None:
    shared = share(user, pictured, include=EVERYTHING)
    user_id = user.get("/user/me").json()["id"]

    assert admin.post("/admin/user/update", id=user_id, disabled=True).status_code == 200

    assert objects_of(shared) == []
    assert not is_readable(shared)
    admin.post("/admin/user/update", id=user_id, disabled=False)
    user.sign_in(user.post("/user/login", email=user.email, password=PASSWORD))
    assert listed(user) == []


def test_a_sealed_share_is_readable_when_its_ciphertext_is_published(user: Client, pictured: str) -> None:
    shared = share(user, pictured, sealed=True, include=EVERYTHING)
    _, part = shared["document"]["messages"][0]["content"]
    assert httpx2.get(shared["images"][part["name"]]).content == PNG
    assert not is_readable(shared)
    assert listed(user) == []

    httpx2.put(shared["upload_url"], json=SEALED, headers=shared["upload_headers"])
    assert user.post("/share/publish", id=shared["id"]).status_code == 200

    assert read(shared) == SEALED
    # No image in plain text beside it.
    assert objects_of(shared) == [f"shares/{shared['id']}/share.json"]
    assert listed(user) == [shared["id"]]

    again = user.post("/share/update", id=shared["id"]).json()
    assert again["document"]["messages"] == shared["document"]["messages"]
    httpx2.put(again["upload_url"], json={**SEALED, "data": "newer"}, headers=again["upload_headers"])
    assert user.post("/share/publish", id=shared["id"]).status_code == 200
    assert read(shared)["data"] == "newer"


@pytest.mark.parametrize(
    "content",
    [
        b"<script>alert(1)</script>",
        b"[1]",
        b'{"sealed": 1}',
        json.dumps({**SEALED, "more": 1}).encode(),
        json.dumps({**SEALED, "data": "<b>"}).encode(),
        json.dumps({**SEALED, "iv": 1}).encode(),
        b"[" * 100_000,
    ],
)
def test_nothing_but_a_ciphertext_can_be_published(user: Client, conversation: str, content: bytes) -> None:
    shared = share(user, conversation, sealed=True)
    assert error_code(user.post("/share/publish", id=shared["id"])) == "invalid_sealed_share"
    httpx2.put(shared["upload_url"], content=content, headers=shared["upload_headers"])
    assert error_code(user.post("/share/publish", id=shared["id"])) == "invalid_sealed_share"
    assert not is_readable(shared)


def test_a_sealed_share_that_is_not_uploaded_is_deleted_after_a_day(user: Client, conversation: str) -> None:
    share(user, conversation, sealed=True)
    assert sweep(utc_now() + timedelta(hours=25))["shares_expired"] == 1


def test_a_share_that_is_not_sealed_cannot_be_published(user: Client, conversation: str) -> None:
    assert user.post("/share/publish", id=share(user, conversation)["id"]).status_code == 404


def test_the_operator_can_turn_sharing_off(user: Client, conversation: str, settings: Callable[..., None]) -> None:
    shared = share(user, conversation)
    assert user.get("/share").json()["enabled"]
    settings(SHARES="off")
    listing = user.get("/share").json()
    assert (listing["enabled"], len(listing["items"])) == (False, 1)
    assert refusal(user.post("/share/create", conversation_id=conversation)) == (403, "sharing_disabled")
    assert refusal(user.post("/share/update", id=shared["id"])) == (403, "sharing_disabled")
    # A link can still be revoked.
    assert user.post("/share/revoke", ids=[shared["id"]]).json() == {"revoked": 1}
    assert not is_readable(shared)


def test_a_user_has_a_limited_number_of_shares(
    user: Client, conversation: str, monkeypatch: pytest.MonkeyPatch, settings: Callable[..., None]
) -> None:
    monkeypatch.setattr(service, "MAX_SHARES", 1)
    share(user, conversation)
    assert refusal(user.post("/share/create", conversation_id=conversation)) == (403, "share_limit")
    settings(SHARES_PER_USER_PER_DAY="1")
    assert refusal(user.post("/share/update", id=listed(user)[0])) == (429, "rate_limited")


def test_a_conversation_without_messages_or_with_too_many_images_is_not_shared(
    user: Client, conversation_id: str, pictured: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = user.post("/conversation/create").json()["id"]
    assert user.post("/share/create", conversation_id=empty).status_code == 404
    monkeypatch.setattr(service, "MAX_IMAGES", 0)
    response = user.post("/share/create", conversation_id=pictured, include=EVERYTHING)
    assert refusal(response) == (422, "share_too_large")


def test_a_share_whose_objects_cannot_be_written_leaves_none_behind(
    user: Client, pictured: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = CosObjectStore.put

    def fail_for_documents(self: CosObjectStore, key: str, *rest: Any) -> None:
        if key.endswith("share.json"):
            raise ObjectStoreUnavailable
        put(self, key, *rest)

    monkeypatch.setattr(CosObjectStore, "put", fail_for_documents)
    response = user.post("/share/create", conversation_id=pictured, include=EVERYTHING)
    assert refusal(response) == (503, "storage_unavailable")
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Share)) == 0
        (prefix,) = session.scalars(select(ObjectDeletion.prefix)).all()
    written = {"id": prefix.split("/")[1]}
    assert len(objects_of(written)) == 1

    sweep(utc_now() + timedelta(hours=1))

    assert objects_of(written) == []


def test_an_update_of_a_share_that_is_revoked_meanwhile_leaves_nothing_readable(
    user: Client, conversation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = share(user, conversation)
    put = CosObjectStore.put

    def revoke_first(self: CosObjectStore, key: str, *rest: Any) -> None:
        user.post("/share/revoke", ids=[shared["id"]])
        put(self, key, *rest)

    monkeypatch.setattr(CosObjectStore, "put", revoke_first)
    assert user.post("/share/update", id=shared["id"]).status_code == 404
    assert objects_of(shared) == []


def test_objects_outside_of_shares_stay_private(user: Client, pictured: str, store_url: str) -> None:
    key = user.history(pictured)[0]["content"][1]["image_url"]["key"]
    assert httpx2.get(f"{store_url}/{key}").status_code == 403
    assert httpx2.get(f"{store_url}/?prefix=shares/").status_code == 403
    assert httpx2.put(f"{store_url}/shares/x/share.json", content=b"{}").status_code == 403
