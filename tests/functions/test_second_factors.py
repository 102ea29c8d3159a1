"""Second factors: authenticator apps and recovery codes."""

from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from functions.maintenance.service import renew_api_keys, sweep
from functions.user import second_factors, service
from shared.auth import principal
from shared.db.models import LoginChallenge, OutgoingMail, RecoveryCode, TotpSecret, User
from shared.mail import outbox
from tests.conftest import PASSWORD
from tests.functions.test_reauthentication import age_logins
from tests.functions.test_user import Clock, is_logged_in, refusal
from tests.support.api import Client
from tests.support.concurrency import at_once
from tests.support.environment import ENVIRONMENT
from tests.support.log_watch import keep_secret

NewClient = Callable[[], Client]
Settings = Callable[..., None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    # Tokens that it dates must not be issued in the future of the real one.
    clock.advance(-300)
    for module in (service, second_factors, principal):
        monkeypatch.setattr(module, "utc_now", clock.now)
    return clock


class App:
    """An authenticator app of a user."""

    def __init__(self, user: Client, clock: Clock) -> None:
        setup = user.post("/user/mfa/totp/start").json()
        self.secret: str = setup["secret"]
        self.uri: str = setup["uri"]
        keep_secret(self.secret)
        self._clock = clock

    def code(self) -> str:
        """The code of the next time step: those before may have been used."""
        self._clock.advance(30)
        return pyotp.TOTP(self.secret).at(self._clock.now())


@pytest.fixture
def app(user: Client, clock: Clock) -> App:
    return App(user, clock)


@pytest.fixture
def recovery_codes(user: Client, app: App) -> list[str]:
    """The recovery codes of the user, whose app is confirmed."""
    response = user.post("/user/mfa/totp/confirm", code=app.code())
    assert response.status_code == 200, response.text
    codes: list[str] = response.json()["recovery_codes"]
    for code in codes:
        keep_secret(code)
    return codes


def start_login(client: Client, email: str) -> dict[str, Any]:
    """The first step of a login."""
    response = client.post("/user/login", email=email, password=PASSWORD)
    assert response.status_code == 200
    step: dict[str, Any] = response.json()
    keep_secret(step["mfa_token"])
    return step


def finish(client: Client, step: dict[str, Any], code: str) -> Any:
    return client.request(
        "POST", "/user/login/mfa", headers={"Authorization": f"Bearer {step['mfa_token']}"}, json={"code": code}
    )


def test_a_login_needs_a_code_of_the_app(
    user: Client, app: App, recovery_codes: list[str], new_client: NewClient
) -> None:
    client = new_client()
    step = start_login(client, user.email)
    assert step.keys() == {"mfa_required", "mfa_token", "methods"}
    assert (step["mfa_required"], step["methods"]) == (True, ["totp", "recovery"])
    client.sign_in(finish(client, step, app.code()))
    assert is_logged_in(client)


def test_an_app_that_was_not_confirmed_is_no_factor(user: Client, app: App, new_client: NewClient) -> None:
    assert "access_token" in new_client().post("/user/login", email=user.email, password=PASSWORD).json()
    assert user.get("/user/mfa").json() == {"password": True, "totp": False, "passkeys": False, "recovery_codes": 0}
    assert refusal(user.post("/user/mfa/totp/confirm", code="000000")) == (401, "wrong_code")
    # A secret that was lost before its confirmation is replaced.
    assert user.post("/user/mfa/totp/start").json()["secret"] != app.secret


def test_the_state_of_the_factors_is_listed(user: Client, app: App, recovery_codes: list[str]) -> None:
    assert user.get("/user/mfa").json() == {"password": True, "totp": True, "passkeys": False, "recovery_codes": 10}
    assert refusal(user.post("/user/mfa/totp/start")) == (409, "factor_exists")
    assert refusal(user.post("/user/mfa/totp/confirm", code=app.code())) == (404, "not_found")


def test_a_code_is_accepted_once(user: Client, app: App, recovery_codes: list[str], new_client: NewClient) -> None:
    client = new_client()
    code = app.code()
    assert finish(client, start_login(client, user.email), code).status_code == 200
    step = start_login(client, user.email)
    assert refusal(finish(client, step, code)) == (401, "wrong_code")
    # A wrong code does not end the login.
    assert finish(client, step, app.code()).status_code == 200


def test_of_equal_codes_at_once_one_is_accepted(
    user: Client, app: App, recovery_codes: list[str], new_client: NewClient
) -> None:
    client = new_client()
    steps, code = [start_login(client, user.email) for _ in range(3)], app.code()
    answers = at_once(*[lambda step=step: finish(new_client(), step, code) for step in steps])
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401]


