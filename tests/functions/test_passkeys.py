"""Passkeys: to log in, as a second factor, and to authenticate again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from functions.user import passkeys
from shared.db.models import Identity, LoginChallenge, OutgoingMail, Passkey, RecoveryCode, User
from shared.db.types import utc_now
from tests.conftest import PASSWORD
from tests.functions.test_reauthentication import age_logins
from tests.functions.test_user import is_logged_in, refusal
from tests.support.api import Client
from tests.support.authenticator import SoftAuthenticator
from tests.support.concurrency import at_once
from tests.support.log_watch import keep_secret

NewClient = Callable[[], Client]
Settings = Callable[..., None]
INVALID = (401, "wrong_passkey")


def options(response: Any) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()["options"]
    return found


def add(user: Client, authenticator: SoftAuthenticator, name: str = "Laptop") -> Any:
    credential = authenticator.create(options(user.post("/user/passkey/start")))
    return user.post("/user/passkey/finish", name=name, credential=credential)


def log_in(client: Client, authenticator: SoftAuthenticator) -> Any:
    credential = authenticator.get(options(client.post("/user/passkey/login/start")))
    return client.post("/user/passkey/login/finish", credential=credential)


def second_step(client: Client, email: str) -> dict[str, str]:
    """The headers of the second step of a login with the password."""
    step = client.request("POST", "/user/login", json={"email": email, "password": PASSWORD}).json()
    keep_secret(step["mfa_token"])
    return {"Authorization": f"Bearer {step['mfa_token']}"}


def finish(client: Client, step: dict[str, str], authenticator: SoftAuthenticator) -> Any:
    started = client.request("POST", "/user/login/mfa/passkey/start", headers=step)
    body = {"credential": authenticator.get(options(started))}
    return client.request("POST", "/user/login/mfa/passkey/finish", headers=step, json=body)


@pytest.fixture
def authenticator() -> SoftAuthenticator:
    return SoftAuthenticator()


@pytest.fixture
def passkey(user: Client, authenticator: SoftAuthenticator) -> dict[str, Any]:
    """The user's passkey, as its addition answered it."""
    response = add(user, authenticator)
    assert response.status_code == 201, response.text
    added: dict[str, Any] = response.json()
    for code in added["recovery_codes"]:
        keep_secret(code)
    return added


def test_a_passkey_is_added_listed_renamed_and_removed(user: Client, passkey: dict[str, Any], database: Engine) -> None:
    assert (passkey["name"], passkey["backed_up"], passkey["last_used_at"]) == ("Laptop", True, None)
    assert len(passkey["recovery_codes"]) == 10
    renamed = user.post("/user/passkey/rename", id=passkey["id"], name=" Phone ").json()
    assert user.get("/user/passkey").json() == {"items": [renamed]}
    assert renamed["name"] == "Phone"
    assert user.get("/user/mfa").json() == {"password": True, "totp": False, "passkeys": True, "recovery_codes": 10}
    assert user.post("/user/passkey/remove", id=passkey["id"]).status_code == 204
    assert user.get("/user/passkey").json() == {"items": []}
    # The recovery codes go with the last factor.
    assert user.get("/user/mfa").json() == {"password": True, "totp": False, "passkeys": False, "recovery_codes": 0}
    assert refusal(user.post("/user/passkey/remove", id=passkey["id"])) == (404, "not_found")


def test_the_options_ask_for_a_passkey_that_verifies_its_user(user: Client, passkey: dict[str, Any]) -> None:
    creation = options(user.post("/user/passkey/start"))
    assert creation["rp"] == {"id": "localhost", "name": "Chat"}
    assert creation["authenticatorSelection"]["residentKey"] == "required"
    assert creation["authenticatorSelection"]["userVerification"] == "required"
    assert len(creation["excludeCredentials"]) == 1


def test_a_passkey_logs_in_by_itself(
    user: Client, passkey: dict[str, Any], authenticator: SoftAuthenticator, new_client: NewClient
) -> None:
    client = new_client()
    client.sign_in(log_in(client, authenticator))
    assert client.get("/user/me").json()["email"] == user.email
    assert user.get("/user/passkey").json()["items"][0]["last_used_at"] is not None


