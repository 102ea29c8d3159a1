"""Conversations."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CursorResult, delete, select, tuple_, update
from sqlalchemy.orm import Session

from shared.db.models import Conversation, ModelConfig


def add_conversation(session: Session, conversation: Conversation) -> None:
    session.add(conversation)
    session.flush()


def find_conversation(session: Session, user_id: str, conversation_id: str) -> Conversation | None:
    return session.scalar(
        select(Conversation).where(Conversation.id == conversation_id, Conversation.user_id == user_id)
    )


def lock_conversation_with_model(
    session: Session, user_id: str, conversation_id: str
) -> tuple[Conversation, ModelConfig | None] | None:
    """A conversation, locked until the transaction ends, and the model chosen for it."""
    row = session.execute(
        select(Conversation, ModelConfig)
        .outerjoin(ModelConfig, ModelConfig.id == Conversation.model_config_id)
        .where(Conversation.id == conversation_id, Conversation.user_id == user_id)
        .with_for_update(of=Conversation)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def list_conversations(
    session: Session,
    user_id: str,
    *,
    archived: bool,
    after: tuple[bool, datetime, str] | None,
    limit: int,
) -> Sequence[Conversation]:
    """Pinned first, then newest activity first; those after `(pinned, updated_at, id)`."""
    order = tuple_(Conversation.pinned, Conversation.updated_at, Conversation.id)
    query = select(Conversation).where(Conversation.user_id == user_id, Conversation.archived.is_(archived))
    if after is not None:
        query = query.where(order < after)
    query = query.order_by(Conversation.pinned.desc(), Conversation.updated_at.desc(), Conversation.id.desc())
    return session.scalars(query.limit(limit)).all()


def list_owned_ids(session: Session, user_id: str, conversation_ids: Sequence[str]) -> Sequence[str]:
    """Which of the ids are conversations of the user; they are locked until the transaction ends."""
    query = select(Conversation.id).where(Conversation.user_id == user_id, Conversation.id.in_(conversation_ids))
    return session.scalars(query.with_for_update()).all()


def record_activity(session: Session, user_id: str, conversation_id: str, now: datetime) -> None:
    session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.user_id == user_id)
        .values(updated_at=now)
    )


def delete_conversations(session: Session, user_id: str, conversation_ids: Sequence[str]) -> int:
    """Delete them with their messages; how many were there to delete."""
    result = session.execute(
        delete(Conversation).where(Conversation.user_id == user_id, Conversation.id.in_(conversation_ids))
    )
    assert isinstance(result, CursorResult)
    return result.rowcount
