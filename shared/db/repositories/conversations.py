"""Conversations."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from shared.db.models import Conversation, Message, ModelConfig, OfferedModel, Project, RateLimit, User, UserSettings
from shared.db.repositories.budgets import SPENDING_COLUMNS, Spending, spending_values
from shared.db.repositories.changed import rows_changed
from shared.db.repositories.model_configs import CHOSEN_COLUMNS, ChosenModel, chosen_model_of
from shared.db.repositories.search import mentions
from shared.db.repositories.stage_settings import CHANGED_SETTINGS

# In place of a project's id: the conversations in no project. The contract's word, and no id.
NO_PROJECT = "none"


def add_conversation(session: Session, conversation: Conversation) -> None:
    session.add(conversation)
    session.flush()


def find_conversation(session: Session, user_id: str, conversation_id: str) -> Conversation | None:
    """The user's conversation; None if it does not exist or is in the bin."""
    return session.scalar(select(Conversation).where(*_is_present(user_id, conversation_id)))


def lock_conversation(session: Session, user_id: str, conversation_id: str) -> Conversation | None:
    """Lock a conversation until the transaction ends; None also for one in the bin."""
    return session.scalar(select(Conversation).where(*_is_present(user_id, conversation_id)).with_for_update())


def _is_present(user_id: str, conversation_id: str) -> tuple[ColumnElement[bool], ...]:
    return Conversation.id == conversation_id, Conversation.user_id == user_id, Conversation.deleted_at.is_(None)


class UserUsage(NamedTuple):
    """A user's group, whether the email address is verified, and usage for limits: streaming replies, turns of today's
    quota, and money."""

    group: str
    is_verified: bool
    streaming: int
    counted: int
    spending: Spending


class StoredInstructions(NamedTuple):
    """The instructions for a conversation's turns, of its user, its project and itself."""

    user: str | None
    project: str | None
    conversation: str | None


class LockedConversation(NamedTuple):
    id: str
    title: str | None
    active_leaf_id: str | None
    project_id: str | None
    user_usage: UserUsage
    instructions: StoredInstructions
    # The settings of the stage that the operator has changed (shared.stage_settings).
    changed_settings: Mapping[str, Any] | None
    model: ChosenModel | None


def lock_conversation_with_model(
    session: Session | Connection,
    user_id: str,
    conversation_id: str,
    streaming_since: datetime,
    counter: str,
    today: date,
) -> LockedConversation | None:
    """Lock a conversation until the transaction ends; also returns its model config, instructions, its user's usage and
    the stage's settings.

    `UserUsage.streaming`: the streaming replies in all conversations with a heartbeat since `streaming_since`;
    `UserUsage.counted`: the rate limit counter with the key `counter`; `UserUsage.spending`: until `today` (UTC).
    """
    values = {"conversation": conversation_id, "user": user_id, "since": streaming_since, "counter": counter}
    values |= spending_values(today)
    row = session.execute(_LOCK_WITH_MODEL, values).one_or_none()
    if row is None:
        return None
    conversation_id, title, active_leaf_id, project_id, changed_settings, *rest = row
    (group, is_verified, streaming, counted), rest = rest[:4], rest[4:]
    usage = UserUsage(group, bool(is_verified), streaming, counted, Spending.of(rest[:4]))
    instructions, chosen = StoredInstructions(*rest[4:7]), chosen_model_of(rest[7:])
    return LockedConversation(
        conversation_id, title, active_leaf_id, project_id, usage, instructions, changed_settings, chosen
    )


def find_instructions(session: Session, user_id: str, conversation_id: str) -> StoredInstructions | None:
    """The instructions for a conversation; None when it is not the user's, or in the bin."""
    query = _with_project(select(*_INSTRUCTIONS)).where(*_is_present(user_id, conversation_id))
    row = session.execute(query, {"user": user_id}).one_or_none()
    return None if row is None else StoredInstructions(*row)


def _with_project(query: Select[Any]) -> Select[Any]:
    return query.outerjoin_from(Conversation, Project, Project.id == Conversation.project_id)


def list_conversations(
    session: Session,
    user_id: str,
    *,
    archived: bool | None,
    project_id: str | None,
    words: Sequence[str],
    after: tuple[bool, datetime, str] | None,
    limit: int,
) -> tuple[Sequence[Conversation], set[str]]:
    """Pinned first, then newest activity first; those after `(pinned, updated_at, id)`. Neither temporary ones nor
    those in the bin. Also returns the ids of those in which a reply waits for the user.

    `archived`: None lists both. `project_id`: those of a project, `NO_PROJECT` for those in none, None for all. Each of
    `words` occurs in the title or in a message.
    """
    query = _list_query(session, user_id, project_id, words, after, limit)
    # Two reads in the order of the index, because one of both would sort every row of the user.
    states = (False, True) if archived is None else (archived,)
    rows = [row for state in states for row in session.execute(query.where(Conversation.archived == state))]
    waiting_ids = {conversation.id for conversation, is_waiting in rows if is_waiting}
    found = [conversation for conversation, _ in rows]
    if archived is None:
        found.sort(key=lambda each: (each.pinned, each.updated_at, each.id), reverse=True)
    return found[:limit], waiting_ids


