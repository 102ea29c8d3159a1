"""Tokens that a user receives by mail, or from the operator."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.db.models import AccountToken
from shared.db.repositories.changed import rows_changed
from shared.db.repositories.expired import delete_some


def add_account_token(session: Session, token: AccountToken) -> None:
    session.add(token)


def find_account_token(session: Session, purpose: str, token_hash: str, now: datetime) -> AccountToken | None:
    """A token that has not expired. Its hash identifies the owner, who is not known before."""
    return session.scalar(
        select(AccountToken).where(
            AccountToken.token_hash == token_hash, AccountToken.purpose == purpose, AccountToken.expires_at > now
        )
    )


def take_account_token(session: Session, user_id: str, token_hash: str) -> bool:
    """Delete a token that is being used; False when another call has done so."""
    statement = delete(AccountToken).where(AccountToken.user_id == user_id, AccountToken.token_hash == token_hash)
    return rows_changed(session, statement) == 1


def delete_of_user(session: Session, user_id: str, purposes: Collection[str] | None = None) -> None:
    """Delete a user's tokens of these purposes, or all of them."""
    query = delete(AccountToken).where(AccountToken.user_id == user_id)
    session.execute(query if purposes is None else query.where(AccountToken.purpose.in_(purposes)))


def delete_expired(session: Session, now: datetime, limit: int) -> int:
    return delete_some(session, AccountToken.token_hash, AccountToken.expires_at < now, limit)
