"""Encryption of API keys at rest, and key rotation."""

import base64
from collections.abc import Callable

import pytest

from shared.crypto.api_keys import UnreadableApiKey, decrypt_api_key, encrypt_api_key, renew_api_key

OLD, NEW = (base64.urlsafe_b64encode(bytes([n]) * 32).decode() for n in (1, 2))
Settings = Callable[..., None]


def test_a_key_is_decrypted_for_its_owner(settings: Settings) -> None:
    settings(API_KEY_ENCRYPTION_KEYS=OLD)
    encrypted = encrypt_api_key("owner", "sk-密钥")
    assert "sk-" not in encrypted
    assert decrypt_api_key("owner", encrypted) == "sk-密钥"


def test_encryption_is_not_deterministic(settings: Settings) -> None:
    settings(API_KEY_ENCRYPTION_KEYS=OLD)
    assert encrypt_api_key("owner", "sk") != encrypt_api_key("owner", "sk")


def test_a_row_copied_to_another_account_is_unreadable(settings: Settings) -> None:
    settings(API_KEY_ENCRYPTION_KEYS=OLD)
    with pytest.raises(UnreadableApiKey):
        decrypt_api_key("thief", encrypt_api_key("owner", "sk"))


@pytest.mark.parametrize("broken", ["", "nonsense", "gAAAAA=="])
def test_a_foreign_ciphertext_is_unreadable(settings: Settings, broken: str) -> None:
    settings(API_KEY_ENCRYPTION_KEYS=OLD)
    with pytest.raises(UnreadableApiKey):
        decrypt_api_key("owner", broken)


def test_keys_rotate(settings: Settings) -> None:
    settings(API_KEY_ENCRYPTION_KEYS=OLD)
    encrypted = encrypt_api_key("owner", "sk")

    settings(API_KEY_ENCRYPTION_KEYS=f"{NEW}, {OLD}")
    assert decrypt_api_key("owner", encrypted) == "sk"
    renewed = renew_api_key("owner", encrypted)
    assert renew_api_key("owner", renewed) == renewed

    settings(API_KEY_ENCRYPTION_KEYS=NEW)
    assert decrypt_api_key("owner", renewed) == "sk"
    with pytest.raises(UnreadableApiKey):
        decrypt_api_key("owner", encrypted)
    with pytest.raises(UnreadableApiKey):
        renew_api_key("owner", encrypted)


@pytest.mark.parametrize("weak", ["", base64.urlsafe_b64encode(b"short").decode()])
def test_a_key_that_is_too_short_is_not_used(settings: Settings, weak: str) -> None:
    settings(API_KEY_ENCRYPTION_KEYS=f"{OLD},{weak}")
    with pytest.raises(ValueError, match="API_KEY_ENCRYPTION_KEYS"):
        encrypt_api_key("owner", "sk")
