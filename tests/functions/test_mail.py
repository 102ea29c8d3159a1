"""Mails of accounts: password reset, verification of addresses, notices."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any

import pyotp
import pytest
from sqlalchemy import Engine, event, func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from functions.maintenance import service as maintenance
from functions.user import mailer, notices, recovery
from functions.user.logins import Device
from shared.auth.account_tokens import issue_account_token
from shared.auth.registration import create_invite
from shared.db.models import AccountToken, Base, Identity, Invite, OutgoingMail, User
from shared.db.repositories import users
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.mail import delivery, outbox
from shared.mail import smtp as smtp_module
from tests.conftest import OPERATOR, PASSWORD
from tests.functions.test_passkeys import add as add_passkey
from tests.functions.test_passkeys import log_in as log_in_with_passkey
from tests.support.api import Client, error_code
from tests.support.authenticator import SoftAuthenticator
from tests.support.concurrency import at_once
from tests.support.log_watch import keep_secret
from tests.support.mail_server import MailServer, mail_server, text_of, token_of
from tests.support.statements import counted

NewClient = Callable[[], Client]
Settings = Callable[..., None]
NEW_PASSWORD = "another-horse-2"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(scope="module")
def smtp() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def mails(smtp: MailServer, settings: Settings, database: Engine) -> list[EmailMessage]:
    """The mails that the server received; mail is configured."""
    settings(SMTP_URL=smtp.url, MAIL_FROM="Chat <chat@example.org>", MAILS_PER_EMAIL_PER_HOUR="100")
    smtp.mails.clear()
    smtp.recipients.clear()
    smtp.answers.clear()
    return smtp.mails


def deliver() -> dict[str, int]:
    return mailer.handler({}, None)


def queued() -> int:
    with transaction() as session:
        return session.scalars(select(func.count()).select_from(OutgoingMail)).one()


def forgot(client: Client, email: str) -> Any:
    return client.request("POST", "/user/password/forgot", json={"email": email})


def reset_password(client: Client, token: str, password: str = NEW_PASSWORD) -> Any:
    body = {"token": token, "new_password": password, "confirm_password": password}
    return client.request("POST", "/user/password/reset", json=body)


def log_in(client: Client, email: str, password: str, **headers: str) -> Any:
    return client.request("POST", "/user/login", json={"email": email, "password": password}, headers=headers)


def reset_token(client: Client, mails: list[EmailMessage]) -> str:
    """The token of a link that was mailed to the client's address."""
    deliver()
    mails.clear()
    assert forgot(client, client.email).status_code == 202
    deliver()
    return token_of(mails[0])


def subjects(mails: list[EmailMessage]) -> list[str]:
    return [str(mail["Subject"]) for mail in mails]


# Reset of a password.


def test_a_forgotten_password_is_reset_by_mail(
    mails: list[EmailMessage], smtp: MailServer, user: Client, new_client: NewClient
) -> None:
    deliver()
    mails.clear()
    smtp.recipients.clear()
    assert forgot(new_client(), user.email.upper()).status_code == 202
    assert deliver() == {"sent": 1, "dropped": 0, "left": 0}
    (mail,) = mails
    assert (smtp.recipients, mail["To"], mail["Subject"]) == ([user.email], user.email, "Reset your password")
    assert "http://localhost:5173/#/reset/" in text_of(mail)

    client = new_client()
    client.sign_in(reset_password(client, token_of(mail)))
    assert client.get("/user/me").json() == {**client.get("/user/me").json(), "email_verified": True}
    # Every earlier login has ended, and the old password with them.
    assert error_code(user.get("/user/me")) == "token_revoked"
    assert error_code(log_in(new_client(), user.email, PASSWORD)) == "wrong_password"
    assert log_in(new_client(), user.email, NEW_PASSWORD).status_code == 200


def test_a_token_resets_a_password_once(mails: list[EmailMessage], user: Client, new_client: NewClient) -> None:
    token = reset_token(user, mails)
    calls = [lambda: reset_password(new_client(), token).status_code] * 4
    assert sorted(at_once(*calls)) == [200, 422, 422, 422]
    response = reset_password(new_client(), token)
    assert (response.status_code, error_code(response)) == (422, "invalid_token")