def _list_query(
    session: Session,
    user_id: str,
    project_id: str | None,
    words: Sequence[str],
    after: tuple[bool, datetime, str] | None,
    limit: int,
) -> Select[tuple[Conversation, bool]]:
    """A page of the list, archived or not, with whether a reply waits for the user."""
    waiting = select(Message.conversation_id).where(Message.status == "waiting", Message.user_id == user_id)
    index = "ix_conversations_list" if project_id is None else "ix_conversations_project"
    # Booleans are compared with `=`, and the cursor column by column: for `IS` and row comparisons MySQL and MariaDB do
    # not use the whole index, and without the hint they scan it from its start.
    query = (
        select(Conversation, Conversation.id.in_(waiting))
        .with_hint(Conversation, f"FORCE INDEX ({index})", "mysql")
        .where(*_is_listed(session, user_id, project_id, words), Conversation.deleted_at.is_(None))
        .order_by(*_NEWEST_FIRST)
        .limit(limit)
    )
    if after is not None:
        pinned, updated_at, last_id = after
        behind = and_(
            Conversation.pinned == pinned,
            Conversation.updated_at <= updated_at,
            or_(Conversation.updated_at < updated_at, Conversation.id < last_id),
        )
        query = query.where(or_(behind, ~Conversation.pinned) if pinned else behind)
    return query


def list_among(
    session: Session, user_id: str, conversation_ids: Iterable[str], *, project_id: str | None, words: Sequence[str]
) -> Sequence[Conversation]:
    """The conversations of these ids that lists show, archived or not, in the order of lists."""
    query = select(Conversation).where(
        *_is_listed(session, user_id, project_id, words),
        Conversation.deleted_at.is_(None),
        Conversation.id.in_(conversation_ids),
    )
    return session.scalars(query.order_by(*_NEWEST_FIRST)).all()


# In the order of the index that the bin is read by, from its end.
_BIN_ORDER = (
    Conversation.deleted_at,
    Conversation.archived,
    Conversation.pinned,
    Conversation.updated_at,
    Conversation.id,
)
BinPosition = tuple[datetime, bool, bool, datetime, str]


def list_deleted(
    session: Session,
    user_id: str,
    *,
    project_id: str | None,
    words: Sequence[str],
    after: BinPosition | None,
    limit: int,
) -> Sequence[Conversation]:
    """The bin, newest deletion first, archived or not; those after the position of another. The other filters are as in
    `list_conversations`."""
    query = (
        select(Conversation)
        .with_hint(Conversation, "FORCE INDEX (ix_conversations_list)", "mysql")
        .where(*_is_listed(session, user_id, project_id, words), Conversation.deleted_at.is_not(None))
        .order_by(*(column.desc() for column in _BIN_ORDER))
        .limit(limit)
    )
    if after is not None:
        query = query.where(Conversation.deleted_at <= after[0], tuple_(*_BIN_ORDER) < after)
    return session.scalars(query).all()


def _is_listed(
    session: Session, user_id: str, project_id: str | None, words: Sequence[str]
) -> Sequence[ColumnElement[bool]]:
    is_listed = [Conversation.user_id == user_id, Conversation.temporary == false()]
    if project_id is not None:
        in_none = project_id == NO_PROJECT
        is_listed.append(Conversation.project_id.is_(None) if in_none else Conversation.project_id == project_id)
    return [*is_listed, *(mentions(session, user_id, word) for word in words)]


_NEWEST_FIRST = (Conversation.pinned.desc(), Conversation.updated_at.desc(), Conversation.id.desc())


class OwnedConversation(NamedTuple):
    id: str
    temporary: bool
    is_deleted: bool


def lock_owned(session: Session, user_id: str, conversation_ids: Sequence[str]) -> Sequence[OwnedConversation]:
    """The user's conversations of these ids, in the bin or not, locked until the transaction ends."""
    query = select(Conversation.id, Conversation.temporary, Conversation.deleted_at.is_not(None)).where(
        Conversation.user_id == user_id, Conversation.id.in_(conversation_ids)
    )
    # Locked in one order, so that concurrent deletions wait instead of deadlocking.
    rows = session.execute(query.order_by(Conversation.id).with_for_update())
    return [OwnedConversation(*row) for row in rows]


def update_conversations(
    session: Session, user_id: str, conversation_ids: Sequence[str], changes: Mapping[str, Any]
) -> None:
    """Set the named columns of each."""
    session.execute(
        update(Conversation)
        .where(Conversation.user_id == user_id, Conversation.id.in_(conversation_ids))
        .values(**changes)
    )


