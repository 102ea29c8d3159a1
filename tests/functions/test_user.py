"""Accounts and logins."""

import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import bcrypt
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from functions.user import service
from functions.user.errors import WrongPassword
from functions.user.logins import Device, TokenPair
from shared.auth import principal
from shared.auth.passwords import hash_password, verify_password
from shared.auth.scopes import GROUP_PERMISSIONS
from shared.auth.tokens import issue_device_token
from shared.db.models import RefreshToken, User
from shared.db.repositories import users
from shared.db.types import utc_now
from shared.errors import RateLimited
from tests.conftest import PASSWORD, add_operator
from tests.support import tokens
from tests.support.api import Client, error_code
from tests.support.concurrency import at_once
from tests.support.log_watch import keep_secret

NewClient = Callable[[], Client]
Settings = Callable[..., None]
NEW_PASSWORD = "another-horse-2"


class Clock:
    """A fake clock of the account calls, which does not advance by itself."""

    def __init__(self) -> None:
        self._now = datetime.now(timezone.utc)

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

    def now(self) -> datetime:
        return self._now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (service, principal):
        monkeypatch.setattr(module, "utc_now", clock.now)
    return clock


def log_in(client: Client, email: str, password: str = PASSWORD) -> Client:
    client.sign_in(client.post("/user/login", email=email, password=password))
    client.email = email
    return client


def refresh(client: Client, token: str | None = None) -> Any:
    """Refresh with the client's refresh token, or with another one."""
    if token is None:
        return client.post("/user/refresh", token="refresh_token")
    return client.request("POST", "/user/refresh", headers={"Authorization": f"Bearer {token}"})


def refusal(response: Any) -> tuple[int, str]:
    return response.status_code, error_code(response)


def is_logged_in(client: Client) -> bool:
    """Whether both tokens of a client are accepted. Its refresh token is used up by that."""
    response = client.get("/user/me")
    if response.status_code == 401:
        assert error_code(response) == "token_revoked"
        assert refusal(refresh(client)) == (401, "token_revoked")
        return False
    client.sign_in(refresh(client))
    return True


# Registration


def test_registering_logs_in(new_client: NewClient) -> None:
    add_operator()
    client = new_client()
    response = client.post(
        "/user/register", email="ada@example.com", username="Ada", password=PASSWORD, confirm_password=PASSWORD
    )
    assert response.status_code == 201
    assert response.headers["cache-control"] == "no-store"
    body = response.json()
    assert body.keys() == {"access_token", "refresh_token", "token_type", "expires_in", "device_token"}
    assert (body["token_type"], body["expires_in"]) == ("bearer", 900)
    client.sign_in(response)

    profile = client.get("/user/me").json()
    assert profile.keys() == {"id", "username", "email", "email_verified", "group", "created_at"}
    assert (profile["username"], profile["email"], profile["group"]) == ("Ada", "ada@example.com", "free")
    assert profile["created_at"].endswith("Z")
    created_at = datetime.fromisoformat(profile["created_at"].replace("Z", "+00:00"))
    assert abs(datetime.now(timezone.utc) - created_at) < timedelta(minutes=1)


def test_tokens_have_the_claims_of_the_contract(user: Client) -> None:
    access, refresh_ = tokens.read(user.tokens["access_token"]), tokens.read(user.tokens["refresh_token"])
    user_id = user.get("/user/me").json()["id"]
    assert (access["sub"], access["typ"], access["group"]) == (user_id, "access", "free")
    assert access["scope"] == "model_config:create:20 chat:send"
    assert access["exp"] - access["iat"] == 15 * 60
    assert (refresh_["sub"], refresh_["typ"]) == (user_id, "refresh")
    assert refresh_["exp"] - refresh_["iat"] == 30 * 24 * 3600
    assert access["jti"] != refresh_["jti"]
    assert tokens.header(user.tokens["access_token"]) == {"alg": "HS256", "kid": "test-1", "typ": "JWT"}


