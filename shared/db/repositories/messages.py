"""Messages and the chunks of replies that are streaming."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, literal, select, update
from sqlalchemy.orm import Session, aliased

from shared.db.models import Conversation, Message, MessageChunk, MessageStep
from shared.db.models.message import Role, Status, content_of
from shared.db.repositories.changed import rows_changed
from shared.db.types import Id, LongText, UtcDateTime

_DELETED_AT_ONCE = 500


@dataclass(frozen=True)
class NewMessage:
    """A message to insert, with a row's columns; absent ones are null."""

    id: str
    conversation_id: str
    user_id: str
    parent_id: str | None
    role: Role
    text: str
    status: Status
    created_at: datetime
    parts: list[dict[str, Any]] | None = None
    reasoning: str | None = None
    model: str | None = None
    usage: dict[str, int] | None = None
    finish_reason: str | None = None
    error: dict[str, Any] | None = None
    details: dict[str, Any] | None = None
    request_key: str | None = None
    turn_id: str | None = None
    heartbeat_at: datetime | None = None
    stop_requested_at: datetime | None = None
    model_fields: dict[str, Any] | None = None
    tools: list[Any] | None = None
    event_log: list[int | dict[str, Any]] | None = None
    recoveries: int = 0
    resume_at: datetime | None = None

    @property
    def content(self) -> list[dict[str, Any]]:
        return content_of(self.text, self.parts)


def add_messages(session: Session | Connection, messages: Sequence[NewMessage]) -> None:
    # With explicit nulls all rows have the same columns, and are inserted by one statement.
    options = {"render_nulls": True}
    session.execute(insert(Message), [vars(message) for message in messages], execution_options=options)


def find_message(session: Session, user_id: str, message_id: str) -> Message | None:
    """The user's message; None if it does not exist or its conversation is in the bin."""
    query = select(Message).join(Conversation, Conversation.id == Message.conversation_id)
    return session.scalar(
        query.where(Message.id == message_id, Message.user_id == user_id, Conversation.deleted_at.is_(None))
    )


def find_message_of_request(session: Session, user_id: str, request_key: str) -> Message | None:
    """The reply to the request with this idempotency key."""
    return session.scalar(select(Message).where(Message.user_id == user_id, Message.request_key == request_key))


def list_streaming(session: Session, user_ids: Collection[str]) -> Sequence[tuple[str, str]]:
    """`(user_id, message_id)` of the streaming replies of these users."""
    query = select(Message.user_id, Message.id).where(Message.status == "streaming")
    return [(user_id, message_id) for user_id, message_id in session.execute(query) if user_id in user_ids]


def claim_turn(session: Session, user_id: str, message_id: str, turn_id: str, claim_id: str, now: datetime) -> bool:
    """Claim a turn that another process prepared; False when it was already claimed or has ended."""
    statement = (
        update(Message)
        .where(*_is_of_turn(message_id, turn_id), Message.user_id == user_id)
        .values(turn_id=claim_id, heartbeat_at=now)
    )
    return rows_changed(session, statement) == 1


def list_messages(
    session: Session, user_id: str, conversation_id: str, *, after: str | None, limit: int
) -> Sequence[Message]:
    """Messages after the id `after`, oldest first."""
    query = select(Message).where(Message.conversation_id == conversation_id, Message.user_id == user_id)
    if after is not None:
        query = query.where(Message.id > after)
    return session.scalars(query.order_by(Message.id).limit(limit)).all()


class OutlineEntry(NamedTuple):
    """A message's position in its conversation's tree."""

    id: str
    parent_id: str | None
    role: Role


def list_outline_entries(
    session: Session, user_id: str, conversation_id: str, *, after: str | None, limit: int
) -> Sequence[OutlineEntry]:
    """The message tree without content, after the id `after`, oldest first."""
    query = select(Message.id, Message.parent_id, Message.role).where(
        Message.conversation_id == conversation_id, Message.user_id == user_id
    )
    if after is not None:
        query = query.where(Message.id > after)
    return [OutlineEntry(*row) for row in session.execute(query.order_by(Message.id).limit(limit))]


