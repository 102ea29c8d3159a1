"""Keys of objects that may be in the store and that no message names yet."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.orm import Session

from shared.db.models import PendingUpload


def add_pending_uploads(session: Session, user_id: str, keys: Sequence[str], now: datetime) -> None:
    if keys:
        session.execute(insert(PendingUpload), [{"key": key, "user_id": user_id, "created_at": now} for key in keys])


def delete_pending_uploads(session: Session | Connection, user_id: str, keys: Sequence[str]) -> None:
    """A message names the objects from now on."""
    if keys:
        session.execute(delete(PendingUpload).where(PendingUpload.key.in_(keys), PendingUpload.user_id == user_id))


def take_pending_uploads(session: Session, before: datetime, limit: int) -> Sequence[str]:
    """Delete rows of all users from before a time, for the sweep; returns their keys.

    A message that is about to name one of the objects waits, and finds the row gone or still there as a whole.
    """
    query = select(PendingUpload.key).where(PendingUpload.created_at < before).order_by(PendingUpload.key).limit(limit)
    keys = session.scalars(query.with_for_update()).all()
    session.execute(delete(PendingUpload).where(PendingUpload.key.in_(keys)))
    return keys