def test_a_recovery_code_replaces_the_app_once(
    user: Client, recovery_codes: list[str], new_client: NewClient, database: Engine
) -> None:
    client = new_client()
    assert len(set(recovery_codes)) == 10
    # As somebody types it.
    typed = recovery_codes[3].lower().replace("-", " ")
    assert finish(client, start_login(client, user.email), typed).status_code == 200
    assert refusal(finish(client, start_login(client, user.email), recovery_codes[3])) == (401, "wrong_code")
    assert user.get("/user/mfa").json()["recovery_codes"] == 9
    with Session(database) as session:
        stored = session.scalars(select(RecoveryCode.code_hash)).all()
    assert not {code.replace("-", "") for code in recovery_codes} & set(stored)


def test_recovery_codes_are_replaced(user: Client, recovery_codes: list[str], new_client: NewClient) -> None:
    renewed = user.post("/user/mfa/recovery_codes").json()["recovery_codes"]
    client = new_client()
    step = start_login(client, user.email)
    assert refusal(finish(client, step, recovery_codes[0])) == (401, "wrong_code")
    assert finish(client, step, renewed[0]).status_code == 200


def test_a_code_of_another_user_is_wrong(
    user: Client, recovery_codes: list[str], clock: Clock, new_user: NewClient, new_client: NewClient
) -> None:
    other = new_user()
    other_app = App(other, clock)
    assert other.post("/user/mfa/totp/confirm", code=other_app.code()).status_code == 200
    step = start_login(new_client(), other.email)
    assert refusal(finish(new_client(), step, recovery_codes[0])) == (401, "wrong_code")
    step = start_login(new_client(), user.email)
    assert refusal(finish(new_client(), step, other_app.code())) == (401, "wrong_code")


def test_removing_the_app_needs_a_code_and_removes_the_recovery_codes(
    user: Client, app: App, recovery_codes: list[str], new_client: NewClient
) -> None:
    assert refusal(user.post("/user/mfa/totp/remove", code="000000")) == (401, "wrong_code")
    assert user.post("/user/mfa/totp/remove", code=app.code()).status_code == 204
    assert user.get("/user/mfa").json() == {"password": True, "totp": False, "passkeys": False, "recovery_codes": 0}
    assert "access_token" in new_client().post("/user/login", email=user.email, password=PASSWORD).json()
    assert refusal(user.post("/user/mfa/totp/remove", code=app.code())) == (404, "not_found")
    assert refusal(user.post("/user/mfa/recovery_codes")) == (404, "not_found")


def test_an_added_and_a_removed_app_are_reported_by_mail_at_once(
    user: Client, app: App, database: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(MAIL_FROM="Chat <chat@example.org>", MAIL_FUNCTION_NAME="chat-prod-mailer:live")
    woken: list[list[str]] = []

    def wake(*_: Any) -> None:
        with Session(database) as session:
            woken.append([mail.kind for mail in session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))])
            assert {mail.email for mail in session.scalars(select(OutgoingMail))} == {user.email}

    monkeypatch.setattr(outbox, "invoke_function", wake)
    for code in user.post("/user/mfa/totp/confirm", code=app.code()).json()["recovery_codes"]:
        keep_secret(code)
    assert user.post("/user/mfa/totp/remove", code=app.code()).status_code == 204
    assert woken == [["totp_added"], ["totp_added", "totp_removed"]]


def test_a_lost_app_is_removed_with_a_recovery_code(user: Client, recovery_codes: list[str]) -> None:
    assert user.post("/user/mfa/totp/remove", code=recovery_codes[0]).status_code == 204


def test_factors_change_in_a_recent_login_only(
    user: Client, app: App, recovery_codes: list[str], database: Engine
) -> None:
    age_logins(database, minutes=20)
    for path, body in {
        "/user/mfa/totp/start": {},
        "/user/mfa/totp/confirm": {"code": app.code()},
        "/user/mfa/totp/remove": {"code": recovery_codes[0]},
        "/user/mfa/recovery_codes": {},
    }.items():
        assert refusal(user.post(path, **body)) == (403, "reauthentication_required"), path


def test_wrong_codes_are_limited_per_user(
    user: Client, app: App, recovery_codes: list[str], new_client: NewClient, settings: Settings
) -> None:
    settings(FAILED_CODES_PER_USER="2")
    client = new_client()
    # In several logins.
    answers = [finish(client, start_login(client, user.email), "000000").status_code for _ in range(3)]
    assert answers == [401, 401, 429]
    assert finish(client, start_login(client, user.email), app.code()).status_code == 429


def test_right_codes_are_not_counted(
    user: Client, app: App, recovery_codes: list[str], new_client: NewClient, settings: Settings
) -> None:
    settings(FAILED_CODES_PER_USER="1")
    client = new_client()
    for _ in range(3):
        assert finish(client, start_login(client, user.email), app.code()).status_code == 200