def operator_token(client: Client) -> str:
    """The token of a link that the operator made for the client's account."""
    with transaction() as session:
        found = users.find_user_by_email(session, client.email)
        assert found is not None
        return issue_account_token(session, found, "operator_reset", utc_now())


@pytest.mark.parametrize("first", [0, 2])
def test_a_reset_ends_the_users_other_links(
    mails: list[EmailMessage], user: Client, new_client: NewClient, first: int
) -> None:
    tokens = [reset_token(user, mails), reset_token(user, mails), operator_token(user)]
    for token in tokens:
        keep_secret(token)
    assert reset_password(new_client(), tokens.pop(first)).status_code == 200
    assert [error_code(reset_password(new_client(), token)) for token in tokens] == ["invalid_token"] * 2


def add_sign_ins(user: Client, database: Engine, authenticator: SoftAuthenticator) -> None:
    """Adds a passkey and a sign-in with another provider."""
    for code in add_passkey(user, authenticator).json()["recovery_codes"]:
        keep_secret(code)
    user_id, now = user.get("/user/me").json()["id"], utc_now()
    with Session(database) as session, session.begin():
        session.add(
            Identity(
                id="i1", user_id=user_id, issuer="https://id.example", subject="s", created_at=now, last_used_at=now
            )
        )


def test_whoever_registered_an_address_cannot_come_back_after_its_owners_reset(
    mails: list[EmailMessage], user: Client, new_client: NewClient, database: Engine
) -> None:
    authenticator, owner = SoftAuthenticator(), new_client()
    add_sign_ins(user, database, authenticator)
    owner.sign_in(reset_password(owner, reset_token(user, mails)))
    assert owner.get("/user/mfa").json() == {"password": True, "totp": False, "passkeys": False, "recovery_codes": 0}
    assert owner.get("/user/identity").json() == {"items": []}
    assert error_code(log_in_with_passkey(user, authenticator)) == "wrong_passkey"
    assert owner.get("/user/me").json()["email_verified"] is True


def test_a_reset_of_a_verified_address_leaves_the_other_ways_to_log_in(
    mails: list[EmailMessage], user: Client, new_client: NewClient, database: Engine
) -> None:
    deliver()
    new_client().request("POST", "/user/email/verify", json={"token": token_of(mails[0])})
    add_sign_ins(user, database, SoftAuthenticator())
    step = reset_password(new_client(), reset_token(user, mails)).json()
    keep_secret(step["mfa_token"])
    assert step["methods"] == ["passkey", "recovery"]
    assert stored(database, Identity) == 1


def test_a_link_of_the_operator_proves_nothing_about_the_address(
    mails: list[EmailMessage], user: Client, new_client: NewClient, database: Engine
) -> None:
    client = new_client()
    client.sign_in(reset_password(client, operator_token(user)))
    assert client.get("/user/me").json()["email_verified"] is False
    add_sign_ins(client, database, SoftAuthenticator())
    step = reset_password(new_client(), operator_token(user)).json()
    keep_secret(step["mfa_token"])
    assert stored(database, Identity) == 1