def list_subtree_ids(session: Session, user_id: str, conversation_id: str, message_id: str) -> Sequence[str]:
    """A message and all that follow it on its branches, oldest first."""
    root = (
        select(Message.id)
        .where(Message.id == message_id, Message.conversation_id == conversation_id, Message.user_id == user_id)
        .cte("subtree", recursive=True)
    )
    child = aliased(Message)
    # The conversation's index finds the children.
    subtree = root.union_all(
        select(child.id).join(root, child.parent_id == root.c.id).where(child.conversation_id == conversation_id)
    )
    return session.scalars(select(subtree.c.id).order_by(subtree.c.id)).all()


def delete_messages(session: Session, user_id: str, message_ids: Sequence[str]) -> Sequence[str]:
    """Delete messages with their chunks and steps; returns the keys of their objects in the store."""
    keys: list[str] = []
    for start in range(0, len(message_ids), _DELETED_AT_ONCE):
        batch = Message.id.in_(message_ids[start : start + _DELETED_AT_ONCE])
        for parts in session.scalars(select(Message.parts).where(batch, Message.user_id == user_id)):
            keys += _image_keys(parts)
        steps = select(MessageStep.objects, MessageStep.result_key).join(Message, Message.id == MessageStep.message_id)
        for objects, result_key in session.execute(steps.where(batch, Message.user_id == user_id)):
            keys += [item["key"] for item in objects or ()] + ([result_key] if result_key else [])
        session.execute(delete(Message).where(batch, Message.user_id == user_id))
    return keys


def list_image_keys(session: Session, user_id: str, conversation_id: str) -> set[str]:
    """The keys of the images in a conversation's messages."""
    query = select(Message.parts).where(
        Message.conversation_id == conversation_id, Message.user_id == user_id, Message.parts.is_not(None)
    )
    return {key for parts in session.scalars(query) for key in _image_keys(parts)}


def _image_keys(parts: Sequence[Mapping[str, Any]] | None) -> list[str]:
    return [part["image_url"]["key"] for part in parts or () if part["type"] == "image_url"]


def list_waiting_conversation_ids(session: Session, user_id: str) -> set[str]:
    """The conversations in which a reply waits for the user."""
    query = select(Message.conversation_id).where(Message.status == "waiting", Message.user_id == user_id)
    return set(session.scalars(query))


def newest_message_id(session: Session, user_id: str, conversation_id: str) -> str | None:
    query = select(Message.id).where(Message.conversation_id == conversation_id, Message.user_id == user_id)
    return session.scalar(query.order_by(Message.id.desc()).limit(1))


def list_branch(session: Session, user_id: str, conversation_id: str, leaf_id: str, *, limit: int) -> Sequence[Message]:
    """The newest `limit` messages of the branch that ends in `leaf_id`, oldest first."""
    query = select(Message).join(_PATH, Message.id == _PATH.c.id).order_by(_PATH.c.depth.desc())
    return session.scalars(query, _of_path(user_id, conversation_id, leaf_id, limit)).all()


class BranchMessage(NamedTuple):
    """The columns of a message for a model: role and content."""

    id: str
    role: str
    text: str
    parts: list[dict[str, Any]] | None
    details: dict[str, Any] | None
    tools: list[Any] | None

    @property
    def content(self) -> list[dict[str, Any]]:
        return content_of(self.text, self.parts)


def list_branch_input(
    session: Session | Connection, user_id: str, conversation_id: str, leaf_id: str, *, limit: int
) -> Sequence[BranchMessage]:
    """Like `list_branch`, with only the columns for a model."""
    rows = session.execute(_BRANCH_INPUT, _of_path(user_id, conversation_id, leaf_id, limit))
    return [BranchMessage(*row) for row in rows]


def _of_path(user_id: str, conversation_id: str, leaf_id: str, limit: int) -> Mapping[str, object]:
    return {"user": user_id, "conversation": conversation_id, "leaf": leaf_id, "limit": limit}


def append_chunk(
    session: Session | Connection, message_id: str, turn_id: str, seq: int, kind: str, text: str, now: datetime
) -> bool:
    """Add a chunk to a reply if `turn_id` is still its streaming turn and no stop was requested.

    Returns whether it was added. Raises IntegrityError when `seq` exists already.

    One statement writes the text, serves as a heartbeat (by the chunk's time), and reads the stop flag.
    """
    values = {"seq_": seq, "kind_": kind, "text_": text, "now": now, "message": message_id, "turn": turn_id}
    return rows_changed(session, _APPEND_CHUNK, values) == 1


