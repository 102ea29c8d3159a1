"""Sessions: one transaction each, committed by the code that opened it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.orm import Session, sessionmaker

from shared.db.engine import get_engine

# Objects are read after the commit to shape a response; reloading them would be a second round trip.
_sessions: sessionmaker[Session] = sessionmaker(expire_on_commit=False)


@contextmanager
def transaction() -> Iterator[Session]:
    """A session in a transaction: committed at the end, rolled back when an error leaves the block."""
    with _sessions(bind=get_engine()) as session, session.begin():
        yield session


@contextmanager
def plain_transaction() -> Iterator[Connection]:
    """A transaction without a session, which costs half as much for a statement without ORM objects."""
    with get_engine().begin() as connection:
        yield connection