def test_a_link_expires_after_half_an_hour(
    mails: list[EmailMessage], user: Client, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = reset_token(user, mails)
    later = utc_now() + timedelta(minutes=30, seconds=1)
    monkeypatch.setattr(recovery, "utc_now", lambda: later)
    assert error_code(reset_password(new_client(), token)) == "invalid_token"
    monkeypatch.setattr(recovery, "utc_now", lambda: later - timedelta(minutes=1))
    assert reset_password(new_client(), token).status_code == 200


def test_a_link_to_an_address_that_the_account_no_longer_has_is_void(
    mails: list[EmailMessage], user: Client, new_client: NewClient
) -> None:
    token = reset_token(user, mails)
    assert user.post("/user/me/email", email="moved@example.com").status_code == 200
    assert error_code(reset_password(new_client(), token)) == "invalid_token"


def test_a_token_of_another_purpose_resets_nothing(
    mails: list[EmailMessage], user: Client, new_client: NewClient
) -> None:
    deliver()
    (verification,) = mails
    assert error_code(reset_password(new_client(), token_of(verification))) == "invalid_token"
    assert error_code(reset_password(new_client(), "x" * 43)) == "invalid_token"


def test_a_refused_new_password_leaves_the_link_usable(
    mails: list[EmailMessage], user: Client, new_client: NewClient
) -> None:
    token = reset_token(user, mails)
    assert error_code(reset_password(new_client(), token, "weak")) == "weak_password"
    assert reset_password(new_client(), token).status_code == 200


def test_only_hashes_of_mailed_tokens_are_stored(mails: list[EmailMessage], user: Client, database: Engine) -> None:
    token = reset_token(user, mails)
    with Session(database) as session:
        rows = session.scalars(select(AccountToken)).all()
        assert {row.purpose for row in rows} == {"reset", "verify"}
        assert all(token not in str(vars(row)) for row in rows)
        assert session.scalars(select(OutgoingMail)).all() == []


# Nobody learns who has an account.


def test_a_request_for_a_reset_is_the_same_for_known_and_unknown_addresses(
    mails: list[EmailMessage], user: Client, new_client: NewClient, database: Engine
) -> None:
    deliver()
    mails.clear()
    client = new_client()
    answers, statements = [], []
    for email in (user.email, "nobody@example.com"):
        forgot(client, f"warm-{email}")
        with counted(database) as executed:
            response = forgot(client, email)
        headers = {name: value for name, value in response.headers.items() if name not in ("x-request-id", "date")}
        answers.append((response.status_code, response.content, headers))
        statements.append(executed)
    assert answers[0] == answers[1]
    assert statements[0] == statements[1]
    # No table of accounts is read before the answer.
    assert not [statement for statement in statements[0] if "users" in statement]
    deliver()
    assert [mail["To"] for mail in mails] == [user.email]
    assert queued() == 0


def test_the_request_does_not_wait_for_the_mail_server(
    mails: list[EmailMessage], user: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoked: list[tuple[str, str]] = []
    monkeypatch.setattr(outbox, "invoke_function", lambda name, payload, _keys: invoked.append((name, payload)))
    settings(MAIL_FUNCTION_NAME="chat-prod-mailer:live")
    mails.clear()
    assert forgot(user, user.email).status_code == 202
    assert invoked == [("chat-prod-mailer:live", "{}")]
    assert mails == []


def test_a_request_succeeds_when_the_sender_cannot_be_invoked(
    mails: list[EmailMessage], user: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: Any) -> None:
        raise ConnectionError

    deliver()
    mails.clear()
    monkeypatch.setattr(outbox, "invoke_function", fail)
    settings(MAIL_FUNCTION_NAME="chat-prod-mailer:live")
    assert forgot(user, user.email).status_code == 202
    deliver()
    assert subjects(mails) == ["Reset your password"]


def test_mails_to_an_address_are_limited_and_the_answer_stays_the_same(
    mails: list[EmailMessage], user: Client, settings: Settings
) -> None:
    deliver()
    mails.clear()
    settings(MAILS_PER_EMAIL_PER_HOUR="2")
    assert [forgot(user, user.email).status_code for _ in range(4)] == [202] * 4
    deliver()
    assert len(mails) == 2
    # Each of the links that did arrive works.
    assert reset_password(user, token_of(mails[0])).status_code == 200


def test_requests_of_a_stranger_leave_a_user_a_valid_link_and_other_mails(
    mails: list[EmailMessage], user: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(MAILS_PER_EMAIL_PER_HOUR="3")
    hour = utc_now().replace(minute=0, second=0, microsecond=0)
    for minutes in (0, 29, 30):
        monkeypatch.setattr(recovery, "utc_now", lambda later=hour + timedelta(minutes=minutes): later)
        for _ in range(4):
            assert forgot(user, user.email).status_code == 202
    with transaction() as session:
        resets = session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "password_reset")).all()
        assert sorted(mail.created_at - hour for mail in resets) == [timedelta(0)] * 3 + [timedelta(minutes=30)] * 3
    monkeypatch.undo()
    assert user.post("/user/email/verification").status_code == 202


def test_requests_for_a_reset_are_limited_by_network_address(
    mails: list[EmailMessage], new_client: NewClient, settings: Settings
) -> None:
    settings(MAIL_REQUESTS_PER_ADDRESS_PER_HOUR="2")
    client = new_client()
    assert [forgot(client, f"n{number}@example.com").status_code for number in range(3)] == [202, 202, 429]


def test_a_server_without_mail_refuses_a_reset(new_client: NewClient, user: Client) -> None:
    for response in (forgot(new_client(), user.email), user.post("/user/email/verification")):
        assert (response.status_code, error_code(response)) == (403, "mail_disabled")
    assert queued() == 0
    assert user.request("GET", "/user/options").json() == {"registration": "open", "mail": False, "passkeys": True}


def test_options_name_what_the_server_offers(
    mails: list[EmailMessage], new_client: NewClient, settings: Settings
) -> None:
    settings(REGISTRATION="invite")
    assert new_client().request("GET", "/user/options").json() == {
        "registration": "invite",
        "mail": True,
        "passkeys": True,
    }


# Verification of an address.


def test_an_address_is_verified_by_the_mail_of_the_registration(
    mails: list[EmailMessage], user: Client, new_client: NewClient
) -> None:
    assert user.get("/user/me").json()["email_verified"] is False
    deliver()
    assert (subjects(mails), mails[0]["To"]) == (["Confirm your email address"], user.email)
    body = {"token": token_of(mails[0])}
    assert new_client().request("POST", "/user/email/verify", json=body).status_code == 204
    assert user.get("/user/me").json()["email_verified"] is True
    assert error_code(new_client().request("POST", "/user/email/verify", json=body)) == "invalid_token"


def test_a_verification_can_be_requested_again_until_it_is_done(
    mails: list[EmailMessage], user: Client, new_client: NewClient, settings: Settings
) -> None:
    deliver()
    mails.clear()
    assert user.post("/user/email/verification").status_code == 202
    deliver()
    body = {"token": token_of(mails[0])}
    assert new_client().request("POST", "/user/email/verify", json=body).status_code == 204
    assert user.post("/user/email/verification").status_code == 202
    assert queued() == 0


def test_requests_for_a_verification_are_limited(mails: list[EmailMessage], user: Client, settings: Settings) -> None:
    settings(MAILS_PER_EMAIL_PER_HOUR="3")
    # The first was sent at the registration.
    assert [user.post("/user/email/verification").status_code for _ in range(3)] == [202, 202, 429]


def test_registrations_and_changes_to_an_address_send_it_few_links(
    mails: list[EmailMessage], new_client: NewClient, settings: Settings, database: Engine
) -> None:
    settings(MAILS_PER_EMAIL_PER_HOUR="2")
    client = new_client()
    for number in range(3):
        body = {"email": "victim@example.com", "username": "Eve", "password": PASSWORD}
        client.sign_in(client.request("POST", "/user/register", json=body))
        assert client.post("/user/me/email", email=f"n{number}@example.com").status_code == 200
        assert client.post("/user/me/email", email="victim@example.com").status_code == 200
        assert client.post("/user/me/email", email=f"m{number}@example.com").status_code == 200
    with Session(database) as session:
        to = session.scalars(select(OutgoingMail.email).where(OutgoingMail.kind == "email_verification")).all()
    assert to.count("victim@example.com") == 2


def test_another_address_has_to_be_verified_anew(
    mails: list[EmailMessage], user: Client, new_client: NewClient
) -> None:
    deliver()
    old = {"token": token_of(mails[0])}
    assert new_client().request("POST", "/user/email/verify", json=old).status_code == 204
    mails.clear()
    assert user.post("/user/me/email", email="moved@example.com").json()["email_verified"] is False
    deliver()
    assert {(str(mail["To"]), str(mail["Subject"])) for mail in mails} == {
        (user.email, "Your email address was changed"),
        ("moved@example.com", "Confirm your email address"),
    }
    (verification,) = [mail for mail in mails if mail["To"] == "moved@example.com"]
    assert user.post("/user/me/email", email="again@example.com").status_code == 200
    body = {"token": token_of(verification)}
    assert error_code(new_client().request("POST", "/user/email/verify", json=body)) == "invalid_token"


def test_a_link_to_the_old_address_verifies_no_new_one_that_is_being_set(
    mails: list[EmailMessage], user: Client, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    deliver()
    token = token_of(mails[0])

    def lock_or_fail(session: Session, user_id: str) -> User | None:
        return session.get(User, user_id, with_for_update={"nowait": True})

    def verify_meanwhile(_user: User, email: str, *_: Any) -> None:
        if email == "moved@example.com":
            with monkeypatch.context() as patch, suppress(OperationalError):
                patch.setattr(users, "lock_user", lock_or_fail)
                recovery.verify_email(token, Device("tests", "127.0.0.1"))

    event.listen(User.email, "set", verify_meanwhile)
    try:
        assert user.post("/user/me/email", email="moved@example.com").json()["email_verified"] is False
    finally:
        event.remove(User.email, "set", verify_meanwhile)
    assert user.get("/user/me").json()["email_verified"] is False


def test_the_mail_has_no_text_that_the_person_who_registered_chose(
    mails: list[EmailMessage], new_client: NewClient
) -> None:
    client = new_client()
    name = "Claim your prize at evil.example"
    client.post("/user/register", email="victim@example.com", username=name, password=PASSWORD)
    deliver()
    assert "evil" not in text_of(mails[0])
    assert "evil" not in str(mails[0])


# Notices.


def test_a_login_on_a_new_device_is_reported(mails: list[EmailMessage], user: Client, new_client: NewClient) -> None:
    deliver()
    mails.clear()
    log_in(new_client(), user.email, PASSWORD, **{"User-Agent": FIREFOX})
    deliver()
    (mail,) = mails
    assert (mail["To"], mail["Subject"]) == (user.email, "New login to your account")
    assert "Device: Firefox, Windows\nNetwork address: 127.0.0.1\n" in text_of(mail)


def test_a_login_on_a_known_device_is_not_reported(
    mails: list[EmailMessage], user: Client, new_client: NewClient
) -> None:
    deliver()
    mails.clear()
    known = {"email": user.email, "password": PASSWORD, "device_token": user.tokens["device_token"]}
    assert new_client().post("/user/login", **known).status_code == 200
    assert new_client().post("/user/login", **{**known, "password": "wrong-horse-1"}).status_code == 401
    assert queued() == 0


def test_the_reports_of_logins_can_be_turned_off(
    mails: list[EmailMessage], user: Client, new_client: NewClient
) -> None:
    deliver()
    assert user.get("/user/me/settings").json()["login_notices"] is None
    assert user.post("/user/me/settings", login_notices=False).json()["login_notices"] is False
    log_in(new_client(), user.email, PASSWORD)
    assert queued() == 0
    user.post("/user/me/settings", login_notices=None)
    log_in(new_client(), user.email, PASSWORD)
    assert queued() == 1


def test_many_logins_are_reported_ten_times_a_day(
    mails: list[EmailMessage], user: Client, new_client: NewClient
) -> None:
    deliver()
    client = new_client()
    assert {log_in(client, user.email, PASSWORD).status_code for _ in range(12)} == {200}
    assert queued() == 10


def test_a_changed_password_is_reported(mails: list[EmailMessage], user: Client, new_client: NewClient) -> None:
    deliver()
    mails.clear()
    body = {"new_password": NEW_PASSWORD, "confirm_password": NEW_PASSWORD}
    assert user.post("/user/me/password", token="refresh_token", **body).status_code == 200
    deliver()
    assert (subjects(mails), mails[0]["To"]) == (["Your password was changed"], user.email)
    user.sign_in(log_in(user, user.email, NEW_PASSWORD))
    token = reset_token(user, mails)
    mails.clear()
    reset_password(new_client(), token, "third-horse-3")
    deliver()
    assert subjects(mails) == ["Your password was changed"]


def test_a_device_that_writes_a_message_into_its_name_is_unknown(
    mails: list[EmailMessage], user: Client, new_client: NewClient
) -> None:
    deliver()
    mails.clear()
    log_in(new_client(), user.email, PASSWORD, **{"User-Agent": "Call +1 555 0100 or visit evil.example"})
    deliver()
    assert "Device: unknown\n" in text_of(mails[0])
    assert "evil" not in str(mails[0])


def test_notices_to_an_address_are_limited_also_of_several_accounts(
    mails: list[EmailMessage], new_client: NewClient, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "_NOTICES", replace(notices._NOTICES, attempts=3))
    for number in range(5):
        client = new_client()
        body = {"email": "victim@example.com", "username": "Eve", "password": PASSWORD}
        client.sign_in(client.request("POST", "/user/register", json=body))
        assert client.post("/user/me/email", email=f"n{number}@example.com").status_code == 200
    with Session(database) as session:
        to = session.scalars(select(OutgoingMail.email).where(OutgoingMail.kind == "email_changed")).all()
    assert to == ["victim@example.com"] * 3


# Language and form of a mail.


@pytest.mark.parametrize(
    ("accepted", "subject"),
    [
        ("ja,en;q=0.8", "パスワードの再設定"),
        ("fr-CH, zh-TW;q=0.9, en;q=0.5", "重設密碼"),
        ("zh-Hant-HK", "重設密碼"),
        ("zh", "重置密码"),
        ("fr", "Reset your password"),
        ("en;q=0, ja;q=0.1", "パスワードの再設定"),
        (";;;q=x,,", "Reset your password"),
    ],
)
def test_a_mail_is_in_the_language_of_the_request(
    mails: list[EmailMessage], user: Client, accepted: str, subject: str
) -> None:
    deliver()
    mails.clear()
    user.request("POST", "/user/password/forgot", json={"email": user.email}, headers={"Accept-Language": accepted})
    deliver()
    assert subjects(mails) == [subject]


def test_a_users_language_wins(mails: list[EmailMessage], user: Client) -> None:
    deliver()
    mails.clear()
    user.post("/user/me/settings", language="zh-CN")
    user.request("POST", "/user/password/forgot", json={"email": user.email}, headers={"Accept-Language": "ja"})
    deliver()
    assert (subjects(mails), mails[0]["Content-Language"]) == (["重置密码"], "zh-CN")


def test_a_mail_has_the_headers_of_an_automatic_message(mails: list[EmailMessage], user: Client) -> None:
    deliver()
    (mail,) = mails
    assert mail["From"] == "Chat <chat@example.org>"
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert mail["Message-ID"].endswith("@example.org>")
    assert abs(parsedate_to_datetime(mail["Date"]) - utc_now()) < timedelta(minutes=5)
    html = mail.get_body(("html",))
    assert html is not None
    assert token_of(mail) in html.get_content()
    assert "no-referrer" in html.get_content()


# Durability.


def test_a_mail_survives_a_failing_server_and_is_sent_by_a_later_run(
    mails: list[EmailMessage], user: Client, smtp: MailServer, database: Engine
) -> None:
    smtp.answers[:] = ["451 Try again later"]
    with pytest.raises(Exception, match="left in the outbox"):
        deliver()
    assert (mails, queued()) == ([], 1)
    # Not before its time.
    assert deliver() == {"sent": 0, "dropped": 0, "left": 0}
    make_due(database)
    assert deliver() == {"sent": 1, "dropped": 0, "left": 0}
    assert (subjects(mails), queued()) == (["Confirm your email address"], 0)


def test_one_mail_that_is_deferred_does_not_hold_up_the_others(
    mails: list[EmailMessage], new_user: NewClient, smtp: MailServer
) -> None:
    new_user()
    second = new_user()
    smtp.answers[:] = ["451 Try again later"]
    with pytest.raises(Exception, match="left in the outbox"):
        deliver()
    assert [mail["To"] for mail in mails] == [second.email]


def test_a_mail_that_the_server_refuses_for_good_is_dropped(
    mails: list[EmailMessage], user: Client, smtp: MailServer
) -> None:
    smtp.answers[:] = ["550 No such user"]
    assert deliver() == {"sent": 0, "dropped": 1, "left": 0}
    assert queued() == 0


def test_a_mail_that_has_expired_is_dropped(mails: list[EmailMessage], user: Client, database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(update(OutgoingMail).values(expires_at=utc_now() - timedelta(seconds=1)))
    assert deliver() == {"sent": 0, "dropped": 1, "left": 0}
    assert mails == []


def test_processes_that_deliver_at_once_send_each_mail_once(
    mails: list[EmailMessage], new_user: NewClient, database: Engine
) -> None:
    for _ in range(6):
        new_user()
    results = at_once(deliver, deliver, deliver)
    assert sum(result["sent"] for result in results) == 6
    assert len({str(mail["To"]) for mail in mails}) == len(mails) == 6


def test_a_mail_whose_process_died_is_sent_by_the_next_with_the_same_id(
    mails: list[EmailMessage], user: Client, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(message: EmailMessage) -> None:
        sent(message)
        raise SystemExit

    sent = smtp_module.send
    monkeypatch.setattr(delivery, "send", die)
    with pytest.raises(SystemExit):
        deliver()
    monkeypatch.setattr(delivery, "send", sent)
    assert deliver() == {"sent": 0, "dropped": 0, "left": 0}
    make_due(database)
    assert deliver() == {"sent": 1, "dropped": 0, "left": 0}
    assert len({str(mail["Message-ID"]) for mail in mails}) == 1
    assert len(mails) == 2


def test_mails_of_a_deleted_account_are_not_sent(mails: list[EmailMessage], user: Client, database: Engine) -> None:
    token = reset_token(user, mails)
    mails.clear()
    user.post("/user/me/email", email="moved@example.com")
    assert queued() == 2
    assert user.post("/user/me/delete", token="refresh_token").status_code == 202
    assert queued() == 0
    with Session(database) as session:
        assert session.scalars(select(AccountToken)).all() == []
        assert session.scalars(select(User.email)).all() in ([OPERATOR], [OPERATOR, f"{token}@deleted.invalid"])
    assert deliver() == {"sent": 0, "dropped": 0, "left": 0}


def test_the_sweep_wakes_the_sender_and_deletes_what_is_of_no_more_use(
    mails: list[EmailMessage],
    user: Client,
    database: Engine,
    settings: Settings,
    store_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    invoked: list[str] = []
    monkeypatch.setattr(outbox, "invoke_function", lambda name, _payload, _keys: invoked.append(name))
    settings(MAIL_FUNCTION_NAME="chat-prod-mailer:live")
    reset_token(user, mails)
    with transaction() as session:
        create_invite(session, "free", None, utc_now())
    invoked.clear()
    maintenance.sweep(utc_now())
    assert (queued(), invoked) == (0, [])
    assert forgot(user, user.email).status_code == 202
    invoked.clear()

    maintenance.sweep(utc_now())
    assert (queued(), invoked) == (1, ["chat-prod-mailer:live"])
    assert stored(database, AccountToken) == 2

    maintenance.sweep(utc_now() + timedelta(days=8))
    assert (queued(), stored(database, AccountToken), stored(database, Invite)) == (0, 0, 0)


def stored(database: Engine, table: type[Base]) -> int:
    with Session(database) as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def test_no_log_line_has_an_address_or_a_token(
    mails: list[EmailMessage], user: Client, smtp: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    token = reset_token(user, mails)
    reset_password(user, token)
    smtp.answers[:] = ["550 <someone@example.com> refused"]
    deliver()
    # The test's server has a logger, too.
    ours = [record for record in caplog.records if record.name.startswith(("shared", "functions"))]
    lines = json.dumps([str(vars(record)) for record in ours])
    assert user.email not in lines
    assert token not in lines
    assert "someone@example.com" not in lines


def make_due(database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(update(OutgoingMail).values(due_at=utc_now()))


# Accounts with a second factor.


def add_second_factor(user: Client) -> list[str]:
    """Adds an authenticator app; its recovery codes."""
    secret = user.post("/user/mfa/totp/start").json()["secret"]
    keep_secret(secret)
    response = user.post("/user/mfa/totp/confirm", code=pyotp.TOTP(secret).now())
    codes: list[str] = response.json()["recovery_codes"]
    return codes


def finish(client: Client, step: Any, code: str) -> Any:
    keep_secret(step["mfa_token"])
    headers = {"Authorization": f"Bearer {step['mfa_token']}"}
    return client.request("POST", "/user/login/mfa", json={"code": code}, headers=headers)


def test_a_reset_of_the_password_does_not_replace_the_second_factor(
    mails: list[EmailMessage], user: Client, new_client: NewClient
) -> None:
    codes = add_second_factor(user)
    client = new_client()
    step = reset_password(client, reset_token(user, mails)).json()
    assert step.keys() == {"mfa_required", "mfa_token", "methods"}
    client.sign_in(finish(client, step, codes[0]))
    assert client.get("/user/me").status_code == 200


def test_a_login_on_a_new_device_is_reported_when_its_second_step_is_done(
    mails: list[EmailMessage], user: Client, new_client: NewClient
) -> None:
    codes = add_second_factor(user)
    deliver()
    mails.clear()
    step = log_in(new_client(), user.email, PASSWORD).json()
    assert queued() == 0
    assert finish(new_client(), step, codes[0]).status_code == 200
    deliver()
    assert subjects(mails) == ["New login to your account"]