def test_the_second_step_has_ten_minutes(
    user: Client, app: App, recovery_codes: list[str], new_client: NewClient, clock: Clock, database: Engine
) -> None:
    step = start_login(new_client(), user.email)
    clock.advance(601)
    assert refusal(finish(new_client(), step, app.code())) == (401, "token_expired")
    sweep(clock.now())
    with Session(database) as session:
        assert session.scalar(select(func.count()).select_from(LoginChallenge)) == 0


def test_the_second_step_is_used_once(user: Client, app: App, recovery_codes: list[str], new_client: NewClient) -> None:
    step = start_login(new_client(), user.email)
    assert finish(new_client(), step, app.code()).status_code == 200
    assert refusal(finish(new_client(), step, app.code())) == (401, "token_expired")


def test_the_token_of_the_second_step_opens_nothing_else(
    user: Client, recovery_codes: list[str], new_client: NewClient
) -> None:
    client = new_client()
    token = start_login(client, user.email)["mfa_token"]
    client.tokens = {"access_token": token, "refresh_token": token}
    assert refusal(client.get("/user/me")) == (401, "unauthorized")
    assert refusal(client.post("/user/refresh", token="refresh_token")) == (401, "unauthorized")
    step = {"mfa_token": user.tokens["access_token"]}
    assert refusal(finish(client, step, "000000")) == (401, "token_expired")


def test_a_new_password_and_a_deleted_account_end_pending_logins(
    user: Client, app: App, recovery_codes: list[str], new_client: NewClient, database: Engine
) -> None:
    step = start_login(new_client(), user.email)
    changed = user.post(
        "/user/me/password", token="refresh_token", new_password="another-horse-2", confirm_password="another-horse-2"
    )
    user.sign_in(changed)
    assert refusal(finish(new_client(), step, app.code())) == (401, "token_expired")
    response = new_client().post("/user/login", email=user.email, password="another-horse-2")
    keep_secret(response.json()["mfa_token"])
    assert user.post("/user/me/delete", token="refresh_token").status_code == 202
    assert refusal(finish(new_client(), response.json(), app.code())) == (401, "token_expired")
    with Session(database) as session:
        assert [session.scalar(select(func.count()).select_from(table)) for table in (TotpSecret, RecoveryCode)] == [
            0,
            0,
        ]


def test_an_account_without_a_password_authenticates_again_with_a_code(
    user: Client, app: App, recovery_codes: list[str], database: Engine
) -> None:
    age_logins(database, minutes=20)
    # An account with a password needs that.
    assert refusal(user.post("/user/reauthenticate", code=app.code())) == (401, "wrong_password")
    with database.begin() as connection:
        connection.execute(update(User).values(password_hash=""))
    assert refusal(user.post("/user/reauthenticate", current_password="")) == (401, "wrong_password")
    assert refusal(user.post("/user/reauthenticate", code="000000")) == (401, "wrong_code")
    assert user.post("/user/reauthenticate", code=app.code()).status_code == 204
    assert user.get("/user/me/export").status_code == 200


def test_secrets_are_encrypted_for_their_user_and_renewed(
    user: Client, app: App, recovery_codes: list[str], new_client: NewClient, database: Engine, settings: Settings
) -> None:
    def stored() -> str:
        with Session(database) as session:
            return session.scalars(select(TotpSecret.secret_encrypted)).one()

    before = stored()
    assert app.secret not in before
    new, old = Fernet.generate_key().decode(), ENVIRONMENT["API_KEY_ENCRYPTION_KEYS"]
    settings(API_KEY_ENCRYPTION_KEYS=f"{new},{old}")
    assert renew_api_keys() == {"renewed": 1, "unreadable": 0}
    settings(API_KEY_ENCRYPTION_KEYS=new)
    assert stored() != before
    assert finish(new_client(), start_login(new_client(), user.email), app.code()).status_code == 200


def test_an_app_whose_secret_can_no_longer_be_read_leaves_the_recovery_codes(
    user: Client,
    app: App,
    recovery_codes: list[str],
    new_user: NewClient,
    clock: Clock,
    settings: Settings,
    database: Engine,
) -> None:
    other = new_user()
    unconfirmed = App(other, clock)
    settings(API_KEY_ENCRYPTION_KEYS=Fernet.generate_key().decode())
    unreadable = (422, "app_secret_unreadable")
    step = start_login(user, user.email)
    assert refusal(finish(user, step, app.code())) == unreadable
    assert refusal(user.post("/user/mfa/totp/remove", code=app.code())) == unreadable
    with database.begin() as connection:
        connection.execute(update(User).values(password_hash=""))
    assert refusal(user.post("/user/reauthenticate", code=app.code())) == unreadable
    assert refusal(other.post("/user/mfa/totp/confirm", code=unconfirmed.code())) == unreadable

    user.sign_in(finish(user, step, recovery_codes[0]))
    assert user.post("/user/mfa/totp/remove", code=recovery_codes[1]).status_code == 204