def test_an_email_has_one_account_however_it_is_written(user: Client, new_client: NewClient) -> None:
    for email in (user.email, user.email.upper(), f"  {user.email} "):
        response = new_client().post("/user/register", email=email, username="Other", password=PASSWORD)
        assert refusal(response) == (409, "email_taken")


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"email": "not-an-email"}, "validation_error", "email"),
        ({"email": "Ada <ada@example.com>"}, "validation_error", "email"),
        ({"email": "ada@localhost"}, "validation_error", "email"),
        ({"email": None}, "validation_error", "email"),
        ({"username": "   "}, "validation_error", "username"),
        ({"username": "x" * 65}, "validation_error", "username"),
        ({"username": "two\nlines"}, "validation_error", "username"),
        ({"password": 12345678}, "validation_error", "password"),
        ({"group": "admin"}, "validation_error", "group"),
        ({"confirm_password": "something-else-1"}, "password_mismatch", None),
        ({"password": "short1", "confirm_password": "shorter1"}, "password_mismatch", None),
        ({"password": "short1"}, "weak_password", None),
        ({"password": ""}, "weak_password", None),
        ({"password": "only-letters"}, "weak_password", None),
        ({"password": "1234567890"}, "weak_password", None),
        ({"password": "a1" * 36 + "x"}, "weak_password", None),
        ({"password": "密1" * 18 + "x"}, "weak_password", None),
    ],
)
def test_a_bad_registration_is_refused(gateway: str, fields: dict[str, Any], code: str, field: str | None) -> None:
    client = Client(gateway)
    body = {"email": "ada@example.com", "username": "Ada", "password": PASSWORD, **fields}
    response = client.post("/user/register", **body)
    client.close()
    assert refusal(response) == (422, code)
    if field is not None:
        assert [detail["field"] for detail in response.json()["error"]["details"]] == [field]
    else:
        assert "details" not in response.json()["error"]
    for value in filter(None, map(str, fields.values())):
        assert value.strip() == "" or value not in response.text.replace(f'"{field}"', "")


def test_lone_surrogates_are_refused(gateway: str) -> None:
    client = Client(gateway)
    body = json.dumps({"email": "ada@example.com", "username": "Ada", "password": "a lone \ud800 surrogate 1"})
    responses = [
        client.request("POST", path, content=content, headers={"Content-Type": "application/json"})
        for path in ("/user/register", "/user/login")
        for content in (body, body.encode("utf-16"), b"\xff", "", "[]", "{", "null", "[" * 100_000)
    ]
    client.close()
    assert [refusal(response) for response in responses] == [(422, "validation_error")] * len(responses)


def test_passwords_of_minimum_and_maximum_length_work(new_client: NewClient) -> None:
    for number, password in enumerate(("abcdefg1", "a1" * 36, "密码密码12", "пароль-٣")):
        client = new_client()
        email = f"edge{number}@example.com"
        client.sign_in(client.post("/user/register", email=email, username="Edge", password=password))
        log_in(new_client(), email, password)


