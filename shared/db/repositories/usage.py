"""Usage: daily totals of turns, tokens and cost by user and model; daily counts of failed replies."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, func, select, update
from sqlalchemy.dialects import mysql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from shared.db.models import Conversation, FailureDay, UsageDay, User
from shared.db.repositories.changed import rows_changed
from shared.db.repositories.conversations import record_activity


class TurnUsage(NamedTuple):
    """The use of a model by one turn, for the day's sums. `cost` in millionths of the currency."""

    day: date
    source: str
    model: str
    turns: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    cost: int


_KEY = ("user_id", "day", "source", "model")
_SUMS = ("turns", "prompt_tokens", "cached_tokens", "completion_tokens", "cost")
# Parameters are not named like columns, because SQLAlchemy would write such parameters as values.
_ADDED = {name: getattr(UsageDay, name) + bindparam(f"{name}_") for name in _SUMS}
_IS_DAY = [getattr(UsageDay, name) == bindparam(f"{name}_") for name in _KEY if name != "user_id"]
# MySQL's update of two tables, which saves each turn a round trip. Both rows are found by their primary keys.
_RECORD_BOTH = (
    update(Conversation)
    .where(
        Conversation.id == bindparam("conversation_"),
        Conversation.user_id == bindparam("user_id_"),
        UsageDay.user_id == Conversation.user_id,
        *_IS_DAY,
    )
    .values({Conversation.updated_at: bindparam("now_"), **{getattr(UsageDay, name): _ADDED[name] for name in _SUMS}})
)
# The day's sums alone, for SQLite. SQLAlchemy compiles an upsert anew each time, a sixth of a turn's processor time.
_ADD_TO_DAY = update(UsageDay).where(UsageDay.user_id == bindparam("user_id_"), *_IS_DAY).values(_ADDED)


def record_turn(connection: Connection, user_id: str, conversation_id: str, usage: TurnUsage, now: datetime) -> bool:
    """Store the end of a turn with its conversation: the time of the activity, and the turn's use of the model. False
    for a conversation that was deleted; the use counts all the same, unless the account is gone.

    Where the user has used the model today, one statement on MySQL and two on SQLite; otherwise three.
    """
    values = {"user_id_": user_id, **{f"{name}_": value for name, value in usage._asdict().items()}}
    is_mysql = connection.dialect.name == "mysql"
    if is_mysql and rows_changed(connection, _RECORD_BOTH, {**values, "conversation_": conversation_id, "now_": now}):
        return True
    exists = record_activity(connection, user_id, conversation_id, now)
    if not is_mysql and rows_changed(connection, _ADD_TO_DAY, values):
        return exists
    try:
        add_usage(connection, user_id, usage)
    except IntegrityError:
        if exists:
            raise
    return exists


def add_usage(session: Session | Connection, user_id: str, usage: TurnUsage) -> None:
    """Add to a user's sums of the day. Raises IntegrityError for an account that is gone."""
    _upsert(session, UsageDay, {"user_id": user_id, **usage._asdict()}, _KEY, _SUMS)


def count_failure(session: Session | Connection, day: date, provider: str, code: str) -> None:
    """Count a failed reply."""
    values = {"day": day, "provider": provider[:100], "code": code[:64], "failures": 1}
    _upsert(session, FailureDay, values, ("day", "provider", "code"), ("failures",))


def _upsert(
    session: Session | Connection, table: type[Any], values: Mapping[str, Any], key: Sequence[str], sums: Sequence[str]
) -> None:
    """Insert a row, or add its sums to those of the row with its key."""
    columns = table.__table__.c
    if (session.get_bind() if isinstance(session, Session) else session).dialect.name == "mysql":
        insert = mysql.insert(table.__table__).values(values)
        added = {name: columns[name] + values[name] for name in sums}
        session.execute(insert.on_duplicate_key_update(added))
        return
    from sqlalchemy.dialects import sqlite  # Not needed in the clouds.

    upsert = sqlite.insert(table.__table__).values(values)
    session.execute(
        upsert.on_conflict_do_update(
            index_elements=list(key), set_={name: columns[name] + values[name] for name in sums}
        )
    )