def test_the_options_of_a_login_reveal_no_account(user: Client, passkey: dict[str, Any], new_client: NewClient) -> None:
    first, second = (options(new_client().post("/user/passkey/login/start")) for _ in range(2))
    assert first.pop("challenge") != second.pop("challenge")
    assert first == second == {"rpId": "localhost", "allowCredentials": [], "userVerification": "required"}


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://chat.example.net"},
        {"origin": "http://localhost.example.net:5173"},
        {"rp_id": "example.net"},
        {"verifies_user": False},
        {"credential_id": b"of nobody"},
    ],
    ids=lambda change: "-".join(change),
)
def test_a_response_of_another_site_or_without_its_user_is_refused(
    passkey: dict[str, Any], authenticator: SoftAuthenticator, new_client: NewClient, change: dict[str, Any]
) -> None:
    client = new_client()
    assert refusal(log_in(client, replace(authenticator, **change))) == INVALID


@pytest.mark.parametrize(
    "change", [{"origin": "https://chat.example.net"}, {"rp_id": "x.net"}, {"verifies_user": False}]
)
def test_a_passkey_of_another_site_or_without_its_user_is_not_added(user: Client, change: dict[str, Any]) -> None:
    assert refusal(add(user, SoftAuthenticator(**change))) == INVALID
    assert user.get("/user/passkey").json() == {"items": []}


def test_a_signature_of_another_key_is_refused(
    passkey: dict[str, Any], authenticator: SoftAuthenticator, new_client: NewClient
) -> None:
    copy = SoftAuthenticator(credential_id=authenticator.credential_id)
    assert refusal(log_in(new_client(), copy)) == INVALID


def test_malformed_responses_are_refused(
    user: Client, passkey: dict[str, Any], authenticator: SoftAuthenticator, new_client: NewClient
) -> None:
    client = new_client()
    for field in ("clientDataJSON", "authenticatorData", "signature"):
        for value in ("AAAA", "a", "bm90IGpzb24", "_" * 999):
            credential = authenticator.get(options(client.post("/user/passkey/login/start")))
            credential["response"][field] = value
            assert refusal(client.post("/user/passkey/login/finish", credential=credential)) == INVALID
    for field in ("clientDataJSON", "attestationObject"):
        for value in ("AAAA", "a", "o2Nmb", "_" * 999):
            credential = SoftAuthenticator().create(options(user.post("/user/passkey/start")))
            credential["response"][field] = value
            assert refusal(user.post("/user/passkey/finish", name="x", credential=credential)) == INVALID


def test_a_challenge_is_used_once_even_by_a_wrong_response(
    passkey: dict[str, Any], authenticator: SoftAuthenticator, new_client: NewClient
) -> None:
    client = new_client()
    started = options(client.post("/user/passkey/login/start"))
    wrong = replace(authenticator, verifies_user=False).get(started)
    assert refusal(client.post("/user/passkey/login/finish", credential=wrong)) == INVALID
    assert refusal(client.post("/user/passkey/login/finish", credential=authenticator.get(started))) == INVALID
    started = options(client.post("/user/passkey/login/start"))
    credential = authenticator.get(started)
    answers = at_once(*[lambda: new_client().post("/user/passkey/login/finish", credential=credential)] * 3)
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401]


