"""Sign-in with OpenID Connect."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from functions.user.oidc import provider as provider_module
from shared.auth.registration import create_invite
from shared.db.models import Identity, LoginChallenge, OutgoingMail, User
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.event_loop import PerEventLoop
from shared.mail import outbox
from shared.outbound.transport import outbound_transport
from shared.tools import http
from tests.conftest import OPERATOR, PASSWORD, add_operator
from tests.functions.test_reauthentication import age_logins
from tests.support.api import Client, error_code
from tests.support.concurrency import at_once
from tests.support.identity_provider import (
    Browser,
    ForgingProvider,
    certified_provider,
    forging_provider,
    provider_setting,
)
from tests.support.log_watch import keep_secret

NewClient = Callable[[], Client]
Settings = Callable[..., None]
FAILED, EXPIRED, UNAVAILABLE = (401, "oidc_failed"), (401, "oidc_expired"), (502, "oidc_unavailable")


@pytest.fixture(scope="module")
def certified_issuer() -> Iterator[str]:
    with certified_provider() as issuer:
        yield issuer


@pytest.fixture
def certified(certified_issuer: str, settings: Settings, database: Engine) -> str:
    """The issuer of the certified provider, which the operator has configured."""
    add_operator()
    settings(OIDC_PROVIDERS=json.dumps([provider_setting(certified_issuer, "Certified ID", "certified")]))
    return certified_issuer


@pytest.fixture
def forging(settings: Settings, database: Engine) -> Iterator[ForgingProvider]:
    """A provider whose tokens the test forges, on a stage that has its administrator."""
    add_operator()
    with forging_provider() as provider:
        settings(OIDC_PROVIDERS=json.dumps([provider_setting(provider.issuer)]))
        yield provider
    provider_module.clear_cache()


def start(client: Client, provider: str = "example", path: str = "/user/oidc/start", **body: str) -> dict[str, str]:
    response = client.post(path, provider=provider, **body)
    assert response.status_code == 200, response.text
    started: dict[str, str] = response.json()
    keep_secret(started["secret"])
    return started


def refusal(response: Any) -> tuple[int, str]:
    return response.status_code, error_code(response)


def finish(client: Client, started: dict[str, str], response: dict[str, str], **changed: str) -> Any:
    return client.post("/user/oidc/finish", **{**response, "secret": started["secret"], **changed})


def sign_in(client: Client, provider: ForgingProvider, **body: str) -> Any:
    """The whole way, with the claims of the test."""
    started = start(client, **body)
    return finish(client, started, provider.authorize(started["url"]))


def sign_in_certified(client: Client, login: str, browser: Browser | None = None) -> Any:
    started = start(client, "certified")
    return finish(client, started, (browser or Browser()).sign_in(started["url"], login))


def bearer(client: Client, path: str, token: str, **body: str) -> Any:
    keep_secret(token)
    return client.request("POST", path, headers={"Authorization": f"Bearer {token}"}, json=body)


def me(client: Client) -> Any:
    return client.get("/user/me").json()


def users(database: Engine) -> set[str]:
    with Session(database) as session:
        return set(session.scalars(select(User.email))) - {OPERATOR}


def identities(database: Engine) -> int:
    with Session(database) as session:
        return session.scalars(select(func.count()).select_from(Identity)).one()


# With the certified provider.


@pytest.mark.processes
def test_a_first_sign_in_creates_an_account_and_the_next_logs_in_to_it(certified: str, new_client: NewClient) -> None:
    client, browser = new_client(), Browser()
    listed = client.request("GET", "/user/oidc").json()
    assert listed == {"providers": [{"id": "certified", "name": "Certified ID"}]}
    client.sign_in(sign_in_certified(client, "grace@example.com", browser))
    account = me(client)
    assert (account["email"], account["username"]) == ("grace@example.com", "Certified grace")
    assert account["email_verified"]
    assert account["group"] == "free"

    again = new_client()
    again.sign_in(sign_in_certified(again, "grace@example.com", browser))
    assert me(again)["id"] == account["id"]
    (identity,) = again.get("/user/identity").json()["items"]
    assert (identity["provider"], identity["provider_id"]) == ("Certified ID", "certified")
    assert identity["email"] == "grace@example.com"
    assert identity["last_used_at"] > identity["created_at"]


@pytest.mark.processes
def test_a_verified_address_with_an_account_is_linked_once_its_owner_confirms(certified: str, user: Client) -> None:
    step = sign_in_certified(user, user.email).json()
    assert {name: step[name] for name in ("link_required", "email", "provider", "password")} == {
        "link_required": True,
        "email": user.email,
        "provider": "Certified ID",
        "password": True,
    }
    wrong = bearer(user, "/user/oidc/link", step["link_token"], password="wrong-horse-9")
    assert refusal(wrong) == (401, "wrong_password")
    # Not linked yet.
    assert sign_in_certified(user, user.email).json()["link_required"]
    account = me(user)
    user.sign_in(bearer(user, "/user/oidc/link", step["link_token"], password=PASSWORD))
    assert me(user)["id"] == account["id"]
    assert refusal(bearer(user, "/user/oidc/link", step["link_token"], password=PASSWORD)) == (401, "token_expired")
    # From then on without the password.
    user.sign_in(sign_in_certified(user, user.email))
    assert me(user)["id"] == account["id"]


@pytest.mark.processes
def test_an_address_that_the_provider_has_not_verified_takes_over_no_account(
    certified: str, new_client: NewClient, database: Engine
) -> None:
    email = "unverified-eve@example.com"
    owner = new_client()
    owner.sign_in(owner.post("/user/register", email=email, username="Eve", password=PASSWORD))
    assert refusal(sign_in_certified(new_client(), email)) == (409, "oidc_email_unverified")
    assert identities(database) == 0


@pytest.mark.processes
def test_an_account_without_a_password_authenticates_again_with_the_provider(
    certified: str, new_client: NewClient, database: Engine
) -> None:
    client, browser = new_client(), Browser()
    client.sign_in(sign_in_certified(client, "joan@example.com", browser))
    age_logins(database, 700)
    assert refusal(client.get("/user/me/export")) == (403, "reauthentication_required")
    started = start(client, "certified", "/user/reauthenticate/oidc/start")
    # The provider shows its login page although the browser is logged in there.
    answer = browser.sign_in(started["url"], "joan@example.com")
    done = client.post("/user/reauthenticate/oidc/finish", **answer, secret=started["secret"])
    assert done.status_code == 204, done.text
    assert client.get("/user/me/export").status_code == 200

    # Another user of the provider does not confirm this account.
    age_logins(database, 700)
    started = start(client, "certified", "/user/reauthenticate/oidc/start")
    answer = Browser().sign_in(started["url"], "mallory@example.com")
    assert refusal(client.post("/user/reauthenticate/oidc/finish", **answer, secret=started["secret"])) == FAILED
    assert refusal(client.get("/user/me/export")) == (403, "reauthentication_required")


# ID tokens and responses that prove nothing.


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_tokens_with_public_key_signatures_are_accepted(
    forging: ForgingProvider, new_client: NewClient, algorithm: str
) -> None:
    forging.algorithm = algorithm
    client = new_client()
    client.sign_in(sign_in(client, forging))
    assert me(client)["email"] == "ann@example.com"


# When the tests are collected, which may be long before they run.
NOW = int(time.time())
WRONG: dict[str, dict[str, Any]] = {
    "nonce": {"claims": {"nonce": "another"}},
    "no nonce": {"claims": {"nonce": None}},
    "issuer": {"claims": {"iss": "https://accounts.example.org"}},
    "audience": {"claims": {"aud": "another-client"}},
    "several audiences": {"claims": {"aud": ["chat", "another-client"]}},
    "authorized party": {"claims": {"azp": "another-client"}},
    "expired": {"claims": {"exp": NOW - 3600}},
    "no expiry": {"claims": {"exp": None}},
    "infinite expiry": {"claims": {"exp": float("inf")}},
    "issued in the future": {"claims": {"iat": NOW + 10**6}},
    "not valid yet": {"claims": {"nbf": NOW + 10**6}},
    "no subject": {"claims": {"sub": None}},
    "subject of another type": {"claims": {"sub": 7}},
    "empty subject": {"claims": {"sub": ""}},
    "long subject": {"claims": {"sub": "s" * 256}},
    "no signature": {"algorithm": "none"},
    "signed with the client's secret": {"algorithm": "HS256"},
    "algorithm in the header": {"header": {"alg": "PS256"}},
    "algorithm of another type": {"header": {"alg": ["RS256"]}},
    "another key's id": {"header": {"kid": "ec"}},
    "unknown extension": {"header": {"crit": ["exp"]}},
    "key that is not published": {"key": 1, "published_key": 0, "header": {"kid": "key-0"}},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_token_that_is_not_for_this_sign_in_is_refused(
    forging: ForgingProvider, new_client: NewClient, database: Engine, wrong: str
) -> None:
    for name, value in WRONG[wrong].items():
        setattr(forging, name, value)
    assert refusal(sign_in(new_client(), forging)) == FAILED
    assert users(database) == set()


def test_a_response_is_used_once(forging: ForgingProvider, new_client: NewClient, database: Engine) -> None:
    client = new_client()
    started = start(client)
    answer = forging.authorize(started["url"])
    results = at_once(*[lambda: finish(new_client(), started, answer).status_code] * 3)
    assert sorted(results) == [200, 401, 401]
    assert refusal(finish(client, started, answer)) == EXPIRED
    assert users(database) == {"ann@example.com"}


def test_a_response_that_another_browser_began_logs_nobody_in(forging: ForgingProvider, new_client: NewClient) -> None:
    attacker, victim = new_client(), new_client()
    started = start(attacker)
    answer = forging.authorize(started["url"])
    own = start(victim)
    assert refusal(finish(victim, own, answer)) == EXPIRED
    assert refusal(finish(victim, own, answer, state=forging.authorize(own["url"])["state"])) == FAILED


def test_an_unknown_state_and_a_request_of_ten_minutes_ago_are_refused(
    forging: ForgingProvider, new_client: NewClient, database: Engine
) -> None:
    client = new_client()
    started = start(client)
    answer = forging.authorize(started["url"])
    assert refusal(finish(client, started, answer, state="unknown")) == EXPIRED
    with Session(database) as session, session.begin():
        session.execute(update(LoginChallenge).values(expires_at=LoginChallenge.created_at))
    assert refusal(finish(client, started, answer)) == EXPIRED


def test_a_code_that_the_provider_does_not_know_is_refused(forging: ForgingProvider, new_client: NewClient) -> None:
    client = new_client()
    started = start(client)
    answer = forging.authorize(started["url"])
    forging.codes.clear()
    assert refusal(finish(client, started, answer)) == FAILED


def test_the_issuer_of_the_response_is_checked_where_the_provider_names_it(
    forging: ForgingProvider, new_client: NewClient
) -> None:
    client = new_client()
    started = start(client)
    answer = forging.authorize(started["url"])
    assert refusal(finish(client, started, answer, iss="https://accounts.example.org")) == FAILED
    provider_module.clear_cache()
    forging.sends_iss = True
    assert sign_in(client, forging).status_code == 200
    started = start(client)
    answer = forging.authorize(started["url"])
    del answer["iss"]
    assert refusal(finish(client, started, answer)) == FAILED


# Keys and metadata of a provider.


def test_metadata_and_keys_are_cached(forging: ForgingProvider, new_client: NewClient) -> None:
    for _ in range(3):
        assert sign_in(new_client(), forging).status_code == 200
    assert forging.requests.count("/.well-known/openid-configuration") == 1
    assert forging.requests.count("/jwks") == 1


def test_metadata_and_keys_are_requested_again_after_an_hour(
    forging: ForgingProvider, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sign_in(new_client(), forging).status_code == 200
    later = time.monotonic() + 3601
    monkeypatch.setattr(provider_module, "monotonic", lambda: later)
    assert sign_in(new_client(), forging).status_code == 200
    assert forging.requests.count("/.well-known/openid-configuration") == 2
    assert forging.requests.count("/jwks") == 2


def test_a_new_key_is_requested_when_a_token_names_it_but_not_for_each_unknown_one(
    forging: ForgingProvider, new_client: NewClient
) -> None:
    assert sign_in(new_client(), forging).status_code == 200
    forging.key = 1
    assert sign_in(new_client(), forging).status_code == 200
    assert forging.requests.count("/jwks") == 2
    forging.header = {"kid": "made-up"}
    for _ in range(3):
        assert refusal(sign_in(new_client(), forging)) == FAILED
    assert forging.requests.count("/jwks") == 2


def test_a_provider_that_fails_is_reported_as_unavailable(forging: ForgingProvider, new_client: NewClient) -> None:
    client = new_client()
    started = start(client)
    answer = forging.authorize(started["url"])
    forging.failing = True
    assert refusal(finish(client, started, answer)) == UNAVAILABLE
    provider_module.clear_cache()
    assert refusal(client.post("/user/oidc/start", provider="example")) == UNAVAILABLE
    forging.failing = False
    assert sign_in(client, forging).status_code == 200


def test_a_discovery_document_of_another_issuer_is_refused(forging: ForgingProvider, new_client: NewClient) -> None:
    forging.signed_issuer = "https://accounts.example.org"
    assert refusal(new_client().post("/user/oidc/start", provider="example")) == FAILED


def test_providers_are_called_over_the_checked_transport(
    forging: ForgingProvider, new_client: NewClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(OUTBOUND_ALLOW_PRIVATE="false")
    # Without the transport of earlier tests, which has their settings.
    monkeypatch.setattr(http, "_transports", PerEventLoop(outbound_transport))
    assert refusal(new_client().post("/user/oidc/start", provider="example")) == UNAVAILABLE
    assert forging.requests == []


def test_an_unknown_provider_is_not_found(forging: ForgingProvider, new_client: NewClient) -> None:
    assert refusal(new_client().post("/user/oidc/start", provider="other")) == (404, "not_found")


def test_without_the_setting_there_are_no_providers(new_client: NewClient) -> None:
    assert new_client().request("GET", "/user/oidc").json() == {"providers": []}


# Accounts.


def test_an_address_of_the_userinfo_endpoint_is_of_the_same_subject(
    forging: ForgingProvider, new_client: NewClient
) -> None:
    forging.claims = {"email": None, "email_verified": None, "name": None}
    forging.userinfo = {"sub": "another", "email": "ada@example.com", "email_verified": True}
    assert refusal(sign_in(new_client(), forging)) == (403, "oidc_email_missing")
    forging.userinfo["sub"] = "subject-1"
    client = new_client()
    client.sign_in(sign_in(client, forging))
    account = me(client)
    assert (account["email"], account["username"], account["email_verified"]) == ("ada@example.com", "ada", True)


def test_a_new_account_with_an_unverified_address_is_asked_to_verify_it(
    forging: ForgingProvider, new_client: NewClient, settings: Settings
) -> None:
    settings(MAIL_FROM="Chat <chat@example.org>")
    forging.claims = {"email_verified": False, "email": " Ann@Example.COM "}
    client = new_client()
    client.sign_in(sign_in(client, forging))
    assert (me(client)["email"], me(client)["email_verified"]) == ("ann@example.com", False)
    assert queued_mails() == ["email_verification"]


def queued_mails() -> list[str]:
    with transaction() as session:
        return list(session.scalars(select(OutgoingMail.kind).order_by(OutgoingMail.id)))


def test_new_accounts_follow_the_rules_of_registration(
    forging: ForgingProvider, new_client: NewClient, settings: Settings, database: Engine
) -> None:
    with transaction() as session:
        invite = create_invite(session, "pro", None, utc_now()).url.partition("invite=")[2]
    keep_secret(invite)
    settings(REGISTRATION="closed")
    assert refusal(sign_in(new_client(), forging, invite=invite)) == (403, "registration_closed")
    settings(REGISTRATION="invite")
    assert refusal(sign_in(new_client(), forging)) == (403, "registration_closed")
    assert users(database) == set()
    client = new_client()
    client.sign_in(sign_in(client, forging, invite=invite))
    assert me(client)["group"] == "pro"
    # An account that exists needs no registration.
    settings(REGISTRATION="closed")
    assert sign_in(new_client(), forging).status_code == 200


def test_the_first_account_of_an_empty_stage_is_the_administrators(
    forging: ForgingProvider, new_client: NewClient, database: Engine
) -> None:
    with Session(database) as session, session.begin():
        session.query(User).delete()
    client = new_client()
    client.sign_in(sign_in(client, forging))
    assert me(client)["group"] == "admin"


def test_a_disabled_account_is_refused(forging: ForgingProvider, new_client: NewClient, database: Engine) -> None:
    client = new_client()
    client.sign_in(sign_in(client, forging))
    with Session(database) as session, session.begin():
        session.execute(update(User).where(User.email == "ann@example.com").values(disabled_at=utc_now()))
    assert refusal(sign_in(new_client(), forging)) == (403, "account_disabled")


def confirmed_app(client: Client) -> str:
    """Adds an authenticator app; returns its secret."""
    secret: str = client.post("/user/mfa/totp/start").json()["secret"]
    keep_secret(secret)
    assert client.post("/user/mfa/totp/confirm", code=code_at(secret)).status_code == 200
    return secret


def code_at(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(utc_now() + timedelta(seconds=30 * steps))


def test_a_sign_in_needs_the_accounts_second_factor(forging: ForgingProvider, new_client: NewClient) -> None:
    client = new_client()
    client.sign_in(sign_in(client, forging))
    secret = confirmed_app(client)
    step = sign_in(client, forging).json()
    assert step["mfa_required"]
    client.sign_in(bearer(client, "/user/login/mfa", step["mfa_token"], code=code_at(secret, 1)))


def test_a_link_of_an_account_with_a_second_factor_needs_both(
    forging: ForgingProvider, user: Client, database: Engine
) -> None:
    secret = confirmed_app(user)
    forging.claims = {"email": user.email}
    link = sign_in(user, forging).json()
    step = bearer(user, "/user/oidc/link", link["link_token"], password=PASSWORD).json()
    assert step["mfa_required"]
    assert identities(database) == 0
    user.sign_in(bearer(user, "/user/login/mfa", step["mfa_token"], code=code_at(secret, 1)))
    assert [item["provider"] for item in user.get("/user/identity").json()["items"]] == ["Example ID"]


def test_a_link_is_refused_when_another_account_has_the_sign_in_before_the_second_factor(
    forging: ForgingProvider, user: Client, new_user: NewClient, database: Engine
) -> None:
    secret = confirmed_app(user)
    forging.claims = {"email": user.email}
    link = sign_in(user, forging).json()
    step = bearer(user, "/user/oidc/link", link["link_token"], password=PASSWORD).json()
    assert connect(new_user(), forging).status_code == 201
    refused = bearer(user, "/user/login/mfa", step["mfa_token"], code=code_at(secret, 1))
    assert refusal(refused) == (409, "identity_taken")
    assert identities(database) == 1


def test_an_account_without_a_password_is_not_linked_by_one(forging: ForgingProvider, new_client: NewClient) -> None:
    client = new_client()
    client.sign_in(sign_in(client, forging))
    forging.claims = {"sub": "another"}
    link = sign_in(client, forging).json()
    assert (link["link_required"], link["password"]) == (True, False)
    for password in ("", PASSWORD):
        refused = bearer(client, "/user/oidc/link", link["link_token"], password=password)
        assert refusal(refused) == (401, "wrong_password")


# Sign-ins in the settings.


def connect(client: Client, provider: ForgingProvider) -> Any:
    started = start(client, path="/user/identity/start")
    answer = provider.authorize(started["url"])
    return client.post("/user/identity/finish", **answer, secret=started["secret"])


def test_a_sign_in_is_connected_and_removed_in_the_settings(
    forging: ForgingProvider, user: Client, settings: Settings
) -> None:
    settings(MAIL_FROM="Chat <chat@example.org>")
    connected = connect(user, forging)
    assert connected.status_code == 201
    assert user.get("/user/identity").json()["items"] == [connected.json()]
    assert queued_mails() == ["identity_linked"]
    account = me(user)
    user.sign_in(sign_in(user, forging))
    assert me(user)["id"] == account["id"]
    assert user.post("/user/identity/remove", id=connected.json()["id"]).status_code == 204
    assert user.get("/user/identity").json()["items"] == []
    assert queued_mails()[-1] == "identity_removed"
    assert refusal(user.post("/user/identity/remove", id=connected.json()["id"])) == (404, "not_found")


def test_the_mail_about_a_sign_in_on_a_new_device_is_sent_at_once(
    forging: ForgingProvider, user: Client, new_client: NewClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(MAIL_FROM="Chat <chat@example.org>", MAIL_FUNCTION_NAME="chat-prod-mailer:live")
    connect(user, forging)
    woken: list[list[str]] = []
    monkeypatch.setattr(outbox, "invoke_function", lambda *_: woken.append(queued_mails()))
    new_client().sign_in(sign_in(new_client(), forging))
    assert woken == [["identity_linked", "new_login"]]


def test_connecting_and_removing_need_a_recent_authentication(
    forging: ForgingProvider, user: Client, database: Engine
) -> None:
    identity = connect(user, forging).json()["id"]
    age_logins(database, 700)
    needed = (403, "reauthentication_required")
    assert refusal(user.post("/user/identity/start", provider="example")) == needed
    assert refusal(user.post("/user/identity/remove", id=identity)) == needed


def test_a_request_to_connect_is_finished_by_its_user_only(forging: ForgingProvider, new_user: NewClient) -> None:
    owner, other = new_user(), new_user()
    started = start(owner, path="/user/identity/start")
    answer = forging.authorize(started["url"])
    assert refusal(other.post("/user/identity/finish", **answer, secret=started["secret"])) == EXPIRED
    # And does not log anybody in.
    assert refusal(finish(other, started, answer)) == EXPIRED
    assert owner.post("/user/identity/finish", **answer, secret=started["secret"]).status_code == 201


def test_a_sign_in_belongs_to_one_account(forging: ForgingProvider, new_user: NewClient) -> None:
    owner, other = new_user(), new_user()
    identity = connect(owner, forging).json()["id"]
    assert refusal(connect(other, forging)) == (409, "identity_taken")
    assert other.get("/user/identity").json()["items"] == []
    assert refusal(other.post("/user/identity/remove", id=identity)) == (404, "not_found")
    # Again by its owner: no effect.
    assert connect(owner, forging).json()["id"] == identity


def test_the_only_way_to_log_in_is_not_removed(forging: ForgingProvider, new_client: NewClient) -> None:
    client = new_client()
    client.sign_in(sign_in(client, forging))
    (first,) = client.get("/user/identity").json()["items"]
    assert refusal(client.post("/user/identity/remove", id=first["id"])) == (409, "last_sign_in")
    forging.claims = {"sub": "another"}
    connect(client, forging)
    assert client.post("/user/identity/remove", id=first["id"]).status_code == 204
    (second,) = client.get("/user/identity").json()["items"]
    client.sign_in(
        client.post("/user/me/password", token="refresh_token", new_password=PASSWORD, confirm_password=PASSWORD)
    )
    assert client.post("/user/identity/remove", id=second["id"]).status_code == 204


def test_a_provider_that_does_not_authenticate_anew_confirms_nothing(
    forging: ForgingProvider, new_client: NewClient, database: Engine
) -> None:
    client = new_client()
    client.sign_in(sign_in(client, forging))
    age_logins(database, 700)
    for auth_time in (None, NOW - 3600, True, "now"):
        forging.claims = {"auth_time": auth_time}
        started = start(client, path="/user/reauthenticate/oidc/start")
        assert "prompt=login" in started["url"]
        assert "max_age=0" in started["url"]
        answer = forging.authorize(started["url"])
        assert refusal(client.post("/user/reauthenticate/oidc/finish", **answer, secret=started["secret"])) == FAILED
    assert refusal(client.get("/user/me/export")) == (403, "reauthentication_required")


def test_an_export_has_the_sign_ins_and_a_deletion_removes_them(
    forging: ForgingProvider, new_client: NewClient, database: Engine, store_url: str
) -> None:
    client = new_client()
    client.sign_in(sign_in(client, forging))
    exported = [item for item in client.get("/user/me/export").json()["items"] if item["kind"] == "identity"]
    assert [(item["issuer"], item["subject"]) for item in exported] == [(forging.issuer, "subject-1")]
    assert client.post("/user/me/delete", token="refresh_token").status_code == 202
    assert identities(database) == 0
    # The next sign-in begins a new account.
    other = new_client()
    other.sign_in(sign_in(other, forging))
    assert me(other)["email"] == "ann@example.com"


@pytest.mark.parametrize(
    "value",
    [
        "[",
        '[{"id": "A B", "name": "n", "issuer": "https://a.example", "client_id": "c"}]',
        '[{"id": "a", "name": "n", "issuer": "https://a.example", "client_id": "c", "scopes": "email"}]',
        '[{"id": "a", "name": "n", "issuer": "https://a.example", "client_id": "c", "typo": 1}]',
        json.dumps([{"id": "a", "name": "n", "issuer": f"https://{n}.example", "client_id": "c"} for n in "ab"]),
    ],
)
def test_a_setting_with_a_mistake_is_refused(new_client: NewClient, settings: Settings, value: str) -> None:
    settings(OIDC_PROVIDERS=value)
    assert refusal(new_client().request("GET", "/user/oidc")) == (500, "internal_error")