def is_wanted(session: Session, message_id: str, turn_id: str) -> bool:
    """Whether the turn still streams the reply and no stop was requested."""
    query = select(Message.id).where(*_is_of_turn(message_id, turn_id), Message.stop_requested_at.is_(None))
    return session.scalar(query) is not None


def resume_streaming(
    session: Session,
    user_id: str,
    message_id: str,
    turn_id: str,
    model_fields: Mapping[str, Any] | None,
    tools: Sequence[Any] | None,
    now: datetime,
) -> bool:
    """Set an ended reply to streaming in a new turn; False when it is streaming already."""
    statement = (
        update(Message)
        .where(Message.id == message_id, Message.user_id == user_id, Message.status.not_in(("streaming", "waiting")))
        .values(
            status="streaming",
            turn_id=turn_id,
            heartbeat_at=now,
            stop_requested_at=None,
            finish_reason=None,
            error=None,
            model_fields=model_fields,
            tools=tools,
            recoveries=0,
        )
    )
    return rows_changed(session, statement) == 1


def take_over_turn(session: Session, reply: Message, turn_id: str, now: datetime) -> bool:
    """Set a streaming reply to another turn; False when its turn changed meanwhile. Counts a recovery, unless the
    process before released the reply."""
    recoveries = Message.recoveries if reply.turn_id is None else Message.recoveries + 1
    statement = (
        update(Message)
        .where(*_is_of_reply(reply))
        .values(turn_id=turn_id, heartbeat_at=now, recoveries=recoveries, resume_at=None)
    )
    return rows_changed(session, statement) == 1


def fold_chunks(session: Session, user_id: str, message_id: str, turn_id: str, log_columns: Mapping[str, Any]) -> None:
    """Store the log of a turn's reply in its row, and delete its chunks."""
    session.execute(
        update(Message).where(*_is_of_turn(message_id, turn_id), Message.user_id == user_id).values(log_columns)
    )
    session.execute(_DELETE_CHUNKS, {"message": message_id})


def lock_log(session: Session, reply: Message) -> tuple[str, str | None, list[int | dict[str, Any]] | None] | None:
    """Lock a streaming reply, so that its turn cannot write; `text`, `reasoning` and `event_log` of its row. None when
    its turn changed meanwhile, or has ended."""
    query = select(Message.text, Message.reasoning, Message.event_log).where(*_is_of_reply(reply))
    row = session.execute(query.with_for_update()).one_or_none()
    return None if row is None else (row.text, row.reasoning, row.event_log)


def release_turn(
    session: Session | Connection,
    message_id: str,
    turn_id: str,
    resume_at: datetime | None,
    values: Mapping[str, Any],
    *,
    has_failed: bool,
) -> bool:
    """Leave a streaming reply without a turn, for another process to take over, not before `resume_at`, with other
    columns' `values`; False when the turn has ended. Counts a recovery if it `has_failed`."""
    recoveries = Message.recoveries + int(has_failed)
    statement = (
        update(Message)
        .where(*_is_of_turn(message_id, turn_id))
        .values(turn_id=None, resume_at=resume_at, recoveries=recoveries, **values)
    )
    return rows_changed(session, statement) == 1


def is_turn_of(session: Session | Connection, user_id: str, message_id: str, turn_id: str) -> bool:
    """Whether the turn is the last of the user's reply, which may have ended."""
    query = select(Message.id).where(Message.id == message_id, Message.user_id == user_id, Message.turn_id == turn_id)
    return session.scalar(query) is not None


def record_heartbeat(session: Session, message_id: str, turn_id: str, now: datetime) -> None:
    session.execute(update(Message).where(*_is_of_turn(message_id, turn_id)).values(heartbeat_at=now))


def leave_waiting(session: Session, user_id: str, message_id: str, status: Status) -> bool:
    """End the waiting of a reply: `streaming` leaves it to the next process; False when it does not wait any more."""
    statement = (
        update(Message)
        .where(Message.id == message_id, Message.user_id == user_id, Message.status == "waiting")
        .values(status=status, turn_id=None, resume_at=None, stop_requested_at=None, recoveries=0)
    )
    return rows_changed(session, statement) == 1


def request_stop(session: Session, user_id: str, message_id: str, now: datetime) -> None:
    session.execute(
        update(Message)
        .where(
            Message.id == message_id,
            Message.user_id == user_id,
            Message.status == "streaming",
            Message.stop_requested_at.is_(None),
        )
        .values(stop_requested_at=now)
    )


