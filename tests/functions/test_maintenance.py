"""Maintenance tasks: migrations, the sweep, rotation of the encryption key."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine, func, inspect, select, update
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from functions.maintenance import service
from functions.maintenance.handler import handler
from functions.maintenance.service import sweep
from shared.crypto.encryption import OPERATOR, decrypt_secret, encrypt_secret
from shared.db.engine import dispose_engine, get_engine
from shared.db.models import (
    Message,
    MessageChunk,
    ModelConfig,
    ObjectDeletion,
    RateLimit,
    RefreshToken,
    SearchEngine,
    TaskRun,
    ToolServer,
    WsConnection,
)
from shared.db.repositories import object_deletions, rate_limits
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.ids import new_id
from shared.storage import get_object_store
from shared.storage.shares import share_prefix
from tests.support.api import Client
from tests.support.environment import ENVIRONMENT
from tests.support.processes import free_port, serve
from tests.support.scripted_provider import ScriptedProvider

Settings = Callable[..., None]


def count(table: Any) -> int:
    with transaction() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


# Events.


@pytest.mark.parametrize("event", [{}, {"task": "drop"}, {"task": None}, {"Type": "Timer", "Message": "{}"}])
def test_an_event_without_a_known_task_fails(event: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no task"):
        handler(event, None)


@pytest.mark.parametrize(
    "event",
    [
        {"task": "sweep"},
        {"Type": "Timer", "TriggerName": "sweep", "Time": "2026-01-01T00:00:00Z", "Message": '{"task": "sweep"}'},
    ],
)
def test_the_timers_of_both_clouds_run_the_sweep(database: Engine, event: dict[str, Any]) -> None:
    answer = handler(event, None)
    assert answer == {
        "task": "sweep",
        "replies_ended": 0,
        "conversations_purged": 0,
        "accounts_deleted": 0,
        "uploads_expired": 0,
        "shares_expired": 0,
        "prefixes_removed": 0,
    }
    assert json.dumps(answer)


# The CloudFormation custom resource.


@pytest.fixture
def stack() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The URL for CloudFormation's responses, and the received responses."""
    answers: list[dict[str, Any]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        # The URL's signature covers an empty content type.
        assert (request.method, request.headers["content-type"]) == ("PUT", "")
        answers.append(await request.json())
        await Response()(scope, receive, send)

    with serve(app) as url:
        yield f"{url}/answer?signature=1", answers


def step_event(url: str, kind: str, **more: str) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "ResponseURL": url,
        "StackId": "arn:aws:cloudformation:eu-west-1:1:stack/chat-prod/1",
        "RequestId": "request-1",
        "LogicalResourceId": "Migration",
        "ResourceType": "Custom::Migration",
        "ResourceProperties": {"Migrations": "digest"},
        **more,
    }


def test_a_stack_event_migrates_the_database_and_reports_success(
    tmp_path: Path, settings: Settings, stack: tuple[str, list[dict[str, Any]]]
) -> None:
    url, answers = stack
    settings(DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}")
    dispose_engine()
    try:
        handler(step_event(url, "Create"), None)
        assert "users" in inspect(get_engine()).get_table_names()
        handler(step_event(url, "Update", PhysicalResourceId="Migration"), None)
    finally:
        dispose_engine()

    for answer in answers:
        assert answer == {
            "Status": "SUCCESS",
            "Reason": "",
            "PhysicalResourceId": "Migration",
            "StackId": "arn:aws:cloudformation:eu-west-1:1:stack/chat-prod/1",
            "RequestId": "request-1",
            "LogicalResourceId": "Migration",
        }
    assert len(answers) == 2


def test_a_failed_migration_is_reported_to_the_stack_without_its_cause(
    settings: Settings, stack: tuple[str, list[dict[str, Any]]], caplog: pytest.LogCaptureFixture
) -> None:
    url, answers = stack
    settings(
        DATABASE_URL=f"mysql+pymysql://chat:the-password@127.0.0.1:{free_port()}/chat", DATABASE_CONNECT_SECONDS="1"
    )
    dispose_engine()
    try:
        handler(step_event(url, "Update", PhysicalResourceId="Migration"), None)
    finally:
        dispose_engine()

    assert [answer["Status"] for answer in answers] == ["FAILED"]
    assert answers[0]["Reason"] == "The migration failed. See the log of the maintenance function."
    assert "a step of the stack failed" in caplog.text