class UsageSum(NamedTuple):
    """Sums of several rows of `usage_days`; `day`, `source`, `model` and `user` where they are grouped by it."""

    day: date | None
    source: str | None
    model: str | None
    user_id: str | None
    email: str | None
    turns: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    cost: int


def list_user_usage(session: Session, user_id: str, first: date, last: date) -> Sequence[UsageDay]:
    """A user's use of models from one day to another, by day and model."""
    query = select(UsageDay).where(UsageDay.user_id == user_id, UsageDay.day.between(first, last))
    return session.scalars(query.order_by(UsageDay.day, UsageDay.model, UsageDay.source)).all()


def sum_usage(session: Session, by: str, first: date, last: date, limit: int) -> Sequence[UsageSum]:
    """Everybody's use of models from one day to another, by `day`, `user` or `model`: days in order, the others with
    the highest cost and then the most tokens first."""
    query = {"day": _sums_by_day, "model": _sums_by_model, "user": _sums_by_user}[by](first, last, limit)
    rows = session.execute(query).mappings()
    names = ("day", "source", "model", "user_id", "email")
    # MySQL's sums are decimals.
    return [UsageSum._make([*(row.get(name) for name in names), *(int(row[name]) for name in _SUMS)]) for row in rows]


def _sums_of(table: Any) -> list[Any]:
    return [func.sum(getattr(table, name)).label(name) for name in _SUMS]


def _highest_first(table: Any) -> list[Any]:
    return [func.sum(table.cost).desc(), func.sum(table.completion_tokens).desc()]


def _sums_by_day(first: date, last: date, limit: int) -> Select[Any]:
    query = select(UsageDay.day, *_sums_of(UsageDay)).where(UsageDay.day.between(first, last))
    return query.group_by(UsageDay.day).order_by(UsageDay.day).limit(limit)


def _sums_by_model(first: date, last: date, limit: int) -> Select[Any]:
    query = select(UsageDay.source, UsageDay.model, *_sums_of(UsageDay)).where(UsageDay.day.between(first, last))
    return query.group_by(UsageDay.source, UsageDay.model).order_by(*_highest_first(UsageDay)).limit(limit)


def _sums_by_user(first: date, last: date, limit: int) -> Select[Any]:
    """The listed users are found by two sums alone: with all of them, MariaDB's temporary table of a hundred thousand
    users would go to the disk. The others' addresses are not read."""
    listed = (
        select(UsageDay.user_id)
        .where(UsageDay.day.between(first, last))
        .group_by(UsageDay.user_id)
        .order_by(*_highest_first(UsageDay))
        .limit(limit)
        .subquery()
    )
    of_listed = aliased(UsageDay)
    return (
        select(listed.c.user_id, User.email, *_sums_of(of_listed))
        .join(User, User.id == listed.c.user_id)
        .join(of_listed, of_listed.user_id == listed.c.user_id)
        .where(of_listed.day.between(first, last))
        .group_by(listed.c.user_id, User.email)
        .order_by(*_highest_first(of_listed))
    )


def sum_cost_by_user(session: Session, user_ids: Sequence[str], first: date) -> Mapping[str, int]:
    """User id → cost since a day, in millionths of the currency."""
    query = select(UsageDay.user_id, func.sum(UsageDay.cost)).where(
        UsageDay.user_id.in_(user_ids), UsageDay.day >= first
    )
    return {user_id: int(cost) for user_id, cost in session.execute(query.group_by(UsageDay.user_id))}


class FailureSum(NamedTuple):
    """Failed replies with one code at one provider."""

    provider: str
    code: str
    failures: int


def sum_failures(session: Session, first: date, limit: int) -> Sequence[FailureSum]:
    """The replies that failed since a day, by provider and code, the most first."""
    failures = func.sum(FailureDay.failures)
    query = select(FailureDay.provider, FailureDay.code, failures).where(FailureDay.day >= first)
    rows = session.execute(query.group_by(FailureDay.provider, FailureDay.code).order_by(failures.desc()).limit(limit))
    return [FailureSum(provider, code, int(total)) for provider, code, total in rows]
