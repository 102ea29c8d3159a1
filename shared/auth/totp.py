"""Time-based one-time passwords (RFC 6238), with the parameters of every authenticator app: SHA-1, 6 digits, 30 s."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

DIGITS = 6
_STEP_SECONDS = 30
# The clocks of a phone and ours may differ by a step (RFC 6238, 5.2).
_STEPS_AROUND = 1
# 160 bits, the size of the hash (RFC 4226, 4).
_SECRET_BYTES = 20


def new_secret() -> str:
    """A secret in base32, as apps display and scan it."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // _STEP_SECONDS


def code_of(secret: str, step: int) -> str:
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def matching_step(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The time step after `after` that a code belongs to; None for a wrong, outdated or used code.

    Takes the same time whether or not the code is right.
    """
    current, given = step_at(now), code.encode()
    steps = range(current - _STEPS_AROUND, current + _STEPS_AROUND + 1)
    matching = [step for step in steps if hmac.compare_digest(code_of(secret, step).encode(), given)]
    return next((step for step in matching if step > after), None)


def provisioning_uri(secret: str, account: str, issuer: str) -> str:
    """The URI that apps scan (https://github.com/google/google-authenticator/wiki/Key-Uri-Format)."""
    query = urlencode({"secret": secret, "issuer": issuer, "digits": DIGITS, "period": _STEP_SECONDS}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{query}"