def test_the_deletion_of_a_stack_does_not_change_the_database(
    settings: Settings, stack: tuple[str, list[dict[str, Any]]]
) -> None:
    url, answers = stack
    settings(DATABASE_URL=f"mysql+pymysql://nobody@127.0.0.1:{free_port()}/nowhere")

    handler(step_event(url, "Delete", PhysicalResourceId="Migration"), None)

    assert [answer["Status"] for answer in answers] == ["SUCCESS"]


def test_a_failed_report_to_the_stack_fails_the_invocation() -> None:
    with pytest.raises(OSError, match="refused"):
        handler(step_event(f"http://127.0.0.1:{free_port()}/", "Delete"), None)


# Migrations.


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
def test_an_empty_database_is_migrated_and_migrating_again_changes_nothing(
    kind: str, tmp_path: Path, settings: Settings, request: pytest.FixtureRequest
) -> None:
    sqlite = f"sqlite:///{tmp_path / 'new.db'}"
    settings(DATABASE_URL=sqlite if kind == "sqlite" else request.getfixturevalue("mariadb").new_database())
    dispose_engine()
    try:
        for _ in range(2):
            assert handler({"task": "migrate"}, None) == {"task": "migrate"}
            assert {"users", "messages", "alembic_version"} <= set(inspect(get_engine()).get_table_names())
    finally:
        dispose_engine()


# The sweep: replies.


def streaming_reply(user: Client, pieces: tuple[str, ...] = (), silent_for: float = 3600, **columns: Any) -> str:
    """Insert a reply without a heartbeat for some seconds; returns its id."""
    sign = utc_now() - timedelta(seconds=silent_for)
    reply_id = new_id()
    with transaction() as session:
        session.add(
            Message(
                id=reply_id,
                conversation_id=user.post("/conversation/create").json()["id"],
                user_id=user.get("/user/me").json()["id"],
                role="assistant",
                status="streaming",
                turn_id=new_id(),
                created_at=sign - timedelta(seconds=1),
                **{"text": "", "heartbeat_at": sign, **columns},
            )
        )
        session.flush()
        for seq, piece in enumerate(pieces, start=2):
            session.add(MessageChunk(message_id=reply_id, seq=seq, kind="delta", text=piece, created_at=sign))
    return reply_id


def reply(reply_id: str) -> Message:
    with transaction() as session:
        return session.get_one(Message, reply_id)


def test_a_reply_whose_process_died_is_ended_with_its_text(user: Client, database: Engine, settings: Settings) -> None:
    settings(STALE_SECONDS="60")
    broken = streaming_reply(user, ("So ", "far"))
    stopped = streaming_reply(user, stop_requested_at=utc_now())
    continued = streaming_reply(user, (" more",), text="Before", heartbeat_at=None)
    alive = streaming_reply(user, ("Still",), silent_for=0)

    assert sweep(utc_now())["replies_ended"] == 3

    assert (reply(broken).status, reply(broken).text) == ("interrupted", "So far")
    assert reply(stopped).status == "stopped"
    assert (reply(continued).status, reply(continued).text) == ("interrupted", "Before more")
    assert (reply(alive).status, reply(alive).text) == ("streaming", "")
    assert count(MessageChunk) == 1
    assert sweep(utc_now())["replies_ended"] == 0


def test_a_chunk_counts_as_a_heartbeat(user: Client, database: Engine, settings: Settings) -> None:
    settings(STALE_SECONDS="60")
    alive = streaming_reply(user, ("Still",))
    with transaction() as session:
        session.execute(update(MessageChunk).values(created_at=utc_now()))
    assert sweep(utc_now())["replies_ended"] == 0
    assert reply(alive).status == "streaming"


