"""Tool servers that the operator offers to every user."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.crypto.encryption import OPERATOR, decrypt_secret
from shared.db.models import ToolServer
from tests.support.api import Client, error_code
from tests.support.log_watch import keep_secret
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish
from tests.support.tool_servers import ToolServerUnderTest, sdk_server

TOKEN = "a-token-of-the-operator-0001"
BODY = {"name": "Notes", "url": "https://tools.example.com/mcp", "auth": "none"}


@pytest.fixture(scope="module")
def open_server() -> Iterator[ToolServerUnderTest]:
    with sdk_server() as server:
        yield server


def call(admin: Client, path: str, **body: Any) -> Any:
    """A call whose body may have a field `token`, which `Client.post` names its token by."""
    if "token" in body:
        keep_secret(body["token"])
    headers = {"Authorization": f"Bearer {admin.tokens['access_token']}"}
    return admin.request("POST", f"/admin/tool/{path}", json=body, headers=headers)


def create(admin: Client, **fields: Any) -> dict[str, Any]:
    response = call(admin, "create", **{**BODY, **fields})
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


def refused_field(response: Any) -> str:
    assert (response.status_code, error_code(response)) == (422, "validation_error"), response.text
    field: str = response.json()["error"]["details"][0]["field"]
    return field


def changes(admin: Client) -> list[tuple[str, str, dict[str, Any]]]:
    entries = admin.get("/admin/audit").json()["items"]
    return [(entry["action"], entry["subject"], entry["changes"]) for entry in entries]


def test_every_user_may_use_a_server_until_it_is_disabled(
    admin: Client, user: Client, provider: ScriptedProvider, conversation_id: str, open_server: ToolServerUnderTest
) -> None:
    server_id = create(admin, url=open_server.url)["id"]
    assert user.post("/tool/test", id=server_id).json()["ok"] is True
    assert admin.get("/admin/tool").json()["items"][0]["tools"] == 4
    user.post("/tool/update", id=server_id, policy={"add": "deny"})

    def offered_to_the_model() -> list[str]:
        provider.enqueue(Script([delta("Well."), finish()]))
        user.turn("/chat/send", conversation_id=conversation_id, message="Hi", tools=[{"server_id": server_id}])
        return [tool["function"]["name"] for tool in provider.requests[-1].body.get("tools", ())]

    assert offered_to_the_model() == ["report", "remember", "book"]
    assert call(admin, "update", id=server_id, enabled=False).json()["enabled"] is False
    assert offered_to_the_model() == []
    assert user.get("/tool").json() == {"items": []}
    assert error_code(user.post("/tool/test", id=server_id)) == "not_found"
    assert [item["id"] for item in admin.get("/admin/tool").json()["items"]] == [server_id]

    call(admin, "update", id=server_id, enabled=True)
    (again,) = user.get("/tool").json()["items"]
    assert (again["id"], again["policy"]) == (server_id, {"add": "deny"})


def test_a_token_is_stored_encrypted_and_never_sent_back(admin: Client, database: Engine) -> None:
    created = create(admin, auth="bearer", token=TOKEN)
    assert created["token_hint"] == TOKEN[-4:]
    assert TOKEN not in admin.get("/admin/tool").text + admin.get("/admin/audit").text
    with Session(database) as session:
        stored = session.scalars(select(ToolServer.token_encrypted)).one()
    assert stored is not None
    assert decrypt_secret(OPERATOR, stored) == TOKEN


def test_a_token_stays_with_its_server(admin: Client) -> None:
    server_id = create(admin, auth="bearer", token=TOKEN)["id"]
    moved = {"id": server_id, "url": "https://other.example.com/mcp"}
    assert refused_field(call(admin, "update", **moved)) == "token"
    assert call(admin, "update", **moved, token=f"{TOKEN}2").json()["url"] == moved["url"]


def test_a_server_needs_a_name_of_its_own_a_safe_url_and_its_token(admin: Client) -> None:
    create(admin)
    other = create(admin, name="Other")["id"]
    assert refused_field(call(admin, "create", **BODY)) == "name"
    assert refused_field(call(admin, "update", id=other, name="Notes")) == "name"
    assert error_code(call(admin, "create", **{**BODY, "name": "N", "url": "tools.example.com"})) == "unsafe_url"
    assert refused_field(call(admin, "create", **{**BODY, "name": "N", "auth": "bearer"})) == "token"
    assert refused_field(call(admin, "create", **{**BODY, "name": "N", "auth": "oauth"})) == "auth"


def test_the_number_of_servers_is_limited(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.chat.operator_tool_servers.MAX_SERVERS", 1)
    create(admin)
    assert error_code(call(admin, "create", **{**BODY, "name": "Other"})) == "tool_server_limit"


def test_changes_are_in_the_audit_log_without_secrets(admin: Client) -> None:
    url = "https://tools.example.com/mcp?key=secret-in-the-query"
    server_id = create(admin, auth="bearer", token=TOKEN, url=url)["id"]
    call(admin, "update", id=server_id, name="Our notes", token=f"{TOKEN}2", enabled=False)
    call(admin, "update", id=server_id, name="Our notes")
    assert call(admin, "delete", ids=[server_id, "unknown"]).json() == {"deleted": 1}
    assert admin.get("/admin/tool").json() == {"items": []}
    shown = BODY["url"]
    assert changes(admin) == [
        (
            "tool_delete",
            "Our notes",
            {"name": ["Our notes", None], "url": [shown, None], "auth": ["bearer", None], "enabled": [False, None]},
        ),
        (
            "tool_update",
            "Our notes",
            {"name": ["Notes", "Our notes"], "enabled": [True, False], "token": [None, "…"]},
        ),
        (
            "tool_create",
            "Notes",
            {"name": [None, "Notes"], "url": [None, shown], "auth": [None, "bearer"], "enabled": [None, True]},
        ),
    ]


def test_a_users_own_server_is_not_the_operators(admin: Client, new_user: Callable[[], Client]) -> None:
    user = new_user()
    own = user.post("/tool/create", **BODY).json()["id"]
    assert admin.get("/admin/tool").json() == {"items": []}
    assert error_code(call(admin, "update", id=own, enabled=False)) == "not_found"
    assert call(admin, "delete", ids=[own]).json() == {"deleted": 0}
    assert [item["id"] for item in user.get("/tool").json()["items"]] == [own]
