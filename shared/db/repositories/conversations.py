"""Conversations."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CursorResult, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from shared.db.models import Conversation, Message, ModelConfig, RateLimit, User
from shared.db.repositories.search import mentions


def add_conversation(session: Session, conversation: Conversation) -> None:
    session.add(conversation)
    session.flush()


def find_conversation(session: Session, user_id: str, conversation_id: str) -> Conversation | None:
    return session.scalar(
        select(Conversation).where(Conversation.id == conversation_id, Conversation.user_id == user_id)
    )


def lock_conversation(session: Session, user_id: str, conversation_id: str) -> Conversation | None:
    """It stays as it is found until the transaction ends."""
    query = select(Conversation).where(Conversation.id == conversation_id, Conversation.user_id == user_id)
    return session.scalar(query.with_for_update())


class Share(NamedTuple):
    """What a user has of what all users share."""

    group: str
    streaming: int
    counted: int


def lock_conversation_with_model(
    session: Session, user_id: str, conversation_id: str, streaming_since: datetime, counter: str
) -> tuple[Conversation, ModelConfig | None, Share] | None:
    """A conversation, locked until the transaction ends, the model chosen for it, and its user's share.

    `Share.streaming`: replies, in all conversations, that stream and are not older than `streaming_since`;
    `Share.counted`: what stands under the key `counter` of the rate limits.
    """
    streaming = select(func.count()).where(
        Message.status == "streaming", Message.user_id == user_id, Message.created_at > streaming_since
    )
    row = session.execute(
        select(
            Conversation,
            ModelConfig,
            select(User.group).where(User.id == user_id).scalar_subquery(),
            streaming.scalar_subquery(),
            func.coalesce(select(RateLimit.count).where(RateLimit.key == counter).scalar_subquery(), 0),
        )
        .outerjoin(ModelConfig, ModelConfig.id == Conversation.model_config_id)
        .where(Conversation.id == conversation_id, Conversation.user_id == user_id)
        .with_for_update(of=Conversation)
    ).one_or_none()
    return None if row is None else (row[0], row[1], Share(*row[2:]))


def list_conversations(
    session: Session,
    user_id: str,
    *,
    archived: bool,
    words: Sequence[str],
    after: tuple[bool, datetime, str] | None,
    limit: int,
) -> Sequence[Conversation]:
    """Pinned first, then newest activity first; those after `(pinned, updated_at, id)`.

    Of each of `words` the title or a message must have said something.
    """
    # Booleans are compared with `=` and the position is spelled out: for `IS` and for a comparison of
    # rows MySQL and MariaDB do not use all of the index, and without the hint they begin at its start.
    query = (
        select(Conversation)
        .with_hint(Conversation, "FORCE INDEX (ix_conversations_list)", "mysql")
        .where(Conversation.user_id == user_id, Conversation.archived == archived)
        .where(*(mentions(session, user_id, word) for word in words))
        .order_by(Conversation.pinned.desc(), Conversation.updated_at.desc(), Conversation.id.desc())
    )
    if after is not None:
        pinned, updated_at, last_id = after
        behind = and_(
            Conversation.pinned == pinned,
            Conversation.updated_at <= updated_at,
            or_(Conversation.updated_at < updated_at, Conversation.id < last_id),
        )
        query = query.where(or_(behind, ~Conversation.pinned) if pinned else behind)
    return session.scalars(query.limit(limit)).all()


def list_owned_ids(session: Session, user_id: str, conversation_ids: Sequence[str]) -> Sequence[str]:
    """Which of the ids are conversations of the user; they are locked until the transaction ends."""
    query = select(Conversation.id).where(Conversation.user_id == user_id, Conversation.id.in_(conversation_ids))
    # In one order, so that two deletions of the same wait for each other instead of deadlocking.
    return session.scalars(query.order_by(Conversation.id).with_for_update()).all()


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
