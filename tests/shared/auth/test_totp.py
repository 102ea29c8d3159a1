"""Time-based one-time passwords."""

import base64
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest

from shared.auth.totp import matching_step, new_secret, provisioning_uri

# RFC 6238, appendix B: the last six of its eight digits.
_SECRET = base64.b32encode(b"12345678901234567890").decode()
_VECTORS = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def code_at(step: int) -> str:
    return pyotp.TOTP(_SECRET).generate_otp(step)


@pytest.mark.parametrize(("seconds", "code"), _VECTORS.items())
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert matching_step(_SECRET, code, at(seconds), 0) == seconds // 30


def test_a_code_of_the_step_before_or_after_is_right() -> None:
    now = at(1_800_000_000)
    step = 1_800_000_000 // 30
    found = {other: matching_step(_SECRET, code_at(step + other), now, 0) for other in (-2, -1, 0, 1, 2)}
    assert found == {-2: None, -1: step - 1, 0: step, 1: step + 1, 2: None}


def test_a_used_code_and_those_before_it_are_wrong() -> None:
    now = at(1_800_000_000)
    step = 1_800_000_000 // 30
    assert matching_step(_SECRET, code_at(step), now, after=step) is None
    assert matching_step(_SECRET, code_at(step - 1), now, after=step) is None
    assert matching_step(_SECRET, code_at(step + 1), now + timedelta(seconds=30), after=step) == step + 1


@pytest.mark.parametrize("code", ["", "28708", "2870820", "abcdef"])
def test_a_malformed_code_is_wrong(code: str) -> None:
    assert matching_step(_SECRET, code, at(59), 0) is None


def test_a_code_may_be_typed_in_full_width_digits() -> None:
    assert matching_step(_SECRET, "２８７０８２", at(59), 0) == 1


def test_the_uri_names_the_account() -> None:
    secret = new_secret()
    assert len(base64.b32decode(secret)) == 20
    uri = urlsplit(provisioning_uri(secret, "ada+chat@example.com", "Chat"))
    assert (uri.scheme, uri.netloc, unquote(uri.path)) == ("otpauth", "totp", "/Chat:ada+chat@example.com")
    assert parse_qs(uri.query) == {"secret": [secret], "issuer": ["Chat"]}
