"""Images: uploaded directly to the store, stored by key, shown by presigned URL, sent to models."""

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine

from functions.maintenance.service import sweep
from shared.chat import context
from shared.db.types import utc_now
from shared.storage import get_object_store
from tests.support.api import Client, error_code
from tests.support.scripted_provider import ScriptedProvider

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels" * 100


def upload(user: Client, conversation_id: str, data: bytes = PNG) -> dict[str, Any]:
    answer = user.post("/chat/get_upload_presigned_url", conversation_id=conversation_id, suffixes=["png"])
    item: dict[str, Any] = answer.json()["items"][0]
    assert httpx2.put(item["upload_url"], content=data, headers=item["headers"]).status_code == 200
    return item


def image(**address: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": address}]


def test_an_image_is_kept_by_its_key_and_shown_by_a_fresh_url(
    user: Client, provider: ScriptedProvider, conversation_id: str, store_url: str
) -> None:
    item = upload(user, conversation_id)
    me = user.get("/user/me").json()["id"]
    assert item["key"].startswith(f"{me}/{conversation_id}/images/")
    assert item["max_bytes"] == 1000
    user.turn("/chat/send", conversation_id=conversation_id, message=image(url=item["upload_url"]))

    part = user.history(conversation_id)[0]["content"][1]["image_url"]
    assert part["key"] == item["key"]
    assert httpx2.get(part["url"]).content == PNG


def test_a_model_that_can_reach_the_store_receives_a_url(
    user: Client, provider: ScriptedProvider, conversation_id: str, store_url: str
) -> None:
    item = upload(user, conversation_id)
    user.turn("/chat/send", conversation_id=conversation_id, message=image(key=item["key"]))
    (fetched,) = provider.requests[0].images
    assert fetched.url.startswith(store_url)
    assert fetched.sha256 == hashlib.sha256(PNG).hexdigest()


def test_a_model_that_cannot_reach_the_store_receives_the_image_inline(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    store_url: str,
    settings: Callable[..., None],
) -> None:
    settings(IMAGE_DELIVERY="inline")
    item = upload(user, conversation_id)
    user.turn("/chat/send", conversation_id=conversation_id, message=image(key=item["key"]))
    given = provider.requests[0].body["messages"][0]["content"][1]["image_url"]["url"]
    assert given == "data:image/png;base64," + base64.b64encode(PNG).decode()


def test_foreign_missing_and_too_large_images_are_refused(
    user: Client,
    new_user: Callable[[], Client],
    provider: ScriptedProvider,
    conversation_id: str,
    store_url: str,
) -> None:
    other = user.post("/conversation/create").json()["id"]
    stranger = new_user()
    strangers = stranger.post("/conversation/create").json()["id"]
    not_uploaded = user.post(
        "/chat/get_upload_presigned_url", conversation_id=conversation_id, suffixes=["png"]
    ).json()["items"][0]
    refused = [
        image(key=upload(user, other)["key"]),
        image(key=upload(stranger, strangers)["key"]),
        image(key=upload(user, conversation_id)["key"] + "/../x.png"),
        image(key=upload(user, conversation_id)["key"], url=upload(user, conversation_id)["upload_url"]),
        image(url="http://elsewhere.example/a.png"),
        image(),
        image(key=not_uploaded["key"]),
        image(key=upload(user, conversation_id, b"x" * 1001)["key"]),
    ]
    for message in refused:
        response = user.post("/chat/send", conversation_id=conversation_id, message=message)
        assert (response.status_code, error_code(response)) == (422, "invalid_image"), message
    assert user.history(conversation_id) == []


def test_an_unreachable_store_refuses_the_message_and_nothing_is_lost(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    store_url: str,
    settings: Callable[..., None],
) -> None:
    item = upload(user, conversation_id)
    settings(OBJECT_STORE_ENDPOINT="http://127.0.0.1:9")
    get_object_store.cache_clear()
    response = user.post("/chat/send", conversation_id=conversation_id, message=image(key=item["key"]))
    assert (response.status_code, error_code(response)) == (503, "storage_unavailable")
    assert user.history(conversation_id) == []


def test_an_image_that_grew_after_its_message_is_not_read(
    user: Client, provider: ScriptedProvider, conversation_id: str, store_url: str, settings: Callable[..., None]
) -> None:
    settings(IMAGE_DELIVERY="inline")
    item = upload(user, conversation_id)
    user.turn("/chat/send", conversation_id=conversation_id, message=image(key=item["key"]))
    # The URL is valid for minutes, for a body of any size.
    assert httpx2.put(item["upload_url"], content=b"x" * 1001, headers=item["headers"]).status_code == 200

    events = user.turn("/chat/send", conversation_id=conversation_id, message="And now?")

    assert (events[-1]["type"], "image" in events[-1]["error"]["message"]) == ("failed", True)
    assert len(provider.requests) == 1


def test_the_newest_images_go_inline_until_they_are_too_much(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    store_url: str,
    settings: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings(IMAGE_DELIVERY="inline")
    monkeypatch.setattr(context, "_MAX_INLINE_BYTES", 2 * len(PNG) + 1)
    for _ in range(3):
        content = image(key=upload(user, conversation_id)["key"])
        user.turn("/chat/send", conversation_id=conversation_id, message=content)

    sent = [message["content"] for message in provider.requests[-1].body["messages"] if message["role"] == "user"]
    # Text alone is sent as a string.
    assert "An image was here" in sent[0]
    assert [content[1]["type"] for content in sent[1:]] == ["image_url", "image_url"]


def test_an_upload_that_no_message_names_is_deleted_after_a_day(
    user: Client, provider: ScriptedProvider, conversation_id: str, store_url: str
) -> None:
    named, unnamed = upload(user, conversation_id), upload(user, conversation_id)
    user.turn("/chat/send", conversation_id=conversation_id, message=image(key=named["key"]))
    fork = user.post("/conversation/fork", message_id=user.history(conversation_id)[-1]["id"]).json()["id"]
    store = get_object_store()

    assert sweep(utc_now() + timedelta(hours=23))["uploads_expired"] == 0
    assert store.describe(unnamed["key"]) is not None
    assert sweep(utc_now() + timedelta(hours=25))["uploads_expired"] == 1

    assert store.describe(unnamed["key"]) is None
    for conversation in (conversation_id, fork):
        (picture,) = [part for part in user.history(conversation)[0]["content"] if part["type"] == "image_url"]
        assert httpx2.get(picture["image_url"]["url"]).content == PNG


def test_uploads_are_limited_per_day(
    user: Client, new_user: Callable[[], Client], conversation_id: str, database: Engine, settings: Callable[..., None]
) -> None:
    settings(UPLOADS_PER_USER_PER_DAY="3")

    def presign(count: int) -> int:
        body: dict[str, Any] = {"conversation_id": conversation_id, "suffixes": ["png"] * count}
        return user.post("/chat/get_upload_presigned_url", **body).status_code

    assert [presign(2), presign(2), presign(1), presign(1)] == [200, 429, 200, 429]
    other = new_user()
    theirs = other.post("/conversation/create").json()["id"]
    assert other.post("/chat/get_upload_presigned_url", conversation_id=theirs, suffixes=["png"]).status_code == 200
