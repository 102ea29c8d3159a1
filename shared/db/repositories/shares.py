"""Share links."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, false, func, or_, select, true
from sqlalchemy.orm import Session

from shared.db.models import Share, User


def add_share(session: Session, share: Share) -> None:
    session.add(share)
    session.flush()


def find_share(session: Session, user_id: str, share_id: str, now: datetime) -> Share | None:
    """The user's share; None if it does not exist or has expired."""
    return session.scalar(select(Share).where(Share.id == share_id, Share.user_id == user_id, _is_valid(now)))


def lock_share(session: Session, user_id: str, share_id: str) -> Share | None:
    """Lock a share until the transaction ends."""
    return session.scalar(select(Share).where(Share.id == share_id, Share.user_id == user_id).with_for_update())


def list_shares(session: Session, user_id: str, now: datetime) -> Sequence[Share]:
    """The user's published shares that have not expired, newest first."""
    query = select(Share).where(Share.user_id == user_id, Share.published == true(), _is_valid(now))
    return session.scalars(query.order_by(Share.created_at.desc(), Share.id)).all()


def lock_and_count_shares(session: Session, user_id: str, now: datetime) -> int:
    """The user's number of shares that have not expired. Locks the count until the transaction ends."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update())
    query = select(func.count()).select_from(Share).where(Share.user_id == user_id, _is_valid(now))
    return session.scalars(query).one()


def delete_shares(session: Session, user_id: str, share_ids: Sequence[str]) -> Sequence[str]:
    """Delete shares; returns the ids of those that there were."""
    return _delete(session, user_id, Share.id.in_(share_ids))


def delete_of_conversations(session: Session, user_id: str, conversation_ids: Sequence[str]) -> Sequence[str]:
    """Delete the shares of conversations; returns their ids."""
    return _delete(session, user_id, Share.conversation_id.in_(conversation_ids))


def delete_all_shares(session: Session, user_id: str) -> Sequence[str]:
    return _delete(session, user_id, true())


def take_expired(session: Session, now: datetime, unpublished_before: datetime, limit: int) -> Sequence[str]:
    """Delete shares of all users that have expired, or that nobody has published since a time, for the sweep; returns
    their ids."""
    is_over = or_(Share.expires_at <= now, (Share.published == false()) & (Share.created_at < unpublished_before))
    found = session.scalars(select(Share.id).where(is_over).order_by(Share.id).limit(limit).with_for_update()).all()
    session.execute(delete(Share).where(Share.id.in_(found)))
    return found


def _is_valid(now: datetime) -> ColumnElement[bool]:
    return or_(Share.expires_at.is_(None), Share.expires_at > now)


def _delete(session: Session, user_id: str, which: ColumnElement[bool]) -> Sequence[str]:
    # Locked in one order, so that concurrent deletions wait instead of deadlocking.
    query = select(Share.id).where(Share.user_id == user_id, which).order_by(Share.id)
    found = session.scalars(query.with_for_update()).all()
    session.execute(delete(Share).where(Share.user_id == user_id, Share.id.in_(found)))
    return found
