"""Authorization: calls that need a permission, by users whose group lacks it."""

from typing import Any

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from shared.auth.scopes import CHAT_SEND, GROUP_PERMISSIONS, MODEL_CONFIG_CREATE
from shared.db.models import User
from tests.conftest import PASSWORD
from tests.support.all_functions import APPS
from tests.support.api import Client, error_code
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish

_CONFIG = {"name": "Mine", "base_url": "https://api.example.com/v1", "model": "m", "api_key": "key-of-the-user"}


def cut_off_reply(user: Client, provider: ScriptedProvider, conversation_id: str) -> str:
    """The id of a new continuable reply."""
    provider.enqueue(Script([delta("Cut off"), finish("length")]))
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    reply_id: str = events[0]["assistant_message_id"]
    return reply_id


def put_in_group(user: Client, permissions: tuple[str, ...], database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Move the user to a group with these permissions, and log in again."""
    monkeypatch.setitem(GROUP_PERMISSIONS, "probe", permissions)
    with Session(database) as session, session.begin():
        session.execute(update(User).where(User.email == user.email).values(group="probe"))
    user.sign_in(user.post("/user/login", email=user.email, password=PASSWORD))


def turn_requests(conversation_id: str, reply_id: str) -> dict[str, dict[str, Any]]:
    """Bodies of calls that start a turn, by the name of the call and frame."""
    return {
        "send": {"conversation_id": conversation_id, "message": "Hi"},
        "regenerate": {"message_id": reply_id},
        "continue": {"message_id": reply_id},
    }


def test_a_turn_needs_its_permission(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    database: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reply_id = cut_off_reply(user, provider, conversation_id)
    put_in_group(user, (MODEL_CONFIG_CREATE,), database, monkeypatch)
    before, asked = user.history(conversation_id), len(provider.requests)
    for name, body in turn_requests(conversation_id, reply_id).items():
        response = user.post(f"/chat/{name}", **body)
        assert (response.status_code, error_code(response)) == (403, "forbidden"), name
    assert (user.history(conversation_id), len(provider.requests)) == (before, asked)
    # Calls that start no turn need no permission.
    assert user.turn(f"/chat/resume/{reply_id}")[-1]["type"] == "completed"
    assert user.post("/chat/stop", message_id=reply_id).status_code == 202


def test_a_model_config_needs_its_permission(user: Client, database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_group(user, (CHAT_SEND,), database, monkeypatch)
    several = {name: value for name, value in _CONFIG.items() if name not in ("name", "model")}
    bodies: dict[str, dict[str, Any]] = {
        "/model_config/create": _CONFIG,
        "/model_config/create_many": {**several, "configs": [{"name": "n", "model": "m"}]},
    }
    for path, body in bodies.items():
        response = user.post(path, **body)
        assert (response.status_code, error_code(response)) == (403, "forbidden"), path
    assert user.post("/model_config/can_create", count=0).json() == {"can_create": False, "limit": 0}
    assert user.get("/model_config").json() == {"items": []}


def admin_calls() -> list[tuple[str, str]]:
    """Method and path of every operator's call."""
    return [
        (method.upper(), path)
        for path, methods in APPS["admin"].openapi()["paths"].items()
        for method in methods
        if path != "/admin/health"
    ]


@pytest.mark.parametrize(("method", "path"), admin_calls())
def test_an_operators_call_is_refused_to_everybody_else(user: Client, method: str, path: str) -> None:
    response = user.get(path) if method == "GET" else user.post(path)
    assert (response.status_code, error_code(response)) == (403, "forbidden")


def test_an_administrator_who_is_moved_to_another_group_has_no_permission_from_then_on(
    admin: Client, database: Engine
) -> None:
    assert admin.get("/admin/user").status_code == 200
    with Session(database) as session, session.begin():
        session.execute(update(User).where(User.email == admin.email).values(group="free"))
    response = admin.get("/admin/user")
    assert (response.status_code, error_code(response)) == (403, "forbidden")
