"""Sign-ins with other providers."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from shared.db.models import Identity
from shared.db.repositories.changed import rows_changed


def add_identity(session: Session, identity: Identity) -> None:
    """Raises sqlalchemy.exc.IntegrityError when it belongs to an account already."""
    session.add(identity)
    session.flush()


def find_identity(session: Session, issuer: str, subject: str) -> Identity | None:
    """An identity of any account: a sign-in finds its account by it."""
    return session.scalar(select(Identity).where(Identity.issuer == issuer, Identity.subject == subject))


def lock_identity(session: Session, user_id: str, identity_id: str) -> Identity | None:
    """The newest version of a row that was read before. The user's row must be locked."""
    query = select(Identity).where(Identity.id == identity_id, Identity.user_id == user_id)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def list_identities(session: Session, user_id: str) -> Sequence[Identity]:
    """The user's, oldest first."""
    return session.scalars(select(Identity).where(Identity.user_id == user_id).order_by(Identity.id)).all()


def count_identities(session: Session, user_id: str) -> int:
    return session.scalar(select(func.count()).select_from(Identity).where(Identity.user_id == user_id)) or 0


def delete_identity(session: Session, user_id: str, identity_id: str) -> bool:
    """False when the user has none with this id."""
    statement = delete(Identity).where(Identity.id == identity_id, Identity.user_id == user_id)
    return rows_changed(session, statement) == 1


def delete_all_identities(session: Session, user_id: str) -> None:
    session.execute(delete(Identity).where(Identity.user_id == user_id))
