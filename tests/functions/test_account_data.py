"""Accounts: deletion of everything they own, and its export."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from functions.maintenance.service import sweep
from functions.user import service
from shared.chat import account_deletion, account_export
from shared.db.models import Base, User
from shared.db.types import utc_now
from tests.conftest import PASSWORD
from tests.functions.test_images import PNG, image, upload
from tests.functions.test_user import is_logged_in, log_in, refusal
from tests.support.api import Client
from tests.support.scripted_provider import ScriptedProvider

NewClient = Callable[[], Client]
Settings = Callable[..., None]


def export(client: Client) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    query: dict[str, str] = {}
    while True:
        response = client.get("/user/me/export", **query)
        assert response.status_code == 200, response.text
        page = response.json()
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        query = {"cursor": page["next_cursor"]}


def parts_of(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [part for item in items if item["kind"] == "message" for part in item["content"]]


def rows_of(database: Engine, user_id: str) -> dict[str, int]:
    """Table → its rows of the user."""
    counts: dict[str, int] = {}
    with database.connect() as connection:
        for table in Base.metadata.sorted_tables:
            owner = table.c.id if table.name == "users" else table.c.get("user_id")
            if owner is not None:
                query = select(func.count()).select_from(table).where(owner == user_id)
                counts[table.name] = connection.scalar(query) or 0
    return {name: count for name, count in counts.items() if count}


@pytest.fixture
def furnished(user: Client, provider: ScriptedProvider, store_url: str) -> str:
    """A user with a model config, a conversation with a reply and an image, and one in the bin; their id."""
    config = {"name": "Mine", "base_url": "http://127.0.0.1:9/v1", "model": "m", "api_key": "a-secret-key-1"}
    assert user.post("/model_config/create", **config).status_code == 201
    assert user.post("/user/me/settings", instructions="Answer briefly.").status_code == 200
    project_id = user.post("/project/create", name="Garden", instructions="In metres.").json()["id"]
    prompt = {"command": "sow", "title": "Sowing", "text": "When do I sow {{plant}}?", "project_id": project_id}
    assert user.post("/prompt/create", **prompt).status_code == 201
    server = {"name": "Almanac", "url": "https://almanac.example.com/mcp", "auth": "none"}
    assert user.post("/tool/create", **server).status_code == 201
    engine = {"provider": "brave", "api_key": "a-search-key-0001"}
    assert user.post("/tool/search/save", **engine).status_code == 200
    for text in ("Hello", "In the bin"):
        conversation_id = user.post("/conversation/create").json()["id"]
        user.turn("/chat/send", conversation_id=conversation_id, message=text)
        assert user.post("/share/create", conversation_id=conversation_id).status_code == 201
    user.post("/conversation/delete", ids=[conversation_id])
    pictured = user.post("/conversation/create").json()["id"]
    key = upload(user, pictured)["key"]
    user.turn("/chat/send", conversation_id=pictured, message=image(key=key))
    user_id: str = user.get("/user/me").json()["id"]
    return user_id


def test_a_deleted_account_is_gone_with_all_it_owns(
    user: Client, new_client: NewClient, new_user: NewClient, furnished: str, database: Engine
) -> None:
    other_login, stranger = log_in(new_client(), user.email), new_user()
    stranger_id = stranger.get("/user/me").json()["id"]
    rows_of_stranger = rows_of(database, stranger_id)
    assert rows_of(database, furnished).keys() >= {
        "users",
        "model_configs",
        "tool_servers",
        "conversations",
        "messages",
    }
    (picture,) = {part["image_url"]["url"] for part in parts_of(export(user)) if part["type"] == "image_url"}
    assert httpx2.get(picture).status_code == 200

    assert user.post("/user/me/delete", token="refresh_token").status_code == 202

    assert not is_logged_in(user)
    assert not is_logged_in(other_login)
    assert refusal(new_client().post("/user/login", email=user.email, password=PASSWORD)) == (404, "email_not_found")
    assert rows_of(database, furnished) == {}
    assert httpx2.get(picture).status_code == 404
    assert rows_of(database, stranger_id) == rows_of_stranger
    # The address is free again.
    again = new_client().post("/user/register", email=user.email, username="Me", password=PASSWORD)
    assert again.status_code == 201


def test_what_a_request_has_no_time_to_delete_is_left_to_the_sweep(
    user: Client, furnished: str, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_deletion, "_BATCH", 1)
    monkeypatch.setattr(service, "delete_account_data", partial(account_deletion.delete_account_data, seconds=0))
    assert user.post("/user/me/delete", token="refresh_token").status_code == 202
    left = rows_of(database, furnished)
    assert left["conversations"] == 2
    assert "model_configs" not in left
    assert "tool_servers" not in left
    assert "search_engines" not in left
    assert "shares" not in left
    with Session(database) as session:
        row = session.get_one(User, furnished)
        assert (row.username, row.password_hash) == ("", "")
        assert user.email not in row.email

    sweep(utc_now())

    assert rows_of(database, furnished) == {}


def test_guesses_of_the_password_for_a_deletion_are_limited(user: Client, settings: Settings) -> None:
    settings(FAILED_LOGINS_PER_EMAIL="2")
    codes = [
        user.post("/user/me/delete", token="refresh_token", current_password="wrong-horse-1").status_code
        for _ in range(3)
    ]
    assert codes == [401, 401, 429]


@pytest.mark.parametrize("page_items", [500, 1])
def test_an_export_has_everything_once(
    user: Client, new_user: NewClient, furnished: str, monkeypatch: pytest.MonkeyPatch, page_items: int
) -> None:
    new_user().post("/conversation/create")
    monkeypatch.setattr(account_export, "_MAX_ITEMS", page_items)

    items = export(user)

    kinds = [item["kind"] for item in items]
    before = ["account", "settings", "model_config", "project", "prompt", "tool_server", "search_engine"]
    assert kinds == [*before, *["conversation", "message", "message"] * 3]
    account, settings, config, project, prompt, tool_server, engine = items[:7]
    assert settings["instructions"] == "Answer briefly."
    assert (tool_server["name"], tool_server["url"]) == ("Almanac", "https://almanac.example.com/mcp")
    assert engine == {
        "kind": "search_engine",
        "provider": "brave",
        "base_url": None,
        "updated_at": engine["updated_at"],
    }
    assert (project["name"], prompt["project_id"], prompt["command"]) == ("Garden", project["id"], "sow")
    assert (account["email"], account["username"]) == (user.email, "Some One")
    assert config["name"] == "Mine"
    assert "a-secret-key-1" not in json.dumps(items)
    conversations = [item for item in items if item["kind"] == "conversation"]
    assert [item["deleted_at"] is None for item in conversations] == [True, False, True]
    for conversation in conversations:
        own = [item for item in items if item.get("conversation_id") == conversation["id"]]
        assert [message["role"] for message in own] == ["user", "assistant"]
    text, picture = items[-2]["content"]
    assert text == {"type": "text", "text": "What is this?"}
    assert httpx2.get(picture["image_url"]["url"]).content == PNG


def test_a_page_of_an_export_is_limited_in_bytes(user: Client, furnished: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_export, "MAX_PAGE_BYTES", 10_000)
    first = user.get("/user/me/export").json()
    assert 6 < len(first["items"]) < 14
    assert first["next_cursor"]
