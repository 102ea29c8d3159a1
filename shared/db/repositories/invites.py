"""Invitations to register."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from shared.db.models import Invite
from shared.db.repositories.changed import rows_changed
from shared.db.repositories.expired import delete_some


def add_invite(session: Session, invite: Invite) -> None:
    session.add(invite)


def find_usable_invite(session: Session, token_hash: str, email: str, now: datetime) -> Invite | None:
    """An invitation that is for the address or for any, and that has neither been used nor expired."""
    return session.scalar(
        select(Invite).where(
            Invite.token_hash == token_hash,
            Invite.used_at.is_(None),
            Invite.expires_at > now,
            or_(Invite.email.is_(None), Invite.email == email),
        )
    )


def use_invite(session: Session, invite_id: str, now: datetime) -> bool:
    """Mark an invitation as used; False when another registration has done so."""
    statement = update(Invite).where(Invite.id == invite_id, Invite.used_at.is_(None))
    return rows_changed(session, statement.values(used_at=now)) == 1


def list_invites(session: Session, now: datetime, limit: int) -> Sequence[Invite]:
    """The invitations that have not expired, used ones included, newest first."""
    query = select(Invite).where(Invite.expires_at > now).order_by(Invite.id.desc())
    return session.scalars(query.limit(limit)).all()


def lock_unused(session: Session, invite_ids: Sequence[str]) -> Sequence[Invite]:
    """The invitations of these ids that nobody has used, locked until the transaction ends."""
    query = select(Invite).where(Invite.id.in_(invite_ids), Invite.used_at.is_(None)).order_by(Invite.id)
    return session.scalars(query.with_for_update()).all()


def delete_invites(session: Session, invite_ids: Sequence[str]) -> None:
    session.execute(delete(Invite).where(Invite.id.in_(invite_ids)))


def delete_used_of_email(session: Session, email: str) -> None:
    """Delete the used invitations for an address. Others stay: the account need not have been the invited person's."""
    session.execute(delete(Invite).where(Invite.email == email, Invite.used_at.is_not(None)))


def delete_expired(session: Session, now: datetime, limit: int) -> int:
    return delete_some(session, Invite.id, Invite.expires_at < now, limit)
