"""Messages, a tree in each conversation, and the text of a reply while it streams."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt
from shared.db.models.conversation import Conversation
from shared.db.models.user import User
from shared.db.types import Id, Json, JsonText, LongText, SearchedText, UtcDateTime

Role = Literal["user", "assistant"]
EndStatus = Literal["completed", "stopped", "interrupted", "failed"]
# `waiting`: a step needs the user; no process runs.
Status = Literal["streaming", "waiting", EndStatus]
# `unknown`: the process died during the call, which may have run.
StepState = Literal["running", "waiting", "done", "failed", "denied", "unknown"]


class Message(Base, CreatedAt):
    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_history", "conversation_id", "id"),
        # For streaming replies: few rows, queried often.
        Index("ix_messages_status_user_id", "status", "user_id"),
        # Idempotency: one reply per request key.
        UniqueConstraint("user_id", "request_key", name="uq_messages_request"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey(Conversation.id, ondelete="CASCADE"))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"))
    # No foreign key: messages are deleted with their conversation, and MySQL cascades at most 15 levels.
    parent_id: Mapped[str | None] = mapped_column(Id)
    role: Mapped[Role] = mapped_column(String(16))
    # The whole text, for reading and search.
    text: Mapped[str] = mapped_column(SearchedText, default="")
    # The parts as in the contract, with images by key; null for a message that is only text.
    parts: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    reasoning: Mapped[str | None] = mapped_column(LongText)
    status: Mapped[Status] = mapped_column(String(16))
    model: Mapped[str | None] = mapped_column(String(200))
    usage: Mapped[dict[str, int] | None] = mapped_column(Json)
    finish_reason: Mapped[str | None] = mapped_column(String(64))
    # `status` and `retry_after` are integers; the rest is text.
    error: Mapped[dict[str, Any] | None] = mapped_column(Json)
    # A reply's sources, and the part of the conversation in the model's context (shared.chat.reply.ReplyDetails).
    details: Mapped[dict[str, Any] | None] = mapped_column(Json)

    # The columns below are internal to the turn.
    request_key: Mapped[str | None] = mapped_column(String(128))
    # The turn that streams, or last streamed, into this reply: the holder of its lease (decision 0025).
    turn_id: Mapped[str | None] = mapped_column(Id)
    # The last heartbeat of the streaming process; chunks count as heartbeats, too.
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stop_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The model fields of the turn's request, to choose the model again when its process dies; null when they contained
    # a secret, which is not stored.
    model_fields: Mapped[dict[str, Any] | None] = mapped_column(Json)
    # Number of times that another process took the turn over after a crash.
    recoveries: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    # The tools that the call asked for (shared.tools.choice), null for none; empty for a reply that may have steps and
    # whose last turn asked for none, such as an imported one.
    tools: Mapped[list[Any] | None] = mapped_column(Json)
    # A server runs a call on its own: no process is needed before this time.
    resume_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # One entry per event, from seq 1 (shared.chat.event_log). The column's name dates from when an entry was only a
    # length: renaming it would prevent rollbacks of a release.
    event_log: Mapped[list[int | dict[str, Any]] | None] = mapped_column("event_lengths", Json, key="event_log")

    @property
    def content(self) -> list[dict[str, Any]]:
        """The parts, as in the contract, with images by key."""
        return content_of(self.text, self.parts)


def content_of(text: str, parts: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """The parts of a message from its columns `text` and `parts`."""
    if parts is not None:
        return parts
    return [{"type": "text", "text": text}] if text else []


class MessageChunk(Base, CreatedAt):
    """One group of tokens of a streaming reply; deleted at the reply's end."""

    __tablename__ = "message_chunks"

    message_id: Mapped[str] = mapped_column(Id, ForeignKey(Message.id, ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # delta | reasoning
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(LongText)


class MessageStep(Base):
    """One tool call of a reply, or a question to its user ("go on?", with an empty `tool`). Deleted with its message,
    whose owner is the step's."""

    __tablename__ = "message_steps"

    message_id: Mapped[str] = mapped_column(Id, ForeignKey(Message.id, ondelete="CASCADE"), primary_key=True)
    # From 1 within a reply.
    n: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    # The tool's own name on its server; `server_id` is null for a built-in one. No foreign key: a step outlives it.
    tool: Mapped[str] = mapped_column(String(128))
    server_id: Mapped[str | None] = mapped_column(Id)
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[StepState] = mapped_column(String(16))
    # The answer of the model that asked for it, from 1 within a reply; the model's id of the call, the name that it was
    # offered, and fields of the provider that have to be sent back with it.
    round: Mapped[int] = mapped_column(SmallInteger)
    call_id: Mapped[str] = mapped_column(String(200))
    called_as: Mapped[str] = mapped_column(String(128))
    extra: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    # Characters of the reply's text before it.
    at: Mapped[int] = mapped_column("text_at")
    # As the model sent them, or as the user edited them; text where they are not a JSON object.
    arguments: Mapped[dict[str, Any] | str] = mapped_column(JsonText)
    # One line for the user.
    preview: Mapped[str | None] = mapped_column(String(300))
    # The text for the model, at most 64 kB; a longer one is an object of the store, of which this is the beginning.
    result: Mapped[str | None] = mapped_column(LongText)
    result_key: Mapped[str | None] = mapped_column(String(200))
    # Lists of shared.tools.tool.ToolSource and ToolObject.
    sources: Mapped[list[dict[str, Any]] | None] = mapped_column(JsonText)
    objects: Mapped[list[dict[str, Any]] | None] = mapped_column(JsonText)
    # The question to the user, with the provider's `state`, and the answer.
    ask: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    # The handle of a call that its server goes on with by itself (shared.tools.tool.TaskPending).
    task: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    # `[seq, state]` of each event of the step, oldest first (shared.chat.event_log).
    events: Mapped[list[tuple[int, StepState]]] = mapped_column(Json)
    # Number of times that the call was sent.
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