def set_deleted(session: Session, user_id: str, conversation_ids: Sequence[str], deleted_at: datetime | None) -> None:
    """Put conversations in the bin, or take them out of it (None)."""
    update_conversations(session, user_id, conversation_ids, {"deleted_at": deleted_at})


def set_projects_deleted(session: Session, user_id: str, project_ids: Sequence[str], now: datetime) -> None:
    """Put the conversations of projects in the bin, except those that are in it."""
    session.execute(
        update(Conversation)
        .where(
            Conversation.user_id == user_id, Conversation.project_id.in_(project_ids), Conversation.deleted_at.is_(None)
        )
        .values(deleted_at=now)
    )


def list_expired(
    session: Session, deleted_before: datetime, temporary_before: datetime, limit: int
) -> Sequence[tuple[str, str]]:
    """`(user_id, id)` of everyone's conversations that are in the bin, or temporary and inactive, since before these
    times: for the sweep."""
    query = select(Conversation.user_id, Conversation.id).where(
        or_(
            Conversation.deleted_at < deleted_before,
            and_(Conversation.temporary == true(), Conversation.updated_at < temporary_before),
        )
    )
    return [(user_id, conversation_id) for user_id, conversation_id in session.execute(query.limit(limit))]


def list_all(session: Session, user_id: str, *, after: str, limit: int) -> Sequence[Conversation]:
    """The user's conversations with an id above `after`, in the bin or not, oldest first: for exports."""
    query = select(Conversation).where(Conversation.user_id == user_id, Conversation.id > after)
    return session.scalars(query.order_by(Conversation.id).limit(limit)).all()


def list_all_ids(session: Session, user_id: str, limit: int) -> Sequence[str]:
    """Ids of the user's conversations, in the bin or not, locked: for the deletion of the account."""
    query = select(Conversation.id).where(Conversation.user_id == user_id).order_by(Conversation.id).limit(limit)
    return session.scalars(query.with_for_update()).all()


def record_activity(session: Session | Connection, user_id: str, conversation_id: str, now: datetime) -> bool:
    """Set the time of the last activity; False for a conversation that was deleted."""
    return _update_one(session, user_id, conversation_id, updated_at=now) == 1


def show_branch(session: Session | Connection, user_id: str, conversation_id: str, leaf_id: str, now: datetime) -> None:
    """Set the leaf of the shown branch; counts as activity."""
    _update_one(session, user_id, conversation_id, active_leaf_id=leaf_id, updated_at=now)


def _update_one(session: Session | Connection, user_id: str, conversation_id: str, **values: object) -> int:
    """The number of rows changed."""
    row = {"conversation": conversation_id, "user": user_id}
    return rows_changed(session, _UPDATE_ONE, {**row, **values})


def delete_conversations(session: Session, user_id: str, conversation_ids: Sequence[str]) -> int:
    """Delete conversations with their messages; returns their number."""
    statement = delete(Conversation).where(Conversation.user_id == user_id, Conversation.id.in_(conversation_ids))
    return rows_changed(session, statement)


# Built once: every turn executes them, and building one takes twice as long as executing it.
_UPDATE_ONE = update(Conversation).where(
    Conversation.id == bindparam("conversation"), Conversation.user_id == bindparam("user")
)
_STREAMING = (
    select(func.count())
    .where(
        Message.status == "streaming",
        Message.user_id == bindparam("user"),
        # Each turn sets it, also one that goes on with an old reply.
        func.coalesce(Message.heartbeat_at, Message.created_at) > bindparam("since"),
    )
    .scalar_subquery()
)
_GROUP = select(User.group).where(User.id == bindparam("user")).scalar_subquery()
_IS_VERIFIED = select(User.email_verified_at.is_not(None)).where(User.id == bindparam("user")).scalar_subquery()
_COUNTED = select(RateLimit.count).where(RateLimit.key == bindparam("counter")).scalar_subquery()
_INSTRUCTIONS = (
    select(UserSettings.instructions).where(UserSettings.user_id == bindparam("user")).scalar_subquery(),
    Project.instructions,
    Conversation.instructions,
)
_LOCK_WITH_MODEL = (
    _with_project(
        select(
            Conversation.id,
            Conversation.title,
            Conversation.active_leaf_id,
            Conversation.project_id,
            CHANGED_SETTINGS,
            _GROUP,
            _IS_VERIFIED,
            _STREAMING,
            func.coalesce(_COUNTED, 0),
            *SPENDING_COLUMNS,
            *_INSTRUCTIONS,
            *CHOSEN_COLUMNS,
        )
    )
    .outerjoin(ModelConfig, ModelConfig.id == Conversation.model_config_id)
    .outerjoin(OfferedModel, OfferedModel.config_id == ModelConfig.id)
    .where(
        Conversation.id == bindparam("conversation"),
        Conversation.user_id == bindparam("user"),
        Conversation.deleted_at.is_(None),
    )
    .with_for_update(of=Conversation)
)
