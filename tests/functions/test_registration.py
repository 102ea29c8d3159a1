"""Registration: open, by invitation, closed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from functions.user import service
from infra import manage
from shared.auth.registration import create_invite
from shared.db.models import Invite, User
from shared.db.session import transaction
from shared.db.types import utc_now
from tests.conftest import OPERATOR, PASSWORD, add_operator
from tests.support.api import Client, error_code
from tests.support.concurrency import at_once
from tests.support.log_watch import keep_secret

NewClient = Callable[[], Client]
Settings = Callable[..., None]


def register(client: Client, email: str = "ada@example.com", invite: str | None = None) -> Any:
    body = {"email": email, "username": "Ada", "password": PASSWORD}
    return client.post("/user/register", **body, **({} if invite is None else {"invite": invite}))


def an_invite(group: str = "free", email: str | None = None) -> str:
    """The token of a new invitation, on a stage that has its administrator."""
    add_operator()
    with transaction() as session:
        url = create_invite(session, group, email, utc_now()).url
    assert url.startswith("http://localhost:5173/#/register?invite=")
    token = url.partition("invite=")[2]
    keep_secret(token)
    return token


def refusal(response: Any) -> tuple[int, str]:
    return response.status_code, error_code(response)


REFUSED = (403, "registration_closed")


def test_a_closed_server_registers_nobody(new_client: NewClient, settings: Settings, database: Engine) -> None:
    token = an_invite()
    settings(REGISTRATION="closed")
    assert refusal(register(new_client())) == REFUSED
    assert refusal(register(new_client(), invite=token)) == REFUSED
    with Session(database) as session:
        assert session.scalars(select(User.email)).all() == [OPERATOR]


def test_an_invitation_is_needed_where_the_operator_says_so(new_client: NewClient, settings: Settings) -> None:
    settings(REGISTRATION="invite")
    assert refusal(register(new_client())) == REFUSED
    assert refusal(register(new_client(), invite="x" * 43)) == REFUSED
    client = new_client()
    client.sign_in(register(client, invite=an_invite("pro")))
    assert client.get("/user/me").json()["group"] == "pro"


def test_an_invitation_decides_the_group_on_an_open_server(new_client: NewClient) -> None:
    client = new_client()
    client.sign_in(register(client, invite=an_invite("pro")))
    assert client.get("/user/me").json()["group"] == "pro"


def test_an_invitation_is_used_once(new_client: NewClient, settings: Settings) -> None:
    settings(REGISTRATION="invite")
    token = an_invite()

    def attempt(number: int) -> Callable[[], int]:
        return lambda: int(register(new_client(), f"n{number}@example.com", token).status_code)

    assert sorted(at_once(*(attempt(number) for number in range(4)))) == [201, 403, 403, 403]
    assert refusal(register(new_client(), "another@example.com", token)) == REFUSED


def test_a_failed_registration_leaves_the_invitation(
    new_client: NewClient, settings: Settings, user: Client, database: Engine
) -> None:
    settings(REGISTRATION="invite")
    token = an_invite()
    assert error_code(register(new_client(), user.email, token)) == "email_taken"
    assert register(new_client(), "ada@example.com", token).status_code == 201
    with Session(database) as session:
        (stored,) = session.scalars(select(Invite)).all()
        assert stored.used_at is not None
        assert token not in str(vars(stored))


def test_an_invitation_for_an_address_is_for_nobody_else(new_client: NewClient, settings: Settings) -> None:
    settings(REGISTRATION="invite")
    token = an_invite(email="ada@example.com")
    assert refusal(register(new_client(), "eve@example.com", token)) == REFUSED
    assert register(new_client(), "Ada@Example.com", token).status_code == 201


def test_an_invitation_expires_after_a_week(
    new_client: NewClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(REGISTRATION="invite")
    token = an_invite()
    now = utc_now()
    monkeypatch.setattr(service, "utc_now", lambda: now + timedelta(days=7, minutes=1))
    assert refusal(register(new_client(), invite=token)) == REFUSED
    monkeypatch.setattr(service, "utc_now", lambda: now + timedelta(days=6))
    assert register(new_client(), invite=token).status_code == 201


def test_a_closed_server_does_not_reveal_who_has_an_account(
    new_client: NewClient, user: Client, settings: Settings
) -> None:
    settings(REGISTRATION="closed")
    known, unknown = (register(new_client(), email) for email in (user.email, "nobody@example.com"))
    assert refusal(known) == refusal(unknown) == REFUSED


def test_the_operator_invites_from_the_command_line(
    new_client: NewClient, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    add_operator()
    settings(REGISTRATION="invite")
    manage.main(["invite", "--group", "pro", "--email", "ada@example.com"])
    url, validity = capsys.readouterr().out.splitlines()
    token = url.partition("invite=")[2]
    keep_secret(token)
    assert validity.startswith("valid until ")
    client = new_client()
    client.sign_in(register(client, invite=token))
    assert client.get("/user/me").json()["group"] == "pro"
