"""The queue of stored objects to delete."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from shared.db.models import ObjectDeletion
from shared.db.types import utc_now


def add_object_deletions(session: Session, prefixes: Sequence[str], queued_at: datetime | None = None) -> None:
    """`queued_at`: now unless given; upload URLs issued before it may still be used."""
    session.add_all(ObjectDeletion(prefix=prefix, created_at=queued_at or utc_now()) for prefix in prefixes)


def list_object_deletions(session: Session, before: datetime, limit: int) -> Sequence[str]:
    """Prefixes queued before a time, oldest first."""
    query = select(ObjectDeletion.prefix).where(ObjectDeletion.created_at < before)
    return session.scalars(query.order_by(ObjectDeletion.created_at).limit(limit)).all()


def delete_object_deletion(session: Session, prefix: str) -> None:
    session.execute(delete(ObjectDeletion).where(ObjectDeletion.prefix == prefix))


def postpone_object_deletion(session: Session, prefix: str, until: datetime) -> None:
    """Put a prefix behind those that were queued before `until`."""
    session.execute(update(ObjectDeletion).where(ObjectDeletion.prefix == prefix).values(created_at=until))
