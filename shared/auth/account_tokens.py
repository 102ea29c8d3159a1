"""Single-use tokens of an account: links to set a new password or to verify the email address.

A token is random (256 bits). The database stores its SHA-256, by which it is looked up, so a comparison's time reveals
nothing about it.
"""

import secrets
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from shared.auth.token_hash import hash_token
from shared.config import SiteSettings, load
from shared.db.models import AccountToken, User
from shared.db.repositories import account_tokens, users
from shared.errors import AppError

# `operator_reset`: of a link that the operator passes on by any channel, so it proves nothing about the address.
Purpose = Literal["reset", "operator_reset", "verify"]
RESETS: tuple[Purpose, ...] = ("reset", "operator_reset")
LIFETIMES: dict[Purpose, timedelta] = {
    "reset": timedelta(minutes=30),
    "operator_reset": timedelta(minutes=30),
    "verify": timedelta(days=3),
}


class InvalidToken(AppError):
    code, status = "invalid_token", 422
    message = "This link has expired or was already used. Request a new one."


def issue_account_token(session: Session, user: User, purpose: Purpose, now: datetime) -> str:
    """A token for the user's present address, void after its lifetime and when the address changes.

    Several of one purpose may be valid at a time, so that each mail's link works, also of one that was sent twice.
    """
    token = secrets.token_urlsafe(32)
    account_tokens.add_account_token(
        session,
        AccountToken(
            token_hash=hash_token(token),
            user_id=user.id,
            purpose=purpose,
            email=user.email,
            created_at=now,
            expires_at=now + LIFETIMES[purpose],
        ),
    )
    return token


def check_reset_token(session: Session, token: str, now: datetime) -> Purpose:
    """The purpose, one of RESETS, of a valid token. Does not use it up. Raises InvalidToken."""
    for purpose in RESETS:
        if account_tokens.find_account_token(session, purpose, hash_token(token), now) is not None:
            return purpose
    raise InvalidToken


def use_account_token(session: Session, purpose: Purpose, token: str, now: datetime) -> User:
    """Use up a token; returns its user, locked. The user's other tokens of this purpose end, too, those of all RESETS
    together.

    Raises InvalidToken.
    """
    found = account_tokens.find_account_token(session, purpose, hash_token(token), now)
    user = None if found is None else users.lock_user(session, found.user_id)
    if found is None or user is None or user.email != found.email:
        raise InvalidToken
    if not account_tokens.take_account_token(session, user.id, found.token_hash):
        raise InvalidToken
    account_tokens.delete_of_user(session, user.id, RESETS if purpose in RESETS else (purpose,))
    return user


def account_link(purpose: Purpose, token: str) -> str:
    """The page of the SPA that uses a token. The token is in the fragment, which browsers send to no server."""
    page = "reset" if purpose in RESETS else purpose
    return f"{load(SiteSettings).site}/#/{page}/{token}"
