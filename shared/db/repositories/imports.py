"""Conversations and messages that were imported, by their ids in the export that they are from."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, insert, or_, select, true
from sqlalchemy.orm import Session

from shared.db.models import Conversation, ImportedMessage, Message
from shared.db.models.message import Role

# The source of this application's own exports, in which a conversation has its id.
OWN_SOURCE = "chat"


class KnownMessage(NamedTuple):
    """`id`: None for a message that was imported and then deleted."""

    id: str | None
    role: Role | None


def list_imported(session: Session, user_id: str, source: str, source_ids: Sequence[str]) -> dict[str, Conversation]:
    """The user's conversations of these ids in exports of a source, by these ids; also those in the bin.

    For OWN_SOURCE, also the user's own conversations that were exported.
    """
    is_imported = (Conversation.source == source) & Conversation.source_id.in_(source_ids)
    is_found = or_(is_imported, Conversation.id.in_(source_ids)) if source == OWN_SOURCE else is_imported
    rows = session.scalars(select(Conversation).where(Conversation.user_id == user_id, is_found)).all()
    originals = {row.id: row for row in rows if row.id in source_ids and not row.temporary}
    copies = {row.source_id: row for row in rows if row.source == source and row.source_id in source_ids}
    return {**originals, **{source_id: row for source_id, row in copies.items() if source_id is not None}}


def list_known_messages(
    session: Session, user_id: str, conversation_ids: Sequence[str]
) -> dict[str, dict[str, KnownMessage]]:
    """The imported messages of the user's conversations, by the conversation's id and their ids in the export."""
    query = (
        select(ImportedMessage.conversation_id, ImportedMessage.source_id, Message.id, Message.role)
        .join(Conversation, Conversation.id == ImportedMessage.conversation_id)
        .outerjoin(Message, Message.id == ImportedMessage.message_id)
        .where(Conversation.user_id == user_id, ImportedMessage.conversation_id.in_(conversation_ids))
    )
    known: dict[str, dict[str, KnownMessage]] = {conversation_id: {} for conversation_id in conversation_ids}
    for conversation_id, source_id, message_id, role in session.execute(query):
        known[conversation_id][source_id] = KnownMessage(message_id, role)
    return known


def list_own_messages(
    session: Session, user_id: str, conversation_ids: Sequence[str]
) -> dict[str, dict[str, KnownMessage]]:
    """All messages of the user's conversations, by the conversation's id and their own."""
    query = select(Message.conversation_id, Message.id, Message.role).where(
        Message.conversation_id.in_(conversation_ids), Message.user_id == user_id
    )
    known: dict[str, dict[str, KnownMessage]] = {conversation_id: {} for conversation_id in conversation_ids}
    for conversation_id, message_id, role in session.execute(query):
        known[conversation_id][message_id] = KnownMessage(message_id, role)
    return known


def lock_conversations(session: Session, user_id: str, conversation_ids: Sequence[str]) -> dict[str, Conversation]:
    """The user's conversations of these ids as they are now, also those in the bin, locked until the transaction
    ends."""
    return _lock(session, Conversation.user_id == user_id, Conversation.id.in_(conversation_ids))


def lock_prepared(session: Session, user_id: str, conversation_ids: Sequence[str]) -> dict[str, Conversation]:
    """The user's temporary conversations of these ids that have no messages, locked until the transaction ends."""
    return _lock(
        session,
        Conversation.user_id == user_id,
        Conversation.id.in_(conversation_ids),
        Conversation.temporary == true(),
        Conversation.deleted_at.is_(None),
        ~exists().where(Message.conversation_id == Conversation.id),
    )


def _lock(session: Session, *conditions: ColumnElement[bool]) -> dict[str, Conversation]:
    # Locked in one order, so that concurrent imports wait instead of deadlocking.
    query = select(Conversation).where(*conditions).order_by(Conversation.id).with_for_update(of=Conversation)
    return {row.id: row for row in session.scalars(query.execution_options(populate_existing=True))}


def add_imported_messages(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.execute(insert(ImportedMessage), list(rows))
