"""Password rules, and hashing with bcrypt.

Hashing takes about a quarter of a second of CPU: call it outside event loops and transactions.
"""

import re

import bcrypt
from pydantic import Field

from shared.config import Settings, load

MIN_BYTES = 8
# bcrypt ignores further bytes (and its library rejects them).
MAX_BYTES = 72
# A valid salt and digest of no known password.
_NOBODY = "." * 53


class PasswordSettings(Settings):
    # The binary logarithm of bcrypt's rounds. After a change, each login rehashes its password.
    password_hash_cost: int = Field(default=12, ge=4, le=16)


def is_acceptable(password: str) -> bool:
    """8 to 72 bytes of UTF-8, at least one letter and one digit (of any script)."""
    size = len(password.encode())
    return (
        MIN_BYTES <= size <= MAX_BYTES
        and any(character.isalpha() for character in password)
        and re.search(r"\d", password) is not None
        # Other implementations of bcrypt end their input at a NUL.
        and "\0" not in password
    )


def hash_password(password: str) -> str:
    """bcrypt's 60-character hash of an acceptable password."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(_cost())).decode()


def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether the password matches the hash. With None it does the same work and returns False."""
    candidate = password.encode()
    expected = password_hash or f"$2b${_cost():02}${_NOBODY}"
    matches = bcrypt.checkpw(candidate[:MAX_BYTES], expected.encode())
    return matches and password_hash is not None and len(candidate) <= MAX_BYTES


def is_outdated(password_hash: str) -> bool:
    """Whether the hash has another cost than new hashes."""
    return not password_hash.startswith(f"$2b${_cost():02}$")


def _cost() -> int:
    return load(PasswordSettings).password_hash_cost