def test_registrations_of_one_email_at_once_make_one_account(
    new_client: NewClient, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = [new_client() for _ in range(6)]
    all_have_hashed = threading.Barrier(len(clients))

    def hash_and_wait(password: str) -> str:
        password_hash = hash_password(password)
        all_have_hashed.wait(timeout=10)
        return password_hash

    monkeypatch.setattr(service, "hash_password", hash_and_wait)
    responses = at_once(
        *(
            lambda client=client, email=email: client.post(
                "/user/register", email=email, username="Ada", password=PASSWORD
            )
            for client, email in zip(clients, ["ada@example.com", "Ada@example.com"] * 3, strict=True)
        )
    )
    assert sorted(response.status_code for response in responses) == [201] + [409] * 5
    with Session(database) as session:
        assert session.scalar(select(func.count()).select_from(User)) == 1


# Login


def test_logging_in(user: Client, new_client: NewClient) -> None:
    other = log_in(new_client(), user.email.upper())
    assert other.get("/user/me").json() == user.get("/user/me").json()


def test_a_failed_login_names_the_cause(user: Client, new_client: NewClient) -> None:
    client = new_client()
    unknown = client.post("/user/login", email="nobody@example.com", password=PASSWORD)
    assert refusal(unknown) == (404, "email_not_found")
    for password in ("wrong-horse-1", "", PASSWORD + "\0", PASSWORD.upper(), "x" * 100_000):
        response = client.post("/user/login", email=user.email, password=password)
        assert refusal(response) == (401, "wrong_password")


def test_a_password_is_compared_whole(new_client: NewClient) -> None:
    longest = "a1" * 36
    new_client().post("/user/register", email="long@example.com", username="Long", password=longest)
    response = new_client().post("/user/login", email="long@example.com", password=longest + "x")
    assert refusal(response) == (401, "wrong_password")


def test_an_unknown_email_costs_the_same_work(
    user: Client, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    work: list[str] = []
    check = bcrypt.checkpw

    def counted(password: bytes, hashed: bytes) -> bool:
        work.append(hashed[:7].decode())
        return check(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", counted)
    new_client().post("/user/login", email=user.email, password="wrong-horse-1")
    new_client().post("/user/login", email="nobody@example.com", password="wrong-horse-1")
    assert work == ["$2b$04$"] * 2


def test_a_hash_of_another_cost_is_replaced_at_login(
    user: Client, new_client: NewClient, database: Engine, settings: Settings
) -> None:
    settings(PASSWORD_HASH_COST="5")
    log_in(new_client(), user.email)
    with Session(database) as session:
        stored = session.scalars(select(User.password_hash).where(User.email == user.email)).one()
    assert stored.startswith("$2b$05$")
    log_in(new_client(), user.email)


# Refresh


def test_a_refresh_returns_a_new_pair(user: Client) -> None:
    before = dict(user.tokens)
    response = refresh(user)
    assert response.status_code == 200
    user.sign_in(response)
    assert user.tokens["refresh_token"] != before["refresh_token"]
    assert user.tokens["access_token"] != before["access_token"]
    assert user.get("/user/me").status_code == 200


def test_only_hashes_of_refresh_tokens_are_stored(user: Client, database: Engine) -> None:
    with Session(database) as session:
        row = session.scalars(select(RefreshToken)).one()
    token = user.tokens["refresh_token"]
    assert len(row.token_hash) == 64
    assert not any(isinstance(value, str) and (value in token or token in value) for value in _columns(row) - {row.id})
    assert row.id == tokens.read(token)["jti"]


def _columns(row: RefreshToken) -> set[Any]:
    return {getattr(row, column.key) for column in RefreshToken.__table__.columns} - {row.user_id, row.family_id}


def test_two_tabs_that_refresh_with_one_token_both_stay_logged_in(user: Client, new_client: NewClient) -> None:
    late = new_client()
    late.tokens = dict(user.tokens)
    user.sign_in(refresh(user))
    late.sign_in(refresh(late))
    assert tokens.read(late.tokens["refresh_token"])["fam"] == tokens.read(user.tokens["refresh_token"])["fam"]
    assert is_logged_in(user)
    assert is_logged_in(late)


def test_a_replayed_refresh_token_revokes_the_family(user: Client, new_client: NewClient, clock: Clock) -> None:
    other_login = log_in(new_client(), user.email)
    stolen = user.tokens["refresh_token"]
    user.sign_in(refresh(user))
    clock.advance(9.5)
    assert refresh(new_client(), stolen).status_code == 200
    clock.advance(1)

    assert refusal(refresh(new_client(), stolen)) == (401, "token_revoked")

    assert not is_logged_in(user)
    assert is_logged_in(other_login)


def test_the_grace_counts_from_the_first_use(user: Client, new_client: NewClient, clock: Clock) -> None:
    first = user.tokens["refresh_token"]
    for wait in (0, 6):
        clock.advance(wait)
        assert refresh(new_client(), first).status_code == 200
    clock.advance(6)
    assert refusal(refresh(new_client(), first)) == (401, "token_revoked")


def test_a_token_is_replayed_three_times_within_the_grace(user: Client, new_client: NewClient) -> None:
    first = user.tokens["refresh_token"]
    newest = [refresh(user, first) for _ in range(1 + 3)]
    assert [response.status_code for response in newest] == [200] * 4
    assert refusal(refresh(user, first)) == (401, "token_revoked")
    # Somebody who goes on with it is taken for a thief, and the login ends.
    for response in newest:
        login = new_client()
        login.sign_in(response)
        assert not is_logged_in(login)


def test_a_refresh_uses_the_users_current_group(user: Client, database: Engine) -> None:
    with Session(database) as session, session.begin():
        session.scalars(select(User).where(User.email == user.email)).one().group = "pro"
    assert tokens.read(user.tokens["access_token"])["group"] == "free"
    user.sign_in(refresh(user))
    claims = tokens.read(user.tokens["access_token"])
    assert (claims["group"], claims["scope"]) == ("pro", " ".join(GROUP_PERMISSIONS["pro"]))


def test_an_expired_refresh_token_is_refused_as_expired(user: Client) -> None:
    expired = tokens.changed(user.tokens["refresh_token"], exp=tokens.ago(31))
    assert refusal(refresh(user, expired)) == (401, "token_expired")


def test_a_signed_refresh_token_that_was_never_given_out_is_refused(user: Client) -> None:
    """As after a restore of the database, or by an attacker who has the signing key only."""
    for forged in (
        tokens.changed(user.tokens["refresh_token"], jti="018f0000-0000-7000-8000-000000000000"),
        tokens.changed(user.tokens["refresh_token"], extra="1"),
    ):
        assert refusal(refresh(user, forged)) == (401, "token_revoked")
    assert is_logged_in(user)


def test_a_key_is_rotated_without_logging_anyone_out(user: Client, settings: Settings) -> None:
    old, new = "an-old-signing-key-of-32-characters", "a-new-signing-key-of-32-characters!"
    settings(JWT_KEYS=f"old:{old}")
    user.sign_in(user.post("/user/login", email=user.email, password=PASSWORD))
    assert tokens.header(user.tokens["access_token"])["kid"] == "old"

    settings(JWT_KEYS=f"new:{new},old:{old}")
    assert user.get("/user/me").status_code == 200
    user.sign_in(refresh(user))
    assert tokens.header(user.tokens["refresh_token"])["kid"] == "new"

    settings(JWT_KEYS=f"new:{new}")
    assert is_logged_in(user)


def test_two_refreshes_at_the_same_instant_leave_one_family_and_nobody_is_logged_out(
    user: Client, new_client: NewClient, database: Engine
) -> None:
    tabs = [new_client() for _ in range(4)]
    for tab in tabs:
        tab.tokens = dict(user.tokens)
    for tab, response in zip(tabs, at_once(*(lambda tab=tab: refresh(tab) for tab in tabs)), strict=True):
        tab.sign_in(response)
    assert len({tab.tokens["refresh_token"] for tab in tabs}) == len(tabs)
    with Session(database) as session:
        assert session.scalar(select(func.count(RefreshToken.family_id.distinct()))) == 1
        assert session.scalar(select(func.count()).where(RefreshToken.revoked_at.is_not(None))) == 0
    assert all(is_logged_in(tab) for tab in tabs)


# Logout


def test_logging_out_ends_this_login_and_no_other(user: Client, new_client: NewClient) -> None:
    other_login = log_in(new_client(), user.email)
    response = user.post("/user/logout", token="refresh_token")
    assert (response.status_code, response.content) == (204, b"")
    assert not is_logged_in(user)
    assert refusal(user.post("/user/logout", token="refresh_token")) == (401, "token_revoked")
    assert is_logged_in(other_login)


def test_the_grace_period_ends_with_a_logout(user: Client, new_client: NewClient) -> None:
    before = user.tokens["refresh_token"]
    user.sign_in(refresh(user))
    user.post("/user/logout", token="refresh_token")
    assert refusal(refresh(new_client(), before)) == (401, "token_revoked")


# The profile


def test_changing_the_username(user: Client) -> None:
    response = user.post("/user/me/username", username="  Countess Lovelace ")
    assert response.status_code == 200
    assert response.json() == user.get("/user/me").json()
    assert response.json()["username"] == "Countess Lovelace"
    for username in ("", " \t ", "x" * 65, None):
        assert refusal(user.post("/user/me/username", username=username)) == (422, "validation_error")


def test_changing_the_email(user: Client, new_client: NewClient) -> None:
    before = user.email
    response = user.post("/user/me/email", email="New.Address@Example.com")
    assert response.status_code == 200
    assert response.json()["email"] == "new.address@example.com"
    log_in(new_client(), "new.address@example.com")
    assert refusal(new_client().post("/user/login", email=before, password=PASSWORD)) == (404, "email_not_found")
    assert user.post("/user/me/email", email="NEW.address@example.com").status_code == 200
    assert refusal(user.post("/user/me/email", email="nonsense")) == (422, "validation_error")


def test_the_email_of_another_account_is_refused(new_user: NewClient) -> None:
    one, other = new_user(), new_user()
    assert refusal(one.post("/user/me/email", email=other.email.upper())) == (409, "email_taken")
    assert one.get("/user/me").json()["email"] == one.email


def test_of_concurrent_changes_to_one_email_one_succeeds(
    new_user: NewClient, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    changing = [new_user() for _ in range(4)]
    # SQLite allows one writing transaction at a time; on MariaDB all transactions start before one continues.
    all_have_started = threading.Barrier(len(changing) if database.dialect.name == "mysql" else 1)
    lock_user = users.lock_user

    def lock_and_wait(session: Session, user_id: str) -> User | None:
        user = lock_user(session, user_id)
        all_have_started.wait(timeout=10)
        return user

    with monkeypatch.context() as patch:
        patch.setattr(users, "lock_user", lock_and_wait)
        responses = at_once(
            *(lambda user=user: user.post("/user/me/email", email="wanted@example.com") for user in changing)
        )
    assert sorted(response.status_code for response in responses) == [200, 409, 409, 409]
    emails = [user.get("/user/me").json()["email"] for user in changing]
    assert emails.count("wanted@example.com") == 1


# The password


def change_password(client: Client, new: str = NEW_PASSWORD, confirmation: str | None = None) -> Any:
    return client.post(
        "/user/me/password", token="refresh_token", new_password=new, confirm_password=confirmation or new
    )


def test_a_new_password_ends_every_older_login(user: Client, new_client: NewClient) -> None:
    elsewhere = log_in(new_client(), user.email)
    here_before = new_client()
    here_before.tokens = dict(user.tokens)

    response = change_password(user)
    assert response.status_code == 200
    user.sign_in(response)

    assert not is_logged_in(elsewhere)
    assert not is_logged_in(here_before)
    assert is_logged_in(user)
    old = new_client().post("/user/login", email=user.email, password=PASSWORD)
    assert refusal(old) == (401, "wrong_password")
    log_in(new_client(), user.email, NEW_PASSWORD)


def test_a_bad_new_password_changes_nothing(user: Client, new_client: NewClient) -> None:
    assert refusal(change_password(user, confirmation="different-horse-2")) == (422, "password_mismatch")
    assert refusal(change_password(user, "weak")) == (422, "weak_password")
    missing = user.post("/user/me/password", token="refresh_token", new_password=NEW_PASSWORD)
    assert refusal(missing) == (422, "validation_error")
    log_in(new_client(), user.email)
    assert is_logged_in(user)


def test_a_login_with_the_old_password_fails_during_a_password_change(
    user: Client, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changes the password while a login verifies the old one."""

    def change_meanwhile(password: str, password_hash: str | None) -> bool:
        matches = verify_password(password, password_hash)
        assert change_password(user).status_code == 200
        return matches

    monkeypatch.setattr(service, "verify_password", change_meanwhile)
    response = new_client().post("/user/login", email=user.email, password=PASSWORD)
    assert refusal(response) == (401, "wrong_password")


def test_concurrent_account_calls_never_deadlock(user: Client, new_client: NewClient) -> None:
    """Concurrent refreshes, a password change, logins and a logout of one user serialize without deadlocks."""
    logins = [log_in(new_client(), user.email) for _ in range(6)]
    leaving = log_in(new_client(), user.email)
    responses = at_once(
        lambda: change_password(user),
        *(lambda login=login: refresh(login) for login in logins),
        *(lambda: new_client().post("/user/login", email=user.email, password=PASSWORD) for _ in range(2)),
        lambda: leaving.post("/user/logout", token="refresh_token"),
    )
    assert [response.status_code for response in responses if response.status_code not in (200, 204, 401)] == []
    user.sign_in(responses[0])
    for login, response in zip(logins, responses[1:7], strict=True):
        if response.status_code == 200:
            login.sign_in(response)
    # The password change revoked every other login, whether it was opened or refreshed before.
    assert not any(is_logged_in(login) for login in [*logins, leaving])
    assert is_logged_in(user)


# Sessions


def sessions(client: Client) -> list[dict[str, Any]]:
    response = client.get("/user/session")
    assert response.status_code == 200
    items: list[dict[str, Any]] = response.json()["items"]
    return items


def test_the_logins_of_a_user_are_listed(user: Client, new_client: NewClient, new_user: NewClient) -> None:
    new_user()
    phone = new_client()
    phone.headers = {"User-Agent": "A phone"}
    log_in(phone, user.email)
    user.headers = {"User-Agent": "A laptop, newer"}
    user.sign_in(refresh(user))

    laptop, other = sessions(user)

    assert (laptop["current"], laptop["device"], laptop["address"]) == (True, "A laptop, newer", "127.0.0.1")
    assert (other["current"], other["device"]) == (False, "A phone")
    assert laptop["created_at"] < other["created_at"] < laptop["last_used_at"]
    assert other["created_at"] == other["last_used_at"]
    assert [session["current"] for session in sessions(phone)] == [False, True]


def test_a_login_that_ended_is_not_listed(user: Client, new_client: NewClient) -> None:
    phone = log_in(new_client(), user.email)
    assert len(sessions(user)) == 2
    phone.post("/user/logout", token="refresh_token")
    assert [session["current"] for session in sessions(user)] == [True]


def test_a_revoked_login_ends(user: Client, new_client: NewClient, new_user: NewClient) -> None:
    phone, tablet, stranger = log_in(new_client(), user.email), log_in(new_client(), user.email), new_user()
    ids = [next(session["id"] for session in sessions(client) if session["current"]) for client in (phone, stranger)]

    response = user.post("/user/session/revoke", ids=[*ids, "unknown"])

    assert (response.status_code, response.json()) == (200, {"revoked": 1})
    assert not is_logged_in(phone)
    assert is_logged_in(tablet)
    assert is_logged_in(stranger)
    assert user.post("/user/session/revoke", ids=ids).json() == {"revoked": 0}


# Limits


_ASSERTION = {
    "id": "x",
    "response": {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA"},
}
_PUBLIC_CALLS: dict[str, dict[str, Any]] = {
    "/user/register": {"email": "new@example.com", "username": "New", "password": PASSWORD},
    "/user/login": {"email": "nobody@example.com", "password": PASSWORD},
    "/user/login/mfa": {"code": "000000"},
    "/user/login/mfa/passkey/start": {},
    "/user/login/mfa/passkey/finish": {"credential": _ASSERTION},
    "/user/passkey/login/start": {},
    "/user/passkey/login/finish": {"credential": _ASSERTION},
    "/user/oidc/start": {"provider": "x"},
    "/user/oidc/finish": {"code": "x", "state": "x", "secret": "x"},
    "/user/oidc/link": {"password": PASSWORD},
    "/user/refresh": {},
    "/user/logout": {},
    "/user/me/password": {"new_password": NEW_PASSWORD, "confirm_password": NEW_PASSWORD},
    "/user/me/delete": {},
    "/user/password/forgot": {"email": "nobody@example.com"},
    "/user/password/reset": {"token": "x", "new_password": NEW_PASSWORD, "confirm_password": NEW_PASSWORD},
    "/user/email/verify": {"token": "x"},
}


def test_every_call_without_an_access_token_is_limited_by_address(user: Client, settings: Settings) -> None:
    paths = user.get("/user/openapi.json").json()["paths"]
    public = {
        path
        for path, methods in paths.items()
        for operation in methods.values()
        if not any("access_token" in scheme for scheme in operation.get("security", ()))
    }
    assert public == {*_PUBLIC_CALLS, "/user/options", "/user/oidc", "/user/health"}

    settings(PUBLIC_CALLS_PER_ADDRESS="0", MAIL_FROM="chat@example.org")
    for path in ("/user/options", "/user/oidc"):
        assert_limited(user.request("GET", path), 300)
    headers = {"Authorization": f"Bearer {user.tokens['refresh_token']}"}
    for path, body in _PUBLIC_CALLS.items():
        assert_limited(user.request("POST", path, headers=headers, json=body), 300)
    assert user.get("/user/me").status_code == 200


def test_changes_of_the_email_are_limited_per_day(user: Client, new_user: NewClient, settings: Settings) -> None:
    settings(EMAIL_CHANGES_PER_USER_PER_DAY="2")
    other = new_user()
    assert refusal(user.post("/user/me/email", email=other.email)) == (409, "email_taken")
    assert user.post("/user/me/email", email="mine@example.com").status_code == 200
    assert_limited(user.post("/user/me/email", email="other@example.com"), 24 * 3600)
    assert other.post("/user/me/email", email="theirs@example.com").status_code == 200


def log_in_from(address: str, email: str, password: str = PASSWORD, device_token: str | None = None) -> TokenPair:
    pair = service.login(email, password, Device("tests", address), device_token)
    assert isinstance(pair, TokenPair)
    for secret in (pair.access_token, pair.refresh_token, pair.device_token):
        assert secret is not None
        keep_secret(secret)
    return pair


def guess_from(address: str, email: str, device_token: str | None = None) -> None:
    with pytest.raises(WrongPassword):
        log_in_from(address, email, "wrong-horse-1", device_token)


def test_guesses_from_elsewhere_do_not_lock_the_user_out(user: Client, settings: Settings) -> None:
    settings(FAILED_LOGINS_PER_EMAIL="3")
    for _ in range(3):
        with pytest.raises(WrongPassword):
            log_in_from("192.0.2.1", user.email, "wrong-horse-1")
    with pytest.raises(RateLimited):
        log_in_from("192.0.2.1", user.email)
    log_in_from("192.0.2.2", user.email)


def test_guesses_from_many_addresses_lock_out_only_new_addresses(user: Client, settings: Settings) -> None:
    settings(FAILED_LOGINS_PER_EMAIL_IN_ALL="4")
    log_in_from("2001:db8:1:2::1", user.email)
    for number in range(4):
        with pytest.raises(WrongPassword):
            log_in_from(f"192.0.2.{number}", user.email, "wrong-horse-1")
    with pytest.raises(RateLimited):
        log_in_from("192.0.2.200", user.email)
    # Another address of the same network.
    log_in_from("2001:db8:1:2::99", user.email)
    assert user.post("/user/login", email=user.email, password=PASSWORD).status_code == 200


def test_guesses_do_not_lock_out_a_device_of_an_earlier_login(user: Client, settings: Settings) -> None:
    """Neither from its own network address, as behind a carrier's NAT, nor from many addresses."""
    settings(FAILED_LOGINS_PER_EMAIL="3", FAILED_LOGINS_PER_EMAIL_IN_ALL="6")
    device_token = user.tokens["device_token"]
    for address in ("192.0.2.1", "192.0.2.2"):
        for _ in range(3):
            guess_from(address, user.email)
    for address in ("192.0.2.1", "192.0.2.3"):
        with pytest.raises(RateLimited):
            log_in_from(address, user.email)
        # The token of a new login works, too.
        device_token = log_in_from(address, user.email, device_token=device_token).device_token


def test_guesses_on_a_device_of_an_earlier_login_are_limited(user: Client, settings: Settings) -> None:
    """A stolen device token allows one more window of guesses, after which it is worth nothing."""
    settings(FAILED_LOGINS_PER_EMAIL="2")
    stolen = user.tokens["device_token"]
    # Two on the device, then two by address.
    for _ in range(4):
        guess_from("192.0.2.1", user.email, stolen)
    with pytest.raises(RateLimited):
        log_in_from("192.0.2.1", user.email, device_token=stolen)
    # A right password on the device is not counted.
    settings(FAILED_LOGINS_PER_EMAIL="10")
    for _ in range(12):
        log_in_from("192.0.2.2", user.email, device_token=stolen)


@pytest.mark.parametrize("kind", ["another user's", "an access token", "a refresh token", "expired", "forged", "text"])
def test_a_token_that_is_not_of_the_users_device_exempts_from_nothing(
    user: Client, new_user: NewClient, settings: Settings, kind: str
) -> None:
    settings(FAILED_LOGINS_PER_EMAIL="2")
    user_id = user.get("/user/me").json()["id"]
    genuine = user.tokens["device_token"]
    tokens_by_kind: dict[str, Callable[[], str]] = {
        "another user's": lambda: new_user().tokens["device_token"],
        "an access token": lambda: user.tokens["access_token"],
        "a refresh token": lambda: user.tokens["refresh_token"],
        "expired": lambda: issue_device_token(user_id, utc_now() - timedelta(days=200)),
        "forged": lambda: genuine[:-6] + "AAAAAA",
        "text": lambda: "a device",
    }
    token = tokens_by_kind[kind]()
    keep_secret(token)
    for _ in range(2):
        guess_from("192.0.2.1", user.email, token)
    with pytest.raises(RateLimited):
        log_in_from("192.0.2.1", user.email, device_token=token)


def test_a_device_token_opens_nothing(user: Client) -> None:
    user.tokens = {"access_token": user.tokens["device_token"], "refresh_token": user.tokens["device_token"]}
    assert user.get("/user/me").status_code == 401
    assert user.post("/user/refresh", token="refresh_token").status_code == 401


def test_registrations_are_limited_by_ipv6_network(database: Engine, settings: Settings) -> None:
    settings(REGISTRATIONS_PER_NETWORK_PER_HOUR="2")

    def register(number: int, address: str) -> None:
        device = Device("tests", address)
        pair = service.register(f"n{number}@example.com", "N", PASSWORD, None, device)
        for secret in (pair.access_token, pair.refresh_token, pair.device_token):
            assert secret is not None
            keep_secret(secret)

    register(1, "2001:db8:1:1::1")
    register(2, "2001:db8:1:2::1")
    with pytest.raises(RateLimited):
        register(3, "2001:db8:1:3::1")
    register(4, "2001:db8:2:1::1")


def fail_login(client: Client, email: str) -> Any:
    return client.post("/user/login", email=email, password="wrong-horse-1")


def assert_limited(response: Any, window_seconds: int) -> None:
    assert refusal(response) == (429, "rate_limited")
    assert 1 <= int(response.headers["retry-after"]) <= window_seconds


def test_failed_logins_are_limited_by_email(new_user: NewClient, clock: Clock) -> None:
    user, other = new_user(), new_user()
    for _ in range(10):
        assert fail_login(user, user.email).status_code == 401
    assert_limited(fail_login(user, user.email.upper()), 24 * 3600)
    limited = user.post("/user/login", email=user.email, password=PASSWORD)
    assert_limited(limited, 24 * 3600)
    log_in(other, other.email)

    clock.advance(int(limited.headers["retry-after"]))
    assert user.post("/user/login", email=user.email, password=PASSWORD).status_code == 200


def test_successful_logins_are_not_counted(user: Client, settings: Settings) -> None:
    settings(FAILED_LOGINS_PER_EMAIL="2", FAILED_LOGINS_PER_ADDRESS="2")
    fail_login(user, user.email)
    for _ in range(3):
        log_in(user, user.email)
    fail_login(user, user.email)
    assert_limited(fail_login(user, user.email), 24 * 3600)


def test_unknown_emails_are_counted_like_known_ones(new_client: NewClient, settings: Settings) -> None:
    settings(FAILED_LOGINS_PER_EMAIL="2")
    codes = [fail_login(new_client(), "nobody@example.com").status_code for _ in range(3)]
    assert codes == [404, 404, 429]


def test_failed_logins_are_limited_by_address(new_client: NewClient, settings: Settings) -> None:
    settings(FAILED_LOGINS_PER_ADDRESS="3")
    client = new_client()
    for number in range(3):
        assert fail_login(client, f"guess{number}@example.com").status_code == 404
    # The client's own address headers have no effect.
    client.headers = {"X-Forwarded-For": "203.0.113.7", "X-Real-IP": "203.0.113.7", "Forwarded": "for=203.0.113.7"}
    assert_limited(fail_login(client, "guess4@example.com"), 24 * 3600)


def test_concurrent_guesses_are_all_counted(user: Client, new_client: NewClient, settings: Settings) -> None:
    settings(FAILED_LOGINS_PER_EMAIL="3")
    clients = [new_client() for _ in range(8)]
    responses = at_once(*(lambda client=client: fail_login(client, user.email) for client in clients))
    assert sorted(response.status_code for response in responses) == [401] * 3 + [429] * 5


def test_registrations_are_limited_by_address(new_client: NewClient, settings: Settings, clock: Clock) -> None:
    settings(REGISTRATIONS_PER_ADDRESS_PER_HOUR="2")

    def register(number: int) -> Any:
        return new_client().post("/user/register", email=f"r{number}@example.com", username="R", password=PASSWORD)

    assert [register(number).status_code for number in range(2)] == [201, 201]
    limited = register(3)
    assert_limited(limited, 3600)
    clock.advance(int(limited.headers["retry-after"]))
    assert register(4).status_code == 201


def test_refreshes_are_limited_by_login(
    user: Client, new_user: NewClient, new_client: NewClient, settings: Settings
) -> None:
    other_login, other_user = log_in(new_client(), user.email), new_user()
    settings(REFRESHES_PER_LOGIN_PER_HOUR="2")
    for _ in range(2):
        user.sign_in(refresh(user))
    for _ in range(2):
        assert_limited(refresh(user), 3600)
    assert user.get("/user/me").status_code == 200
    assert refresh(other_login).status_code == 200
    assert refresh(other_user).status_code == 200


def test_a_limited_refresh_leaves_the_token_for_later(user: Client, settings: Settings, clock: Clock) -> None:
    settings(REFRESHES_PER_LOGIN_PER_HOUR="1")
    user.sign_in(refresh(user))
    limited = refresh(user)
    assert_limited(limited, 3600)
    clock.advance(int(limited.headers["retry-after"]))
    assert refresh(user).status_code == 200


def test_repeating_a_revoked_refresh_token_locks_nobody_out(
    user: Client, new_client: NewClient, settings: Settings
) -> None:
    dead = user.tokens["refresh_token"]
    user.post("/user/logout", token="refresh_token")
    settings(REFRESHES_PER_LOGIN_PER_HOUR="2")
    log_in(user, user.email)

    for _ in range(5):
        assert refusal(refresh(new_client(), dead)) == (401, "token_revoked")

    for _ in range(2):
        user.sign_in(refresh(user))


# Content of errors


def test_an_error_never_repeats_what_was_sent(user: Client) -> None:
    secret = "s3cret-value-of-a-field"
    keep_secret(secret)
    for path, token in (
        ("/user/register", ""),
        ("/user/login", ""),
        ("/user/me/username", "access_token"),
        ("/user/me/email", "access_token"),
        ("/user/me/password", "refresh_token"),
    ):
        for body in (
            {name: [secret] for name in ("email", "username", "password", "new_password", "confirm_password")},
            {"email": secret, "stray": secret, "password": {"nested": secret}},
        ):
            response = user.post(path, token=token, **body)
            assert refusal(response) == (422, "validation_error")
            assert response.json()["error"]["details"]
            assert secret not in response.text
