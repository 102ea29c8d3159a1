"""Encryption of secrets at rest: Fernet, with a key derived for each owner.

They are API keys, values of headers, tokens and grants of tool servers, secrets of authenticator apps, and sign-ins
that have begun. Names with "API key" date from when there were no others.

A row copied to another account does not decrypt there. Key rotation: put a new key first in
API_KEY_ENCRYPTION_KEYS; it encrypts from then on, and the old ones still decrypt. The maintenance function's
`renew_api_keys` re-encrypts stored secrets with the first key; then the old ones can be removed.
"""

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

from shared.config import EncryptionSettings, load
from shared.errors import AppError

if TYPE_CHECKING:
    # Imported at first use: most requests encrypt and decrypt nothing.
    from cryptography.fernet import Fernet, MultiFernet


# The owner of the operator's secrets, which no user's id is.
OPERATOR = "operator"


class UnreadableApiKey(AppError):
    """The secret was encrypted for another owner, or with a key that is no longer configured."""

    code, status = "api_key_unreadable", 422
    message = "The stored API key or headers can no longer be read. Please enter them again."


def encrypt_secret(owner_id: str, secret: str) -> str:
    return _cipher(owner_id).encrypt(secret.encode()).decode()


def decrypt_secret(owner_id: str, encrypted: str) -> str:
    """Raises UnreadableApiKey."""
    from cryptography.fernet import InvalidToken

    try:
        return _cipher(owner_id).decrypt(encrypted).decode()
    except InvalidToken:
        raise UnreadableApiKey from None


def renew_secret(owner_id: str, encrypted: str) -> str:
    """The same secret, encrypted with the first key. Raises UnreadableApiKey."""
    from cryptography.fernet import InvalidToken

    try:
        _ciphers(owner_id)[0].decrypt(encrypted)
    except InvalidToken:
        return encrypt_secret(owner_id, decrypt_secret(owner_id, encrypted))
    return encrypted


def hint_of(secret: str | None) -> str | None:
    """The last 4 characters, by which its owner recognizes a secret; None for a short one, of which they would be a
    large part."""
    return secret[-4:] if secret is not None and len(secret) >= 12 else None


def _cipher(owner_id: str) -> "MultiFernet":
    from cryptography.fernet import MultiFernet

    return MultiFernet(_ciphers(owner_id))


def _ciphers(owner_id: str) -> "list[Fernet]":
    from cryptography.fernet import Fernet

    masters = load(EncryptionSettings).api_key_encryption_keys.get_secret_value().split(",")
    return [Fernet(_derived(master.strip(), owner_id)) for master in masters]


def _derived(master: str, owner_id: str) -> bytes:
    key = base64.urlsafe_b64decode(master)
    if len(key) != 32:
        raise ValueError("API_KEY_ENCRYPTION_KEYS holds a key that is not 32 bytes in URL-safe base64")
    return base64.urlsafe_b64encode(hmac.digest(key, f"api-key:{owner_id}".encode(), hashlib.sha256))