def test_a_challenge_is_of_use_for_five_minutes(
    passkey: dict[str, Any], authenticator: SoftAuthenticator, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = new_client()
    in_time, late = (options(client.post("/user/passkey/login/start")) for _ in range(2))
    monkeypatch.setattr(passkeys, "utc_now", lambda: utc_now() + timedelta(seconds=290))
    assert client.post("/user/passkey/login/finish", credential=authenticator.get(in_time)).status_code == 200
    monkeypatch.setattr(passkeys, "utc_now", lambda: utc_now() + timedelta(seconds=301))
    assert refusal(client.post("/user/passkey/login/finish", credential=authenticator.get(late))) == INVALID


def test_a_challenge_serves_its_purpose_and_user_only(
    user: Client, passkey: dict[str, Any], authenticator: SoftAuthenticator, new_user: NewClient, new_client: NewClient
) -> None:
    again = options(user.post("/user/reauthenticate/passkey/start"))
    assert refusal(new_client().post("/user/passkey/login/finish", credential=authenticator.get(again))) == INVALID
    other = new_user()
    theirs = options(other.post("/user/passkey/start"))
    credential = SoftAuthenticator().create(theirs)
    assert refusal(user.post("/user/passkey/finish", name="x", credential=credential)) == INVALID


def test_a_login_with_the_password_needs_the_passkey(
    user: Client, passkey: dict[str, Any], authenticator: SoftAuthenticator, new_client: NewClient
) -> None:
    client = new_client()
    step = client.post("/user/login", email=user.email, password=PASSWORD).json()
    assert step["methods"] == ["passkey", "recovery"]
    second = second_step(client, user.email)
    client.sign_in(finish(client, second, authenticator))
    assert is_logged_in(client)
    # Once.
    started = client.request("POST", "/user/login/mfa/passkey/start", headers=second)
    assert refusal(started) == (401, "token_expired")


def test_a_recovery_code_replaces_a_lost_passkey(user: Client, passkey: dict[str, Any], new_client: NewClient) -> None:
    client = new_client()
    response = client.request(
        "POST", "/user/login/mfa", headers=second_step(client, user.email), json={"code": passkey["recovery_codes"][0]}
    )
    assert response.status_code == 200


def test_a_passkey_of_another_user_completes_no_login(
    user: Client, passkey: dict[str, Any], new_user: NewClient, new_client: NewClient, settings: Settings
) -> None:
    other, theirs = new_user(), SoftAuthenticator()
    assert add(other, theirs).status_code == 201
    client = new_client()
    assert refusal(finish(client, second_step(client, user.email), theirs)) == INVALID
    settings(FAILED_CODES_PER_USER="2")
    assert refusal(finish(client, second_step(client, user.email), theirs)) == INVALID
    # Counted together with wrong codes.
    assert refusal(finish(client, second_step(client, user.email), theirs)) == (429, "rate_limited")


def test_a_counter_that_goes_back_is_refused_and_reported(
    user: Client,
    passkey: dict[str, Any],
    authenticator: SoftAuthenticator,
    new_client: NewClient,
    database: Engine,
    settings: Settings,
) -> None:
    settings(MAIL_FROM="Chat <chat@example.org>", SMTP_URL="smtp://127.0.0.1:1")
    client = new_client()
    authenticator.sign_count = 5
    assert log_in(client, authenticator).status_code == 200
    for count in (5, 4, 0):
        authenticator.sign_count = count
        assert refusal(log_in(client, authenticator)) == INVALID
    authenticator.sign_count = 6
    assert log_in(client, authenticator).status_code == 200
    with Session(database) as session:
        kinds = session.scalars(select(OutgoingMail.kind)).all()
    assert kinds.count("passkey_refused") == 3


def test_an_added_and_a_removed_passkey_are_reported_by_mail(
    user: Client, authenticator: SoftAuthenticator, database: Engine, settings: Settings
) -> None:
    settings(MAIL_FROM="Chat <chat@example.org>", SMTP_URL="smtp://127.0.0.1:1")
    added = add(user, authenticator, "Claim your prize at evil.example").json()
    assert user.post("/user/passkey/remove", id=added["id"]).status_code == 204
    with Session(database) as session:
        mails = session.scalars(select(OutgoingMail).where(OutgoingMail.kind.like("passkey%"))).all()
        assert sorted(mail.kind for mail in mails) == ["passkey_added", "passkey_removed"]
        # Whoever registered somebody's address must not write to them.
        assert not [mail for mail in mails if "evil" in str(mail.parameters)]


def test_a_passkey_authenticates_again(
    user: Client, passkey: dict[str, Any], authenticator: SoftAuthenticator, database: Engine
) -> None:
    age_logins(database)
    for path, body in {"start": {}, "remove": {"id": passkey["id"]}}.items():
        assert refusal(user.post(f"/user/passkey/{path}", **body)) == (403, "reauthentication_required")
    started = options(user.post("/user/reauthenticate/passkey/start"))
    assert len(started["allowCredentials"]) == 1
    credential = authenticator.get(started)
    assert user.post("/user/reauthenticate/passkey/finish", credential=credential).status_code == 204
    assert user.get("/user/me/export").status_code == 200


def test_the_only_way_to_log_in_is_not_removed(
    user: Client, passkey: dict[str, Any], authenticator: SoftAuthenticator, new_client: NewClient, database: Engine
) -> None:
    with database.begin() as connection:
        connection.execute(update(User).values(password_hash=""))
    assert refusal(user.post("/user/passkey/remove", id=passkey["id"])) == (409, "last_sign_in")
    client = new_client()
    client.sign_in(log_in(client, authenticator))
    second = add(client, SoftAuthenticator()).json()
    assert second["recovery_codes"] is None
    assert client.post("/user/passkey/remove", id=passkey["id"]).status_code == 204
    assert refusal(log_in(client, authenticator)) == INVALID
    # Another provider is a way to log in, too, and either may be the last.
    with Session(database) as session, session.begin():
        row = session.scalars(select(User.id).where(User.email == user.email)).one()
        identity = Identity(
            id="i1", user_id=row, issuer="https://id.example", subject="s", created_at=utc_now(), last_used_at=utc_now()
        )
        session.add(identity)
    assert client.post("/user/passkey/remove", id=second["id"]).status_code == 204
    assert refusal(client.post("/user/identity/remove", id="i1")) == (409, "last_sign_in")


def test_a_passkey_of_another_user_is_not_found(user: Client, passkey: dict[str, Any], new_user: NewClient) -> None:
    other = new_user()
    assert refusal(other.post("/user/passkey/rename", id=passkey["id"], name="mine")) == (404, "not_found")
    assert refusal(other.post("/user/passkey/remove", id=passkey["id"])) == (404, "not_found")
    assert other.get("/user/passkey").json() == {"items": []}
    assert [item["name"] for item in user.get("/user/passkey").json()["items"]] == ["Laptop"]


def test_a_credential_belongs_to_one_account(
    passkey: dict[str, Any], authenticator: SoftAuthenticator, new_user: NewClient
) -> None:
    assert refusal(add(new_user(), authenticator)) == (409, "passkey_exists")


def test_an_account_has_a_limited_number_of_passkeys(user: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passkeys, "MAX_PASSKEYS", 1)
    starts = [options(user.post("/user/passkey/start")) for _ in range(2)]
    bodies = [{"name": "x", "credential": SoftAuthenticator().create(started)} for started in starts]
    answers = at_once(*[lambda body=body: user.post("/user/passkey/finish", **body) for body in bodies])
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert refusal(user.post("/user/passkey/start")) == (409, "too_many_passkeys")


def test_failed_logins_with_passkeys_are_limited_by_address(
    passkey: dict[str, Any], authenticator: SoftAuthenticator, new_client: NewClient, settings: Settings
) -> None:
    settings(FAILED_LOGINS_PER_ADDRESS="2")
    client = new_client()
    assert log_in(client, authenticator).status_code == 200
    wrong = replace(authenticator, verifies_user=False)
    assert [log_in(client, wrong).status_code for _ in range(3)] == [401, 401, 429]


def test_a_disabled_account_does_not_log_in_with_a_passkey(
    user: Client, passkey: dict[str, Any], authenticator: SoftAuthenticator, new_client: NewClient, database: Engine
) -> None:
    with database.begin() as connection:
        connection.execute(update(User).where(User.email == user.email).values(disabled_at=utc_now()))
    assert refusal(log_in(new_client(), authenticator)) == (403, "account_disabled")


def test_the_export_names_passkeys_and_a_deleted_account_has_none(
    user: Client, passkey: dict[str, Any], authenticator: SoftAuthenticator, new_client: NewClient, database: Engine
) -> None:
    (item,) = [item for item in user.get("/user/me/export").json()["items"] if item["kind"] == "passkey"]
    assert item.keys() == {"kind", "id", "name", "created_at", "last_used_at"}
    assert user.post("/user/me/delete", token="refresh_token").status_code == 202
    assert refusal(log_in(new_client(), authenticator)) == INVALID
    with Session(database) as session:
        assert [session.scalar(select(func.count()).select_from(table)) for table in (Passkey, RecoveryCode)] == [0, 0]


def test_a_server_without_an_address_has_no_passkeys(user: Client, settings: Settings, database: Engine) -> None:
    assert user.request("GET", "/user/options").json()["passkeys"] is True
    settings(SITE_URL="auto", CORS_ORIGINS="")
    assert user.request("GET", "/user/options").json()["passkeys"] is False
    assert refusal(user.post("/user/passkey/login/start")) == (403, "passkeys_unavailable")
    with Session(database) as session:
        assert session.scalar(select(func.count()).select_from(LoginChallenge)) == 0
