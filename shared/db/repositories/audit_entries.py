"""The audit log."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from shared.db.models import AuditEntry, User


class ListedEntry(NamedTuple):
    """An entry, with the addresses that its accounts have now; None for an account that is gone."""

    entry: AuditEntry
    actor_email: str | None
    user_email: str | None


_MAX_SUBJECT = 200
# Their subject is the address of the person who was invited.
_INVITATIONS = ("invite_create", "invite_revoke")


def add_entry(session: Session, entry: AuditEntry) -> None:
    """A subject that is too long for the column, such as a long address, is cut."""
    if entry.subject is not None:
        entry.subject = entry.subject[:_MAX_SUBJECT]
    session.add(entry)


def forget_address(session: Session, email: str) -> None:
    """Remove an address from the entries about its invitations."""
    entries = update(AuditEntry).where(AuditEntry.action.in_(_INVITATIONS), AuditEntry.subject == email[:_MAX_SUBJECT])
    session.execute(entries.values(subject=None).execution_options(synchronize_session=False))


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
