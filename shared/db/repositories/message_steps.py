"""The steps of replies: tool calls, and questions to the user.

A turn writes its steps only while it owns the reply, by the condition of the statement itself, which locks the reply's
row as that of a chunk does (shared.db.repositories.messages).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, exists, insert, select, update
from sqlalchemy.orm import Session

from shared.db.models import Message, MessageStep
from shared.db.repositories.changed import rows_changed

# Steps by the id of their reply.
StepsOf = Mapping[str, Sequence[MessageStep]]


def list_steps(session: Session | Connection, user_id: str, message_ids: Sequence[str]) -> Sequence[MessageStep]:
    """The steps of several of the user's messages, in order per message; not tied to the session."""
    query = (
        select(MessageStep.message_id, *(getattr(MessageStep, name) for name in _NAMES))
        .join(Message, Message.id == MessageStep.message_id)
        .where(MessageStep.message_id.in_(message_ids), Message.user_id == user_id)
    )
    rows = session.execute(query.order_by(MessageStep.message_id, MessageStep.n))
    return [MessageStep(**dict(zip(("message_id", *_NAMES), row, strict=True))) for row in rows]


def start_step(connection: Connection, turn_id: str, step: MessageStep) -> bool:
    """Insert a step of a turn; False when the turn has ended or was asked to stop. Raises IntegrityError when the step
    is there already."""
    values = {f"{name}_": getattr(step, name) for name in _NAMES}
    return rows_changed(connection, _START, {**values, "message_id_": step.message_id, "turn": turn_id}) == 1


def add_steps(session: Session, steps: Sequence[Mapping[str, Any]]) -> None:
    """Insert the steps of messages that have ended."""
    if steps:
        session.execute(insert(MessageStep), list(steps))


def update_step(connection: Connection, turn_id: str, step: MessageStep, names: Sequence[str]) -> bool:
    """Write columns of a step, as they are in `step`; False when the turn has ended."""
    values = {name: getattr(step, name) for name in names}
    statement = (
        update(MessageStep)
        .where(MessageStep.message_id == step.message_id, MessageStep.n == step.n, _of_turn(step.message_id, turn_id))
        .values(values)
    )
    return rows_changed(connection, statement) == 1


def store_answer(
    session: Session, user_id: str, message_id: str, n: int, answer: Mapping[str, Any], *, is_held: bool
) -> bool:
    """Store the user's answer to a step that waits for one; False when it has one already. `is_held`: its process
    waits with it, so that its reply is streaming."""
    status = "streaming" if is_held else "waiting"
    is_owned = exists().where(Message.id == message_id, Message.user_id == user_id, Message.status == status)
    statement = (
        update(MessageStep)
        .where(
            MessageStep.message_id == message_id,
            MessageStep.n == n,
            MessageStep.answer.is_(None),
            MessageStep.ended_at.is_(None),
            is_owned,
        )
        .values(answer=answer)
    )
    return rows_changed(session, statement) == 1


def find_answer(session: Session, user_id: str, message_id: str, n: int) -> dict[str, Any] | None:
    """The answer to a step as it is now, in any transaction's view."""
    query = (
        select(MessageStep.answer)
        .join(Message, Message.id == MessageStep.message_id)
        .where(MessageStep.message_id == message_id, MessageStep.n == n, Message.user_id == user_id)
    )
    return session.scalar(query.with_for_update(of=MessageStep))


def list_answers(
    session: Session, user_id: str, message_id: str, numbers: Sequence[int]
) -> Mapping[int, Mapping[str, Any]]:
    """The answers to these steps, of those that have one."""
    query = (
        select(MessageStep.n, MessageStep.answer)
        .join(Message, Message.id == MessageStep.message_id)
        .where(MessageStep.message_id == message_id, MessageStep.n.in_(numbers), Message.user_id == user_id)
    )
    return {n: answer for n, answer in session.execute(query) if answer is not None}


def has_unanswered(session: Session, user_id: str, message_id: str) -> bool:
    """Whether a step of a reply waits for an answer; locks those that do."""
    query = (
        select(MessageStep.n)
        .join(Message, Message.id == MessageStep.message_id)
        .where(
            MessageStep.message_id == message_id,
            MessageStep.state.in_(("waiting", "unknown")),
            MessageStep.ended_at.is_(None),
            MessageStep.answer.is_(None),
            Message.user_id == user_id,
        )
    )
    return session.scalars(query.with_for_update(of=MessageStep)).first() is not None


def end_open_steps(session: Session | Connection, message_id: str, now: datetime) -> None:
    """End the steps of a reply that has ended without their results: those whose call may have run as `unknown`, the
    others as `failed`."""
    is_open = (MessageStep.message_id == message_id, MessageStep.ended_at.is_(None))
    found = session.execute(select(MessageStep.n, MessageStep.state, MessageStep.ask).where(*is_open)).all()
    may_have_run = [n for n, state, ask in found if state in ("running", "unknown") or (ask or {}).get("is_held")]
    if may_have_run:
        unknown = update(MessageStep).where(*is_open, MessageStep.n.in_(may_have_run))
        session.execute(unknown.values(state="unknown", ended_at=now))
    if len(found) > len(may_have_run):
        session.execute(update(MessageStep).where(*is_open).values(state="failed", ended_at=now))


def _of_turn(message_id: str, turn_id: str) -> ColumnElement[bool]:
    owned = select(Message.id).where(
        Message.id == message_id, Message.status == "streaming", Message.turn_id == turn_id
    )
    return owned.with_for_update(read=True).exists()


_NAMES = [attribute.key for attribute in MessageStep.__mapper__.column_attrs if attribute.key != "message_id"]
_START = insert(MessageStep).from_select(
    ["message_id", *(MessageStep.__mapper__.columns[name].name for name in _NAMES)],
    select(
        Message.id,
        *(bindparam(f"{name}_", type_=MessageStep.__mapper__.columns[name].type) for name in _NAMES),
    )
    .where(
        Message.id == bindparam("message_id_"),
        Message.status == "streaming",
        Message.turn_id == bindparam("turn"),
        Message.stop_requested_at.is_(None),
    )
    .with_for_update(read=True),
    include_defaults=False,
)
