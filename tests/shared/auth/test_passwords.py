"""Password rules and hashing."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shared import config
from shared.auth.passwords import (
    PasswordSettings,
    hash_password,
    is_acceptable,
    is_outdated,
    verify_password,
)
from tests.support.log_watch import keep_secret

# Texts of a JSON request; lone surrogates are refused earlier.
text = st.text(st.characters(exclude_categories=["Cs"]))
# Passwords of 8 to 72 bytes, with a letter and a digit: filtering `text` would discard most of it.
passwords = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=6, max_size=17).map(
    "{}a1".format
)


@given(text)
def test_a_password_is_acceptable_exactly_by_the_rules(password: str) -> None:
    assert is_acceptable(password) == (
        8 <= len(password.encode("utf-8")) <= 72
        and any(character.isalpha() for character in password)
        and any(character.isdecimal() for character in password)
        and "\0" not in password
    )


@given(st.integers(0, 100), st.sampled_from(["a", "é", "密", "𝒳"]))
def test_length_is_counted_in_bytes_of_utf_8(letters: int, letter: str) -> None:
    password = letter * letters + "1"
    assert is_acceptable(password) == (letters > 0 and 8 <= letters * len(letter.encode()) + 1 <= 72)


@hypothesis_settings(max_examples=25)
@given(passwords, text)
def test_a_hash_verifies_its_password_and_no_other(password: str, other: str) -> None:
    password_hash = hash_password(password)
    assert verify_password(password, password_hash)
    assert verify_password(other, password_hash) == (other == password)
    assert not verify_password(password, None)
    # Equal passwords have different hashes (salt).
    assert hash_password(password) != password_hash


@hypothesis_settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=72))
def test_passwords_longer_than_bcrypts_limit_are_not_truncated(password: str) -> None:
    kept = "a1" * 36
    assert verify_password(kept, password_hash := hash_password(kept))
    assert not verify_password(kept + password, password_hash)


def test_production_hashes_at_cost_12(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PASSWORD_HASH_COST")
    config.clear_cache()
    keep_secret("a-real-password-1")
    password_hash = hash_password("a-real-password-1")
    assert password_hash.startswith("$2b$12$")
    assert len(password_hash) == 60
    assert verify_password("a-real-password-1", password_hash)
    assert config.load(PasswordSettings).password_hash_cost == 12
    monkeypatch.undo()
    config.clear_cache()


def test_a_hash_of_another_cost_is_outdated(settings: Callable[..., None]) -> None:
    password_hash = hash_password("correct-horse-1")
    assert not is_outdated(password_hash)
    settings(PASSWORD_HASH_COST="5")
    assert is_outdated(password_hash)
    assert verify_password("correct-horse-1", password_hash)
