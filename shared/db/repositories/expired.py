"""Deletion of rows whose time is over, some at a time: a statement for all of them could take longer than a statement
may, and the next time there would be more."""

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session


def delete_some(session: Session, key: InstrumentedAttribute[str], is_over: ColumnElement[bool], limit: int) -> int:
    """Delete at most `limit` rows of all users, for the sweep; returns their number. `key`: the primary key."""
    keys = session.scalars(select(key).where(is_over).limit(limit)).all()
    # One that was renewed since, such as a limit's next window, stays.
    expired = delete(key.class_).where(key.in_(keys), is_over)
    session.execute(expired.execution_options(synchronize_session=False))
    return len(keys)
