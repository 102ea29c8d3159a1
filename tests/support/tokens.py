"""Forged tokens: any claim, key, algorithm and header."""

from datetime import datetime, timedelta, timezone
from typing import Any

import jwt

from shared.config import TokenSettings, load
from tests.support.log_watch import keep_secret

# HS256 needs 32 bytes.
FOREIGN_KEY = "a-key-that-this-product-does-not-have"


def read(token: str) -> dict[str, Any]:
    """The claims, unverified."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def header(token: str) -> dict[str, Any]:
    return dict(jwt.get_unverified_header(token))


def changed(token: str, *, without: str = "", **claims: Any) -> str:
    """The token with other claims, signed again with our key."""
    payload = {**read(token), **claims}
    payload.pop(without, None)
    return sign(payload)


def sign(payload: dict[str, Any], *, key: str | None = None, algorithm: str = "HS256", **headers: Any) -> str:
    """Sign claims, by default with our first key and its kid."""
    kid, own_key = next(iter(load(TokenSettings).keys.items()))
    token = jwt.encode(payload, own_key if key is None else key, algorithm=algorithm, headers={"kid": kid, **headers})
    keep_secret(token)
    return token


def ago(seconds: float) -> datetime:
    return datetime.now(timezone.utc) - timedelta(seconds=seconds)
