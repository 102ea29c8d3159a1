"""Signing and reading of tokens; tests/contract has the tests of refused tokens."""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from shared.auth.scopes import DEFAULT_GROUP, GROUP_PERMISSIONS, permission_limit, scope_of
from shared.auth.token_hash import hash_token
from shared.auth.tokens import (
    issue_access_token,
    issue_refresh_token,
    read_refresh_token,
    read_token,
)
from shared.config import TokenSettings, load
from shared.errors import TokenExpired, Unauthorized
from tests.support import tokens
from tests.support.log_watch import keep_secret

Settings = Callable[..., None]


def access_token(age: float = 0) -> str:
    token = issue_access_token("a-user", "free", "a-login", datetime.now(timezone.utc) - timedelta(seconds=age))
    keep_secret(token)
    return token


def test_an_issued_token_is_read() -> None:
    claims = read_token(access_token(), "access")
    assert (claims.user_id, claims.family_id, claims.group) == ("a-user", "a-login", "free")
    assert claims.scope == scope_of("free")


def test_a_refresh_token_is_presented_with_its_hash() -> None:
    issued = issue_refresh_token("a-user", "a-login", datetime.now(timezone.utc))
    presented = read_refresh_token(issued.token)
    assert presented.token_hash == hash_token(issued.token)
    assert presented.claims.token_id == issued.claims.token_id
    assert (presented.claims.group, presented.claims.scope) == ("", "")


def test_no_two_tokens_are_the_same() -> None:
    now = datetime.now(timezone.utc)
    assert len({issue_refresh_token("a-user", "a-login", now).token for _ in range(50)}) == 50


def test_a_token_expires_after_its_lifetime_and_the_clock_skew() -> None:
    read_token(access_token(age=15 * 60 + 20), "access")
    with pytest.raises(TokenExpired):
        read_token(access_token(age=15 * 60 + 40), "access")


def test_a_cached_token_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    token = access_token()
    read_token(token, "access")
    later = datetime.now(timezone.utc) + timedelta(minutes=15, seconds=40)
    monkeypatch.setattr("shared.auth.tokens.utc_now", lambda: later)
    with pytest.raises(TokenExpired):
        read_token(token, "access")


def test_the_type_of_a_cached_token_is_checked() -> None:
    token = access_token()
    read_token(token, "access")
    with pytest.raises(Unauthorized):
        read_token(token, "refresh")


def test_the_lifetime_is_a_setting(settings: Settings) -> None:
    settings(ACCESS_TOKEN_SECONDS="60")
    claims = tokens.read(access_token())
    assert claims["exp"] - claims["iat"] == 60


def test_two_keys_verify_and_the_first_signs(settings: Settings) -> None:
    first, second = "the-first-key-of-32-characters-or-more", "the-second-key-of-32-characters-or-more"
    settings(JWT_KEYS=f"a:{first}")
    by_a = access_token()
    settings(JWT_KEYS=f"b:{second},a:{first}")
    by_b = access_token()
    assert tokens.header(by_b)["kid"] == "b"
    assert read_token(by_a, "access").user_id == read_token(by_b, "access").user_id
    settings(JWT_KEYS=f"b:{second}")
    with pytest.raises(Unauthorized):
        read_token(by_a, "access")


def test_a_kid_does_not_vouch_for_another_key(settings: Settings) -> None:
    """A token signed with one of our keys, with the kid of another one."""
    first, second = "the-first-key-of-32-characters-or-more", "the-second-key-of-32-characters-or-more"
    settings(JWT_KEYS=f"a:{first},b:{second}")
    with pytest.raises(Unauthorized):
        read_token(tokens.sign(tokens.read(access_token()), key=second, kid="a"), "access")


@pytest.mark.parametrize(
    "header", ["", "{", "[]", "5", '"kid"', "{}", '{"kid": null}', '{"kid": []}', '{"kid": {}}', "[" * 20_000, "\ud800"]
)
def test_a_header_that_names_no_key_is_refused(header: str) -> None:
    encoded = base64.urlsafe_b64encode(header.encode(errors="surrogatepass")).decode().rstrip("=")
    _, _, signed = access_token().partition(".")
    with pytest.raises(Unauthorized):
        read_token(f"{encoded}.{signed}", "access")


@pytest.mark.parametrize(
    "keys",
    [
        "",
        "no-kid-at-all-but-quite-a-long-secret-here",
        "a:too-short-a-secret",
        ":a-secret-without-a-kid-that-is-long-enough",
        "a:the-first-key-of-32-characters-or-more,",
        "a:the-first-key-of-32-characters-or-more,a:the-second-key-of-32-characters-or-more",
        "a:the-first-key-of-32-characters-or-more, b:the-second-key-of-32-characters-or-more",
    ],
)
def test_malformed_keys_are_refused_without_echoing_them(settings: Settings, keys: str) -> None:
    settings(JWT_KEYS=keys)
    with pytest.raises(ValidationError) as caught:
        load(TokenSettings)
    assert not any(entry.partition(":")[2] in str(caught.value) for entry in keys.split(",") if ":" in entry)


@pytest.mark.parametrize(
    ("scope", "limit"),
    [
        ("model_config:create:5 chat:send", 5),
        ("chat:send model_config:create:50", 50),
        ("model_config:create", None),
        ("chat:send", 0),
        ("", 0),
        ("model_config:create:many", 0),
        ("model_config:create:-1", 0),
        ("xmodel_config:create:5 model_config:creates:5", 0),
    ],
)
def test_the_limit_of_a_permission(scope: str, limit: int | None) -> None:
    assert permission_limit(scope, "model_config:create") == limit


def test_the_groups() -> None:
    limits = {group: permission_limit(scope_of(group), "model_config:create") for group in GROUP_PERMISSIONS}
    assert limits == {"free": 20, "pro": 50, "admin": None}
    assert DEFAULT_GROUP == "free"
    with pytest.raises(KeyError):
        scope_of("nobodys")
