"""Passwords: the rules and bcrypt.

Hashing takes about a quarter of a second of CPU: call it where it does not block an event loop, and
not inside a transaction.
"""

import re

import bcrypt

MIN_BYTES = 8
# bcrypt reads no further (and its library refuses more).
MAX_BYTES = 72
_COST = 12


def is_acceptable(password: str) -> bool:
    """8 to 72 bytes of UTF-8, at least one letter and one digit (of any script)."""
    size = len(password.encode())
    return (
        MIN_BYTES <= size <= MAX_BYTES
        and any(character.isalpha() for character in password)
        and re.search(r"\d", password) is not None
        # bcrypt ends its input at a NUL.
        and "\0" not in password
    )


def hash_password(password: str) -> str:
    """bcrypt's 60-character hash of an acceptable password."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(_COST)).decode()


# Of no password: what a login for an unknown email is checked against, at the same cost.
_NOBODY = bcrypt.hashpw(b"", bcrypt.gensalt(4)).decode().replace("$04$", f"${_COST}$", 1)


def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether the password is the hash's. With None it takes as long and is False."""
    candidate = password.encode()
    matches = bcrypt.checkpw(candidate[:MAX_BYTES], (password_hash or _NOBODY).encode())
    return matches and password_hash is not None and len(candidate) <= MAX_BYTES
