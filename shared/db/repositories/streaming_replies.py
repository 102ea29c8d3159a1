"""Everyone's replies that are streaming, for the sweep."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.db.models import Message


def list_stale_replies(session: Session, stale_before: datetime, after: str, limit: int) -> Sequence[Message]:
    """Replies without a heartbeat since a time, in the order of their ids, those after the id `after`.

    Their chunks, which count as heartbeats, are not looked at.
    """
    query = select(Message).where(
        Message.status == "streaming",
        func.coalesce(Message.heartbeat_at, Message.created_at) < stale_before,
        Message.id > after,
    )
    return session.scalars(query.order_by(Message.id).limit(limit)).all()
