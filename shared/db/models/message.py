"""Messages, a tree in each conversation, and the text of a reply while it streams."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt
from shared.db.models.conversation import Conversation
from shared.db.models.user import User
from shared.db.types import Id, Json, LongText, SearchedText, UtcDateTime

Role = Literal["user", "assistant"]
EndStatus = Literal["completed", "stopped", "interrupted", "failed"]
Status = Literal["streaming", EndStatus]


class Message(Base, CreatedAt):
    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_history", "conversation_id", "id"),
        # What is streaming now: few rows, looked for often.
        Index("ix_messages_status_user_id", "status", "user_id"),
        # One reply for one request, however often it is repeated.
        UniqueConstraint("user_id", "request_key", name="uq_messages_request"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey(Conversation.id, ondelete="CASCADE"))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"))
    # No foreign key: a conversation's messages go all at once, and MySQL cascades 15 levels at most.
    parent_id: Mapped[str | None] = mapped_column(Id)
    role: Mapped[Role] = mapped_column(String(16))
    # All it says, for reading and for search.
    text: Mapped[str] = mapped_column(SearchedText, default="")
    # Its parts as in the contract, an image by its key alone; null where it is just its text.
    parts: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    reasoning: Mapped[str | None] = mapped_column(LongText)
    status: Mapped[Status] = mapped_column(String(16))
    model: Mapped[str | None] = mapped_column(String(200))
    usage: Mapped[dict[str, int] | None] = mapped_column(Json)
    finish_reason: Mapped[str | None] = mapped_column(String(64))
    # `status` and `retry_after` are integers; the rest is text.
    error: Mapped[dict[str, Any] | None] = mapped_column(Json)
    # Of a reply: sources, and which part of the conversation the model was given (shared.chat.reply.ReplyDetails).
    details: Mapped[dict[str, Any] | None] = mapped_column(Json)

    # The rest is about the turn and stays inside.
    request_key: Mapped[str | None] = mapped_column(String(128))
    # Which turn streams, or streamed last, into this reply.
    turn_id: Mapped[str | None] = mapped_column(Id)
    # When the process that streams was last alive without writing a chunk.
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stop_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # One entry an event, from seq 1 (shared.chat.event_log). The column keeps the name it had when an entry was only a
    # length: with another one, a release could not be rolled back.
    event_log: Mapped[list[int | dict[str, Any]] | None] = mapped_column("event_lengths", Json, key="event_log")

    @property
    def content(self) -> list[dict[str, Any]]:
        """Its parts, as in the contract but for images, which are their keys."""
        return content_of(self.text, self.parts)


def content_of(text: str, parts: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """The parts of a message of which the columns `text` and `parts` are given."""
    if parts is not None:
        return parts
    return [{"type": "text", "text": text}] if text else []


class MessageChunk(Base, CreatedAt):
    """One group of tokens of a reply that is streaming; gone when it has ended."""

    __tablename__ = "message_chunks"

    message_id: Mapped[str] = mapped_column(Id, ForeignKey(Message.id, ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # delta | reasoning
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(LongText)