def request_stop_of_all(session: Session, user_id: str, now: datetime) -> None:
    """Stop the user's streaming replies."""
    session.execute(
        update(Message)
        .where(Message.status == "streaming", Message.user_id == user_id, Message.stop_requested_at.is_(None))
        .values(stop_requested_at=now)
    )


def end_streaming(session: Session | Connection, message_id: str, turn_id: str | None, values: dict[str, Any]) -> bool:
    """Store the end of a turn's reply and delete its chunks; False when the turn has ended already."""
    if rows_changed(session, _END_STREAMING, {"message": message_id, "turn": turn_id, **values}) == 0:
        return False
    session.execute(_DELETE_CHUNKS, {"message": message_id})
    return True


def list_chunks(session: Session, message_ids: Sequence[str], after: int = 0) -> Sequence[MessageChunk]:
    """Chunks of several replies with a `seq` greater than `after`, in order per reply."""
    query = select(MessageChunk).where(MessageChunk.message_id.in_(message_ids), MessageChunk.seq > after)
    return session.scalars(query.order_by(MessageChunk.message_id, MessageChunk.seq)).all()


def newest_chunk_at(session: Session, message_id: str) -> datetime | None:
    query = select(MessageChunk.created_at).where(MessageChunk.message_id == message_id)
    return session.scalar(query.order_by(MessageChunk.seq.desc()).limit(1))


def _is_of_turn(message_id: str, turn_id: str | None) -> tuple[ColumnElement[bool], ...]:
    """The condition that a turn still owns the reply: a stale process must not write into the next turn."""
    return Message.id == message_id, Message.status == "streaming", Message.turn_id == turn_id


def _is_of_reply(reply: Message) -> tuple[ColumnElement[bool], ...]:
    """The condition that a streaming reply is still of the turn that it was read with."""
    return (
        Message.id == reply.id,
        Message.user_id == reply.user_id,
        Message.status == "streaming",
        Message.turn_id.is_not_distinct_from(reply.turn_id),
    )


# Compiled once: every turn executes them, some for every group of tokens, and building one takes several times as long
# as executing it; building that of the branch would take a quarter of a turn's processor time. Parameters are not
# named like columns, because SQLAlchemy would write such parameters as values.
_LEAF = (
    select(Message.id, Message.parent_id, literal(1).label("depth"))
    .where(
        Message.id == bindparam("leaf"),
        Message.conversation_id == bindparam("conversation"),
        Message.user_id == bindparam("user"),
    )
    .cte("path", recursive=True)
)
_PARENT = aliased(Message)
# The branch that ends in a message: ids with their distance from the end.
_PATH = _LEAF.union_all(
    select(_PARENT.id, _PARENT.parent_id, _LEAF.c.depth + 1)
    .join(_LEAF, _PARENT.id == _LEAF.c.parent_id)
    .where(_LEAF.c.depth < bindparam("limit"))
)
_BRANCH_INPUT = (
    select(Message.id, Message.role, Message.text, Message.parts, Message.details, Message.tools)
    .join(_PATH, Message.id == _PATH.c.id)
    .order_by(_PATH.c.depth.desc())
)

# The message's row is locked while it is read, which READ COMMITTED would not do: a process that was taken for dead
# waits for the take-over, and then finds that the reply is another turn's.
_APPEND_CHUNK = insert(MessageChunk).from_select(
    ["message_id", "seq", "kind", "text", "created_at"],
    select(
        Message.id,
        bindparam("seq_", type_=MessageChunk.seq.type),
        bindparam("kind_", type_=MessageChunk.kind.type),
        bindparam("text_", type_=LongText),
        bindparam("now", type_=UtcDateTime),
    )
    .where(
        Message.id == bindparam("message"),
        Message.status == "streaming",
        Message.turn_id == bindparam("turn"),
        Message.stop_requested_at.is_(None),
    )
    .with_for_update(read=True),
    include_defaults=False,
)

_END_STREAMING = update(Message).where(
    Message.id == bindparam("message"),
    Message.status == "streaming",
    # Equal, or both null.
    Message.turn_id.is_not_distinct_from(bindparam("turn", type_=Id)),
)
_DELETE_CHUNKS = delete(MessageChunk).where(MessageChunk.message_id == bindparam("message"))
