"""Validation and normalization of email addresses and usernames."""

import string
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.auth.accounts import Email, Username

_email: TypeAdapter[str] = TypeAdapter(Email)
_username: TypeAdapter[str] = TypeAdapter(Username)

atoms = st.text(string.ascii_letters + string.digits + "!#$%&'*+-/=?^_`{|}~", min_size=1, max_size=20)
local_parts = st.lists(atoms, min_size=1, max_size=3).map(".".join)
labels = st.from_regex(r"[a-zA-Z0-9]([a-zA-Z0-9]{0,20}[a-zA-Z0-9])?", fullmatch=True)
domains = st.lists(labels, min_size=1, max_size=3).map(lambda names: ".".join([*names, "Example"]))
addresses = st.builds("{}@{}".format, local_parts, domains)
# Letters, marks and digits of any script.
words = st.text(st.characters(categories=["L", "M", "N"]), min_size=1, max_size=10)
anything = st.text(st.characters(exclude_categories=["Cs"]))


def email(value: str) -> str | None:
    """The stored form of an address; None when it is refused."""
    try:
        return _email.validate_python(value)
    except ValidationError:
        return None


def username(value: str) -> str | None:
    try:
        return _username.validate_python(value)
    except ValidationError:
        return None


@given(addresses, st.sampled_from(["", " ", "\t", "\n "]))
def test_an_address_is_stored_trimmed_and_in_lower_case(address: str, space: str) -> None:
    assert email(f"{space}{address}{space}") == address.lower()


@given(addresses)
def test_case_does_not_make_another_address(address: str) -> None:
    assert email(address.upper()) == email(address.lower()) == email(address.swapcase())


@given(anything | st.builds("{}@{}".format, words | local_parts | anything, words.map("{}.example".format) | domains))
def test_a_stored_address_is_valid_and_normalized(value: str) -> None:
    stored = email(value)
    if stored is None:
        return
    assert email(stored) == stored
    assert stored == stored.lower() == unicodedata.normalize("NFC", stored)
    assert 3 <= len(stored) <= 254
    local, _, domain = stored.rpartition("@")
    assert local
    assert "." in domain
    assert not any(character.isspace() or unicodedata.category(character) == "Cc" for character in stored)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "ada",
        "@example.com",
        "ada@",
        "ada@localhost",
        "ada@@example.com",
        "ada@example..com",
        ".ada@example.com",
        "ada.@example.com",
        "ada lovelace@example.com",
        "Ada <ada@example.com>",
        "ada@example.com, eve@example.com",
        "ada@[192.0.2.1]",
        "ada\n@example.com",
        "ada@exa\0mple.com",
        "x" * 65 + "@example.com",
        "ada@" + "x" * 250 + ".com",
    ],
)
def test_an_invalid_address_is_refused_without_echoing_it(value: str) -> None:
    with pytest.raises(ValidationError) as caught:
        _email.validate_python(value)
    assert [error["msg"] for error in caught.value.errors()] == ["This is not an email address."]


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("Ada.Lovelace+tag@Example.COM", "ada.lovelace+tag@example.com"),
        ("ada@chat.test", "ada@chat.test"),
        ("ada@office.local", "ada@office.local"),
        ("用户@例子.中国", "用户@例子.中国"),
        ("a@xn--fsqu00a.xn--fiqs8s", "a@例子.中国"),
        ("E\u0301mile@example.com", "\u00e9mile@example.com"),
    ],
)
def test_addresses_of_every_kind(value: str, stored: str) -> None:
    assert email(value) == stored


@given(anything)
def test_a_username_is_1_to_64_visible_or_inner_characters(value: str) -> None:
    stored = username(value)
    trimmed = value.strip()
    assume(trimmed == value or stored is not None)
    controls = any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in trimmed)
    assume(stored is not None or controls or not HIDDEN & set(trimmed))
    if stored is None:
        assert controls or not 1 <= len(trimmed) <= 64
    else:
        assert 1 <= len(stored) <= 64
        assert stored == stored.strip() == trimmed
        assert not controls
        assert username(stored) == stored


# Bidirectional and zero-width controls, and letters and symbols without a shape.
HIDDEN = {chr(code) for code in (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070))} | set(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\ufeff\uffa0\ufff9\ufffa\ufffb"
    + "".join(map(chr, (*range(0x1D173, 0x1D17B), *range(0xE0000, 0xE0080))))
)


@pytest.mark.parametrize("hidden", sorted(HIDDEN), ids=lambda hidden: f"U+{ord(hidden):04X}")
def test_a_character_without_a_shape_is_refused_in_a_username(hidden: str) -> None:
    for value in (f"ad{hidden}min", f"{hidden}admin", f"admin{hidden}", hidden):
        assert username(value) is None


@pytest.mark.parametrize("value", ["👩\u200d❤️\u200d👨", "می\u200cخواهم", "क्\u200dष"])
def test_joiners_between_letters_and_emoji_are_allowed(value: str) -> None:
    assert username(value) == value


@given(st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters=HIDDEN), min_size=1, max_size=64))
def test_letters_digits_and_signs_of_any_script_are_a_username(value: str) -> None:
    assert username(f"  {value}\t") == value


@given(st.integers(0, 200))
def test_a_username_is_counted_in_characters(length: int) -> None:
    assert (username("名" * length) is not None) == (1 <= length <= 64)
