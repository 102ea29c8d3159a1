"""Counters in fixed windows: one row per subject and window, counted up by an upsert."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Session

from shared.db.models import RateLimit


def count_up(session: Session, key: str, window_ends_at: datetime, amount: int = 1) -> int:
    """Increment the counter `key`; returns its new value."""
    add(session, key, window_ends_at, amount)
    return session.scalars(select(RateLimit.count).where(RateLimit.key == key)).one()


def find_count(session: Session | Connection, key: str) -> int:
    return session.scalar(select(RateLimit.count).where(RateLimit.key == key)) or 0


def add(session: Session, key: str, window_ends_at: datetime, amount: int = 1) -> None:
    values = {"key": key, "window_ends_at": window_ends_at, "count": amount}
    if session.get_bind().dialect.name == "mysql":
        insert = mysql.insert(RateLimit).values(values)
        session.execute(insert.on_duplicate_key_update(attempts=RateLimit.count + amount))
    else:
        from sqlalchemy.dialects import sqlite  # Not needed in the clouds.

        session.execute(
            sqlite.insert(RateLimit)
            .values(values)
            .on_conflict_do_update(index_elements=[RateLimit.key], set_={"attempts": RateLimit.count + amount})
        )


def count_down(session: Session, key: str) -> None:
    session.execute(
        update(RateLimit).where(RateLimit.key == key, RateLimit.count > 0).values(count=RateLimit.count - 1)
    )


def delete_ended(session: Session, now: datetime) -> None:
    session.execute(delete(RateLimit).where(RateLimit.window_ends_at < now))
