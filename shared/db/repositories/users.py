"""Accounts."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db.models import User


def add_user(session: Session, user: User) -> None:
    """Raises sqlalchemy.exc.IntegrityError when the email has an account already."""
    session.add(user)
    session.flush()


def find_user(session: Session, user_id: str) -> User | None:
    return session.get(User, user_id)


def lock_user(session: Session, user_id: str) -> User | None:
    """The user, locked until the transaction ends.

    The row is the lock of everything about the user's logins: whoever changes refresh tokens takes it
    first, so that a login cannot slip in while all are being ended, and two calls cannot wait for each
    other.
    """
    return session.get(User, user_id, with_for_update=True)


def find_user_by_email(session: Session, email: str) -> User | None:
    """`email`: lower case, as stored."""
    return session.scalar(select(User).where(User.email == email))


def list_users(session: Session) -> Sequence[User]:
    """Everyone, oldest first: for the operator's command line."""
    return session.scalars(select(User).order_by(User.id)).all()
