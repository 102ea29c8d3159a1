"""Encryption of secrets at rest, and key rotation."""

import base64
from collections.abc import Callable

import pytest

from shared.crypto.encryption import UnreadableApiKey, decrypt_secret, encrypt_secret, hint_of, renew_secret

OLD, NEW = (base64.urlsafe_b64encode(bytes([n]) * 32).decode() for n in (1, 2))
Settings = Callable[..., None]


def test_a_key_is_decrypted_for_its_owner(settings: Settings) -> None:
    settings(API_KEY_ENCRYPTION_KEYS=OLD)
    encrypted = encrypt_secret("owner", "sk-密钥")
    assert "sk-" not in encrypted
    assert decrypt_secret("owner", encrypted) == "sk-密钥"


def test_encryption_is_not_deterministic(settings: Settings) -> None:
    settings(API_KEY_ENCRYPTION_KEYS=OLD)
    assert encrypt_secret("owner", "sk") != encrypt_secret("owner", "sk")


def test_a_row_copied_to_another_account_is_unreadable(settings: Settings) -> None:
    settings(API_KEY_ENCRYPTION_KEYS=OLD)
    with pytest.raises(UnreadableApiKey):
        decrypt_secret("thief", encrypt_secret("owner", "sk"))


@pytest.mark.parametrize("broken", ["", "nonsense", "gAAAAA=="])
def test_a_foreign_ciphertext_is_unreadable(settings: Settings, broken: str) -> None:
    settings(API_KEY_ENCRYPTION_KEYS=OLD)
    with pytest.raises(UnreadableApiKey):
        decrypt_secret("owner", broken)


def test_keys_rotate(settings: Settings) -> None:
    settings(API_KEY_ENCRYPTION_KEYS=OLD)
    encrypted = encrypt_secret("owner", "sk")

    settings(API_KEY_ENCRYPTION_KEYS=f"{NEW}, {OLD}")
    assert decrypt_secret("owner", encrypted) == "sk"
    renewed = renew_secret("owner", encrypted)
    assert renew_secret("owner", renewed) == renewed

    settings(API_KEY_ENCRYPTION_KEYS=NEW)
    assert decrypt_secret("owner", renewed) == "sk"
    with pytest.raises(UnreadableApiKey):
        decrypt_secret("owner", encrypted)
    with pytest.raises(UnreadableApiKey):
        renew_secret("owner", encrypted)


@pytest.mark.parametrize("weak", ["", base64.urlsafe_b64encode(b"short").decode()])
def test_a_key_that_is_too_short_is_not_used(settings: Settings, weak: str) -> None:
    settings(API_KEY_ENCRYPTION_KEYS=f"{OLD},{weak}")
    with pytest.raises(ValueError, match="API_KEY_ENCRYPTION_KEYS"):
        encrypt_secret("owner", "sk")


@pytest.mark.parametrize(("secret", "hint"), [("sk-123456789", "6789"), ("sk-12345678", None), (None, None)])
def test_a_hint_shows_the_end_of_a_long_secret_alone(secret: str | None, hint: str | None) -> None:
    assert hint_of(secret) == hint
