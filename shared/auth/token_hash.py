"""The form in which the database stores a token."""

import hashlib


def hash_token(token: str) -> str:
    """SHA-256, hex. A token has at least 128 random bits, so that it needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