def test_more_replies_than_a_batch_are_all_ended(
    user: Client, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.maintenance.service._BATCH", 2)
    for _ in range(5):
        streaming_reply(user)
    assert sweep(utc_now())["replies_ended"] == 5


# The sweep: expired rows.


def test_the_sweep_deletes_expired_tokens_windows_and_connections(user: Client, database: Engine) -> None:
    me, now = user.get("/user/me").json()["id"], utc_now()
    hour = timedelta(hours=1)
    with transaction() as session:
        for table in (RateLimit, RefreshToken):
            session.query(table).delete()
        for n, time in enumerate((now - hour, now + hour)):
            session.add(RateLimit(key=f"window-{n}", window_ends_at=time, count=1))
            session.add(RefreshToken(id=f"t{n}", user_id=me, family_id="f", token_hash="h", expires_at=time))
        for n, time in enumerate((now - 4 * hour, now - hour)):
            session.add(WsConnection(id=f"connection-{n}", user_id=me, created_at=time))

    sweep(now)

    with transaction() as session:
        assert session.scalars(select(RateLimit.key)).all() == ["window-1"]
        assert session.scalars(select(RefreshToken.id)).all() == ["t1"]
        assert session.scalars(select(WsConnection.id)).all() == ["connection-1"]


def test_expired_rows_are_deleted_in_batches_of_which_a_failure_undoes_one(
    user: Client, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    me, now = user.get("/user/me").json()["id"], utc_now()
    ago = now - timedelta(hours=4)
    with transaction() as session:
        for table in (RateLimit, RefreshToken):
            session.query(table).delete()
        for n in range(5):
            session.add(RateLimit(key=f"window-{n}", window_ends_at=ago, count=1))
            session.add(RefreshToken(id=f"t{n}", user_id=me, family_id="f", token_hash="h", expires_at=ago))
            session.add(WsConnection(id=f"connection-{n}", user_id=me, created_at=ago))
    delete_ended = rate_limits.delete_ended

    def time_out_at_last(session: Session, before: datetime, limit: int) -> int:
        deleted = delete_ended(session, before, limit)
        if deleted < limit:
            raise TimeoutError
        return deleted

    monkeypatch.setattr(service, "_EXPIRED_BATCH", 2)
    with monkeypatch.context() as patch:
        patch.setattr(rate_limits, "delete_ended", time_out_at_last)
        with pytest.raises(TimeoutError):
            sweep(now)
    assert (count(RefreshToken), count(RateLimit), count(WsConnection)) == (0, 1, 5)

    sweep(now)
    assert (count(RateLimit), count(WsConnection), count(TaskRun)) == (0, 0, 1)


# The sweep: objects.


def upload(user: Client, conversation_id: str) -> dict[str, Any]:
    answer = user.post("/chat/get_upload_presigned_url", conversation_id=conversation_id, suffixes=["png"])
    item: dict[str, Any] = answer.json()["items"][0]
    assert httpx2.put(item["upload_url"], content=b"pixels", headers=item["headers"]).status_code == 200
    return item


def is_stored(key: str) -> bool:
    return get_object_store().describe(key) is not None


def after_uploads() -> datetime:
    """A time after the expiry of every upload URL issued so far."""
    return utc_now() + timedelta(minutes=12)


def test_failed_object_deletions_are_retried_by_the_sweep(user: Client, store_url: str, settings: Settings) -> None:
    conversation_id = user.post("/conversation/create").json()["id"]
    item = upload(user, conversation_id)
    settings(OBJECT_STORE_ENDPOINT=f"http://127.0.0.1:{free_port()}")
    get_object_store.cache_clear()

    assert user.post("/conversation/delete", purge=True, ids=[conversation_id]).json() == {"deleted": 1}
    assert user.get("/conversation").json()["items"] == []
    assert sweep(after_uploads())["prefixes_removed"] == 0
    assert count(ObjectDeletion) == 1

    settings(OBJECT_STORE_ENDPOINT=store_url)
    get_object_store.cache_clear()
    assert is_stored(item["key"])
    assert sweep(after_uploads())["prefixes_removed"] == 1
    assert not is_stored(item["key"])
    assert count(ObjectDeletion) == 0


def test_prefixes_that_cannot_be_deleted_do_not_stop_the_others(
    user: Client, store_url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id = user.post("/conversation/create").json()["id"]
    item = upload(user, conversation_id)
    # Prefixes of shares whose bucket is not configured any more: older than the others, and more than a run takes.
    monkeypatch.setattr("shared.storage.get_site_store", lambda: None)
    with transaction() as session:
        broken = [share_prefix(str(number)) for number in range(12)]
        object_deletions.add_object_deletions(session, broken, utc_now() - timedelta(days=1))
    monkeypatch.setattr("shared.storage.removal._REQUEST_SECONDS", -1)
    user.post("/conversation/delete", purge=True, ids=[conversation_id])

    assert sweep(after_uploads())["prefixes_removed"] == 0
    assert sweep(after_uploads())["prefixes_removed"] == 1
    assert not is_stored(item["key"])
    assert count(ObjectDeletion) == 12


def test_an_image_uploaded_after_the_deletion_of_its_conversation_is_removed(user: Client, store_url: str) -> None:
    conversation_id = user.post("/conversation/create").json()["id"]
    item = upload(user, conversation_id)
    user.post("/conversation/delete", purge=True, ids=[conversation_id])
    assert not is_stored(item["key"])

    assert httpx2.put(item["upload_url"], content=b"late", headers=item["headers"]).status_code == 200
    assert sweep(utc_now())["prefixes_removed"] == 0
    assert sweep(after_uploads())["prefixes_removed"] == 1
    assert not is_stored(item["key"])


def test_the_sweep_completes_deletions_that_ran_out_of_time(
    user: Client, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [user.post("/conversation/create").json()["id"] for _ in range(5)]
    keys = [upload(user, conversation_id)["key"] for conversation_id in ids]
    monkeypatch.setattr("shared.storage.removal._REQUEST_SECONDS", -1)
    monkeypatch.setattr("shared.storage.removal._BATCH", 2)

    assert user.post("/conversation/delete", purge=True, ids=ids).json() == {"deleted": 5}
    assert all(map(is_stored, keys))
    assert sweep(after_uploads())["prefixes_removed"] == 5
    assert not any(map(is_stored, keys))


# Rotation of the encryption key.


def test_stored_keys_move_to_the_first_encryption_key(
    new_user: Callable[[], Client],
    provider: ScriptedProvider,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("functions.maintenance.service._BATCH", 2)
    users = [new_user() for _ in range(3)]
    owner_id = users[0].get("/user/me").json()["id"]
    body = {"name": "Mine", "base_url": provider.base_url, "model": "m", "api_key": "sk-of-a-user-1234"}
    ids = [user.post("/model_config/create", **body).json()["id"] for user in users]
    with transaction() as session:
        session.execute(update(ModelConfig).where(ModelConfig.id == ids[2]).values(headers_encrypted="broken"))
        key_of_unreadable = session.scalar(select(ModelConfig.api_key_encrypted).where(ModelConfig.id == ids[2]))
        secrets = {
            "token_encrypted": encrypt_secret(OPERATOR, "a-token-of-the-operator"),
            "oauth_encrypted": encrypt_secret(OPERATOR, "a-grant-of-the-operator"),
        }
        url = "https://tools.example.com/mcp"
        server = ToolServer(id=new_id(), name="Shared", url=url, auth="bearer", policy={}, **secrets)
        session.add(server)
        key = encrypt_secret(owner_id, "a-key-of-a-search-engine")
        session.add(SearchEngine(id=new_id(), user_id=owner_id, provider="brave", api_key_encrypted=key))
    new = base64.urlsafe_b64encode(b"n" * 32).decode()
    settings(API_KEY_ENCRYPTION_KEYS=f"{new},{ENVIRONMENT['API_KEY_ENCRYPTION_KEYS']}")

    assert handler({"task": "renew_api_keys"}, None) == {"task": "renew_api_keys", "renewed": 4, "unreadable": 1}
    assert handler({"task": "renew_api_keys"}, None)["renewed"] == 0

    settings(API_KEY_ENCRYPTION_KEYS=new)
    for user, config_id in list(zip(users, ids, strict=True))[:2]:
        assert user.post("/model_config/test", id=config_id).json()["ok"]
    assert {request.authorization for request in provider.requests} == {"Bearer sk-of-a-user-1234"}
    with transaction() as session:
        (stored,) = session.scalars(select(ToolServer))
        assert stored.token_encrypted is not None
        assert decrypt_secret(OPERATOR, stored.token_encrypted) == "a-token-of-the-operator"
        assert stored.oauth_encrypted is not None
        assert decrypt_secret(OPERATOR, stored.oauth_encrypted) == "a-grant-of-the-operator"
        (engine,) = session.scalars(select(SearchEngine))
        assert engine.api_key_encrypted is not None
        assert decrypt_secret(owner_id, engine.api_key_encrypted) == "a-key-of-a-search-engine"
        left = session.execute(select(ModelConfig).where(ModelConfig.id == ids[2])).scalar_one()
        assert (left.api_key_encrypted, left.headers_encrypted) == (key_of_unreadable, "broken")
