"""Counters in fixed windows: one row per subject and window, counted up by an upsert."""

from datetime import datetime

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Session

from shared.db.models import RateLimit
from shared.db.repositories.expired import delete_some


def count_up(session: Session, key: str, window_ends_at: datetime, amount: int = 1) -> int:
    """Increment the counter `key`; returns its new value. One statement."""
    values = {"key": key, "window_ends_at": window_ends_at}
    if session.get_bind().dialect.name == "mysql":
        # MySQL has no RETURNING; the argument of LAST_INSERT_ID comes back with the acknowledgement
        # (https://dev.mysql.com/doc/refman/8.4/en/information-functions.html#function_last-insert-id).
        insert = mysql.insert(RateLimit).values(**values, count=func.last_insert_id(amount))
        counted = insert.on_duplicate_key_update(attempts=func.last_insert_id(RateLimit.count + amount))
        result = session.connection().execute(counted)
        return int(result.lastrowid)
    from sqlalchemy.dialects import sqlite  # Not needed in the clouds.

    upsert = sqlite.insert(RateLimit).values(**values, count=amount)
    updated = upsert.on_conflict_do_update(index_elements=[RateLimit.key], set_={"attempts": RateLimit.count + amount})
    return session.scalars(updated.returning(RateLimit.count)).one()


def find_count(session: Session | Connection, key: str) -> int:
    return session.scalar(select(RateLimit.count).where(RateLimit.key == key)) or 0


def count_down(session: Session, key: str) -> None:
    session.execute(
        update(RateLimit).where(RateLimit.key == key, RateLimit.count > 0).values(count=RateLimit.count - 1)
    )


def delete_ended(session: Session, now: datetime, limit: int) -> int:
    return delete_some(session, RateLimit.key, RateLimit.window_ends_at < now, limit)
