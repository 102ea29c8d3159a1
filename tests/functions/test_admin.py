"""The operator's calls: accounts and the audit log."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from functions.admin.app import app
from functions.maintenance.service import sweep
from functions.websocket.app import app as websocket_app
from infra.manage import main
from shared.db import schema_revision
from shared.db.models import UsageDay
from shared.db.types import utc_now
from tests.conftest import OPERATOR, PASSWORD
from tests.support.api import Client, error_code
from tests.support.processes import serve
from tests.support.scripted_provider import Script, ScriptedProvider, delta, gate, http_error
from tests.support.sockets import WebSocket
from tests.support.statements import counted, explained

NewUser = Callable[[], Client]


def id_of(user: Client) -> str:
    found: str = user.get("/user/me").json()["id"]
    return found


def listed(admin: Client, **query: str) -> list[str]:
    return [item["email"] for item in admin.get("/admin/user", **query).json()["items"]]


def audit(admin: Client) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = admin.get("/admin/audit").json()["items"]
    return items


def refusal(response: Any) -> tuple[int, str]:
    return response.status_code, error_code(response)


def test_the_first_account_of_an_empty_stage_is_the_administrators(new_client: Callable[[], Client]) -> None:
    groups = []
    for name in ("first", "second"):
        client = new_client()
        client.sign_in(client.post("/user/register", email=f"{name}@example.com", username="N", password=PASSWORD))
        groups.append(client.get("/user/me").json()["group"])
    assert groups == ["admin", "free"]


def test_users_are_listed_newest_first_and_found_by_address_and_name(admin: Client, new_user: NewUser) -> None:
    user = new_user()
    user.post("/user/me/username", username="Zoë 100%")

    assert listed(admin) == [user.email, admin.email, OPERATOR]
    assert listed(admin, q=user.email.upper()) == [user.email]
    assert listed(admin, q="zoë") == [user.email]
    assert listed(admin, q="100%") == [user.email]
    assert listed(admin, q="%") == [user.email]
    assert listed(admin, q="nobody") == []


def test_the_list_of_users_has_pages(admin: Client, new_user: NewUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.admin.service.PAGE_SIZE", 2)
    user = new_user()
    first = admin.get("/admin/user").json()
    second = admin.get("/admin/user", cursor=first["next_cursor"]).json()
    assert [item["email"] for item in first["items"]] == [user.email, admin.email]
    assert ([item["email"] for item in second["items"]], second["next_cursor"]) == ([OPERATOR], None)


def test_a_new_group_takes_effect_at_the_next_refresh(admin: Client, user: Client) -> None:
    changed = admin.post("/admin/user/update", id=id_of(user), group="pro").json()
    assert (changed["email"], changed["group"]) == (user.email, "pro")
    user.sign_in(user.post("/user/refresh", token="refresh_token"))
    assert user.post("/model_config/can_create", count=0).json()["limit"] == 50
    (entry,) = audit(admin)
    assert (entry["actor_email"], entry["user_email"], entry["changes"]) == (
        admin.email,
        user.email,
        {"group": ["free", "pro"]},
    )


def test_a_disabled_account_loses_its_logins_and_cannot_log_in(admin: Client, user: Client) -> None:
    user_id = id_of(user)
    assert admin.post("/admin/user/update", id=user_id, disabled=True).json()["disabled_at"] is not None

    assert refusal(user.get("/user/me")) == (401, "token_revoked")
    assert refusal(user.post("/user/refresh", token="refresh_token")) == (401, "token_revoked")
    assert refusal(user.post("/user/login", email=user.email, password=PASSWORD)) == (403, "account_disabled")
    # Only somebody who knows the password learns it.
    assert refusal(user.post("/user/login", email=user.email, password="wrong-horse-1")) == (401, "wrong_password")

    assert admin.post("/admin/user/update", id=user_id, disabled=False).json()["disabled_at"] is None
    user.sign_in(user.post("/user/login", email=user.email, password=PASSWORD))
    assert user.get("/user/me").status_code == 200
    assert [entry["changes"] for entry in audit(admin)] == [{"disabled": [True, False]}, {"disabled": [False, True]}]


def disable(admin: Client, user_id: str) -> None:
    admin.post("/admin/user/update", id=user_id, disabled=True)


def delete(admin: Client, user_id: str) -> None:
    assert admin.post("/admin/user/delete", id=user_id).status_code == 202


@pytest.mark.parametrize("end", [disable, delete])
def test_the_streams_and_sockets_of_an_ended_account_end(
    admin: Client,
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    store_url: str,
    end: Callable[[Client, str], None],
) -> None:
    user_id = id_of(user)
    # Twice: on a machine that stalls for longer than a heartbeat, another process takes the reply over.
    provider.enqueue(Script([delta("Begun"), gate("never")]), Script([gate("never")]))
    with serve(websocket_app, lifespan="on") as url:
        socket = WebSocket(f"{url.replace('http', 'ws', 1)}/chat/ws/chat", user.tokens["access_token"])
        with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
            events = stream.events()
            next(event for event in events if event["type"] == "delta")

            end(admin, user_id)

            remaining = list(events)
        socket.wait_closed()
    # The reply of a deleted account may be gone before its stream has an event of the end.
    assert all(event.get("status", "stopped") == "stopped" for event in remaining)
    assert refusal(user.get("/user/me")) == (401, "token_revoked")


def test_a_deleted_account_is_gone_and_its_address_free(admin: Client, user: Client, new_client: Any) -> None:
    delete(admin, id_of(user))
    assert listed(admin, q=user.email) == []
    again = new_client()
    again.sign_in(again.post("/user/register", email=user.email, username="Again", password=PASSWORD))
    (entry,) = audit(admin)
    # The audit log has no personal data of a deleted account.
    assert (entry["action"], entry["user_email"]) == ("user_delete", None)


def test_the_audit_log_forgets_the_invitations_of_a_deleted_account(admin: Client, new_client: Any) -> None:
    # Longer than a subject of the audit log may be.
    email = f"{'a' * 50}@{'b' * 60}.{'c' * 60}.{'d' * 60}.example.com"
    other = "other@example.com"
    urls = [admin.post("/admin/invite", email=each).json()["url"] for each in (email, email, other)]
    invited = new_client()
    invited.sign_in(register(invited, urls[0], email))
    assert [entry["subject"] for entry in audit(admin)] == [other, email[:200], email[:200]]
    assert invited.post("/user/me/delete", token="refresh_token").status_code == 202
    assert [entry["subject"] for entry in audit(admin)] == [other, None, None]
    # One that was not used may be another person's than the account.
    assert [each["email"] for each in admin.get("/admin/invite").json()["items"]] == [other, email]


def test_logging_a_user_out_leaves_the_account_usable(admin: Client, user: Client) -> None:
    assert admin.post("/admin/user/revoke_sessions", id=id_of(user)).json() == {"revoked": 1}
    assert refusal(user.get("/user/me")) == (401, "token_revoked")
    user.sign_in(user.post("/user/login", email=user.email, password=PASSWORD))
    assert [entry["action"] for entry in audit(admin)] == ["user_revoke_sessions"]


def test_a_reset_link_sets_a_new_password_once(admin: Client, user: Client, new_client: Any) -> None:
    url = admin.post("/admin/user/reset_link", id=id_of(user)).json()["url"]
    token = url.rpartition("/")[2]
    body = {"token": token, "new_password": "another-horse-2", "confirm_password": "another-horse-2"}
    client = new_client()
    client.sign_in(client.request("POST", "/user/password/reset", json=body))
    account = client.get("/user/me").json()
    # The operator passes the link on by any channel.
    assert (account["email"], account["email_verified"]) == (user.email, False)
    assert refusal(client.request("POST", "/user/password/reset", json=body)) == (422, "invalid_token")
    (entry,) = audit(admin)
    assert (entry["action"], entry["user_email"]) == ("user_reset_link", user.email)
    assert token not in str(entry)


def register(client: Client, url: str, email: str) -> Any:
    invite = url.rpartition("invite=")[2]
    return client.post("/user/register", email=email, username="N", password=PASSWORD, invite=invite)


def test_an_invitation_lets_one_person_register_into_its_group(
    admin: Client, new_client: Callable[[], Client], settings: Callable[..., None]
) -> None:
    settings(REGISTRATION="invite")
    created = admin.post("/admin/invite", group="pro")
    assert created.status_code == 201
    client = new_client()
    client.sign_in(register(client, created.json()["url"], "invited@example.com"))
    assert client.get("/user/me").json()["group"] == "pro"
    assert refusal(register(new_client(), created.json()["url"], "second@example.com")) == (403, "registration_closed")
    (listed_invite,) = admin.get("/admin/invite").json()["items"]
    assert (listed_invite["group"], listed_invite["used_at"] is not None) == ("pro", True)
    assert admin.post("/admin/invite/revoke", ids=[listed_invite["id"]]).json() == {"deleted": 0}


def test_a_revoked_invitation_is_refused(
    admin: Client, new_client: Callable[[], Client], settings: Callable[..., None]
) -> None:
    settings(REGISTRATION="invite")
    url = admin.post("/admin/invite", email="Invited@Example.com").json()["url"]
    (listed_invite,) = admin.get("/admin/invite").json()["items"]
    assert (listed_invite["email"], listed_invite["used_at"]) == ("invited@example.com", None)
    assert admin.post("/admin/invite/revoke", ids=[listed_invite["id"]]).json() == {"deleted": 1}
    assert refusal(register(new_client(), url, "invited@example.com")) == (403, "registration_closed")
    assert admin.get("/admin/invite").json() == {"items": []}
    assert [(entry["action"], entry["subject"]) for entry in audit(admin)] == [
        ("invite_revoke", "invited@example.com"),
        ("invite_create", "invited@example.com"),
    ]


def test_administrators_cannot_lock_themselves_out(admin: Client) -> None:
    own = id_of(admin)
    for response in (
        admin.post("/admin/user/update", id=own, group="free"),
        admin.post("/admin/user/update", id=own, disabled=True),
        admin.post("/admin/user/delete", id=own),
    ):
        assert refusal(response) == (409, "own_account")
    assert audit(admin) == []


def test_an_unknown_account_is_not_found(admin: Client) -> None:
    for path, fields in (("update", {"group": "pro"}), ("revoke_sessions", {}), ("delete", {})):
        assert refusal(admin.post(f"/admin/user/{path}", id="unknown", **fields)) == (404, "not_found")


def test_commands_of_the_shell_are_in_the_audit_log(admin: Client, user: Client, database: Engine) -> None:
    main(["disable-user", user.email])
    main(["enable-user", user.email])
    main(["set-group", user.email, "pro"])
    entries = audit(admin)
    assert [entry["changes"] for entry in entries] == [
        {"group": ["free", "pro"]},
        {"disabled": [True, False]},
        {"disabled": [False, True]},
    ]
    assert {entry["actor_id"] for entry in entries} == {None}


def test_accounts_and_invitations_of_the_shell_are_in_the_audit_log(admin: Client, database: Engine) -> None:
    create = ["create-user", "ada@example.com", "--password", PASSWORD, "--group", "admin"]
    main(create)
    main([*create, "--if-missing"])
    with pytest.raises(SystemExit, match="already has an account"):
        main(create)
    main(["invite", "--email", "bob@example.com", "--group", "pro"])
    invited, created = audit(admin)
    assert (created["action"], created["user_email"], created["changes"]) == (
        "user_create",
        "ada@example.com",
        {"group": [None, "admin"]},
    )
    assert (invited["action"], invited["subject"], invited["changes"]) == (
        "invite_create",
        "bob@example.com",
        {"group": [None, "pro"]},
    )
    assert {entry["actor_id"] for entry in (invited, created)} == {None}


def test_an_unchanged_value_is_not_in_the_audit_log(admin: Client, user: Client) -> None:
    admin.post("/admin/user/update", id=id_of(user), group="free", disabled=False)
    assert audit(admin) == []


VIEWS = [
    "/admin/user",
    "/admin/user?q=example.com",
    "/admin/usage?by=day",
    "/admin/usage?by=user",
    "/admin/usage?by=model",
    "/admin/audit",
    "/admin/status",
    "/admin/model",
    "/admin/tool",
    "/admin/budget",
    "/admin/settings",
    "/admin/invite",
]


def test_the_list_has_every_view() -> None:
    paths = [path for path, methods in app.openapi()["paths"].items() if "get" in methods and path != "/admin/health"]
    assert {view.partition("?")[0] for view in VIEWS} == set(paths)


@pytest.mark.parametrize("path", VIEWS)
def test_a_view_takes_at_most_three_statements(admin: Client, database: Engine, path: str) -> None:
    with counted(database) as statements:
        assert admin.get(path).status_code == 200
    assert len(statements) <= 3


@pytest.mark.parametrize("path", VIEWS)
@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)
def test_a_view_reads_messages_only_by_the_index_of_their_status(admin: Client, database: Engine, path: str) -> None:
    with explained(database) as plans:
        assert admin.get(path).status_code == 200
    read = [plan["key"] for plan in plans if plan["table"] == "messages"]
    assert read == (["ix_messages_status_user_id"] * 3 if path == "/admin/status" else [])


@pytest.mark.parametrize("by", ["day", "user", "model"])
@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)
def test_sums_of_usage_are_read_from_one_index(admin: Client, user: Client, database: Engine, by: str) -> None:
    """Without the rows of the table, which are in the order of users, so that a day's are far apart."""
    user_id, today = id_of(user), utc_now().date()
    with Session(database) as session, session.begin():
        session.add_all(
            UsageDay(
                user_id=user_id,
                day=today - timedelta(days=number),
                source="own",
                model="m",
                turns=1,
                prompt_tokens=1,
                cached_tokens=0,
                completion_tokens=1,
                cost=0,
            )
            for number in range(300)
        )
    with database.begin() as connection:
        connection.execute(text("ANALYZE TABLE usage_days"))
    with explained(database) as plans:
        assert admin.get("/admin/usage", by=by).status_code == 200
    (plan,) = [plan for plan in plans if plan["table"] == "usage_days"]
    assert (plan["type"], plan["key"]) == ("range", "ix_usage_days_sums")
    assert "Using index" in plan["Extra"].split("; ")


