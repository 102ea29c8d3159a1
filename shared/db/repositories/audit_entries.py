"""The audit log."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from shared.db.models import AuditEntry, User


class ListedEntry(NamedTuple):
    """An entry, with the addresses that its accounts have now; None for an account that is gone."""

    entry: AuditEntry
    actor_email: str | None
    user_email: str | None


def add_entry(session: Session, entry: AuditEntry) -> None:
    session.add(entry)


def list_entries(session: Session, before: str | None, limit: int) -> Sequence[ListedEntry]:
    """Newest first; those before the id `before`."""
    actor, user = aliased(User), aliased(User)
    query = (
        select(AuditEntry, actor.email, user.email)
        .outerjoin(actor, (actor.id == AuditEntry.actor_id) & actor.deleted_at.is_(None))
        .outerjoin(user, (user.id == AuditEntry.user_id) & user.deleted_at.is_(None))
    )
    if before is not None:
        query = query.where(AuditEntry.id < before)
    rows = session.execute(query.order_by(AuditEntry.id.desc()).limit(limit))
    return [ListedEntry(*row) for row in rows]
