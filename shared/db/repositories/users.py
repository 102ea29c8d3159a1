"""Accounts."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, or_, select
from sqlalchemy.orm import Session

from shared.db.models import User
from shared.db.repositories.refresh_tokens import FAMILY_IS_ALIVE


class Account(NamedTuple):
    """The profile columns of a user's own account."""

    id: str
    username: str
    email: str
    email_verified_at: datetime | None
    group: str
    created_at: datetime


# Compiled once, like FAMILY_IS_ALIVE.
_FIND_ACCOUNT = select(User.id, User.username, User.email, User.email_verified_at, User.group, User.created_at).where(
    User.id == bindparam("user_id"), FAMILY_IS_ALIVE
)


def add_user(session: Session, user: User) -> None:
    """Raises sqlalchemy.exc.IntegrityError when the email already has an account."""
    session.add(user)
    session.flush()


def find_user(session: Session, user_id: str) -> User | None:
    return session.get(User, user_id)


def find_account(session: Session | Connection, user_id: str, family_id: str, now: datetime) -> Account | None:
    """The user's account, if the login `family_id` is alive."""
    row = session.execute(_FIND_ACCOUNT, {"user_id": user_id, "family_id": family_id, "now": now}).first()
    return None if row is None else Account(*row)


def lock_user(session: Session, user_id: str) -> User | None:
    """Lock a user until the transaction ends.

    The row is the lock for all changes of the user's refresh tokens, and is acquired first, so that no login can be
    opened while all are being revoked, and calls cannot deadlock.
    """
    return session.get(User, user_id, with_for_update=True)


def find_user_by_email(session: Session, email: str) -> User | None:
    """`email`: lower case, as stored."""
    return session.scalar(select(User).where(User.email == email))


def list_users(session: Session) -> Sequence[User]:
    """All users but deleted ones, oldest first, for the operator's command line."""
    return session.scalars(select(User).where(User.deleted_at.is_(None)).order_by(User.id)).all()


def search_users(session: Session, text: str, before: str | None, limit: int) -> Sequence[User]:
    """Accounts whose address or name contains `text` in any case, newest first; those before the id `before`. Not
    deleted ones."""
    query = select(User).where(User.deleted_at.is_(None))
    if text:
        matches = User.email.contains(text.lower(), autoescape=True)
        query = query.where(or_(matches, func.lower(User.username).contains(text.lower(), autoescape=True)))
    if before is not None:
        query = query.where(User.id < before)
    return session.scalars(query.order_by(User.id.desc()).limit(limit)).all()


def has_users(session: Session) -> bool:
    """Whether the stage has an account, also a deleted one."""
    return session.scalar(select(User.id).limit(1)) is not None


def list_deleted(session: Session, limit: int) -> Sequence[str]:
    """Ids of deleted accounts whose rows are still there, for the sweep."""
    return session.scalars(select(User.id).where(User.deleted_at.is_not(None)).limit(limit)).all()


def delete_user(session: Session, user_id: str) -> None:
    """Delete the row of a deleted account, and with it the rows that it owns."""
    session.execute(delete(User).where(User.id == user_id, User.deleted_at.is_not(None)))