def test_the_state_of_the_server_has_failures_and_replies_that_have_not_ended(
    admin: Client, user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    provider.enqueue(http_error(401))
    user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    provider.enqueue(Script([delta("Begun"), gate("status")]))
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        events = stream.events()
        next(event for event in events if event["type"] == "delta")
        status = admin.get("/admin/status").json()
        provider.open_gate("status")
        list(events)
    (failure,) = status.pop("failures")
    assert (failure["provider"], failure["count"]) == ("127.0.0.1", 1)
    counts = {name: status[name] for name in ("streaming", "stuck", "waiting", "connections")}
    assert counts == {"streaming": 1, "stuck": 0, "waiting": 0, "connections": 0}


def test_the_state_of_the_server_has_the_end_of_the_last_complete_sweep(
    admin: Client, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert admin.get("/admin/status").json()["swept_at"] is None
    ended = utc_now().replace(microsecond=0)
    monkeypatch.setattr("functions.maintenance.service.utc_now", lambda: ended)
    for now in (ended - timedelta(days=1), ended - timedelta(minutes=5)):
        sweep(now)
    assert datetime.fromisoformat(admin.get("/admin/status").json()["swept_at"]) == ended

    def fail(_now: datetime) -> int:
        raise OSError

    monkeypatch.setattr("functions.maintenance.service.remove_queued_objects", fail)
    with pytest.raises(OSError):
        sweep(utc_now())
    assert datetime.fromisoformat(admin.get("/admin/status").json()["swept_at"]) == ended


def test_the_state_of_the_server_has_its_release_and_schema(
    admin: Client, database: Engine, settings: Callable[..., None]
) -> None:
    status = admin.get("/admin/status").json()
    assert status["release"] is None
    assert status["schema_revision"] == status["newest_schema_revision"] == schema_revision.NEWEST
    settings(RELEASE_ID="0123456789ab")
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    try:
        status = admin.get("/admin/status").json()
    finally:
        with database.begin() as connection:
            connection.execute(
                text("UPDATE alembic_version SET version_num = :newest"), {"newest": schema_revision.NEWEST}
            )
    assert (status["release"], status["schema_revision"]) == ("0123456789ab", "0001")


def test_the_state_of_the_server_has_the_databases_connections_where_it_counts_them(
    admin: Client, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    status = admin.get("/admin/status").json()
    now, most = status["database_connections"], status["max_database_connections"]
    if database.dialect.name == "sqlite":
        assert (now, most) == (None, None)
        return
    assert 0 < now < most == 500
    # MariaDB has no such table, as a MySQL server refuses one to an account.
    monkeypatch.setattr("shared.db.repositories.server_state._MARIADB_STATUS", ("information_schema", "unknown"))
    status = admin.get("/admin/status").json()
    assert (status["database_connections"], status["max_database_connections"]) == (None, None)
