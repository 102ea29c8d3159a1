"""The engine: one per process, MySQL in the clouds, SQLite by default on a developer's machine."""

import time
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from shared.config import DatabaseSettings, load
from shared.db.tls import tls_context

# How long a statement waits for a lock. A request is tried three times, and gateways wait 29 s.
LOCK_SECONDS = 8
_SURELY_ALIVE_SECONDS = 1.0
_making = Lock()


def get_engine() -> Engine:
    """This process's engine. Connects at the first statement, not here."""
    # Threads that came at once would each make one, with a pool of its own.
    with _making:
        return _engine()


def forget_engine() -> None:
    """Close the engine's connections, and make another when it is asked for again."""
    with _making:
        if _engine.cache_info().currsize:
            _engine().dispose()
        _engine.cache_clear()


@cache
def _engine() -> Engine:
    settings = load(DatabaseSettings)
    return make_engine(
        settings.url,
        settings.database_pool_size,
        settings.database_pool_recycle_seconds,
        settings.database_connect_seconds,
        settings.database_authorities,
    )


def make_engine(
    url: str,
    pool_size: int = 1,
    pool_recycle: int = 1800,
    connect_timeout: int = 5,
    authorities: str = "none",
) -> Engine:
    """An engine for `url` (`sqlite:///path` or `mysql+pymysql://...`). Times are in seconds.

    With `authorities` (shared.config) a connection is encrypted, and to the server that the URL names.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, pool_size)
    engine = create_engine(
        url,
        pool_size=pool_size,
        # A request waits for its turn instead of opening connections the server has not got.
        max_overflow=0,
        pool_recycle=pool_recycle,
        # Every use ends its transaction itself; a ROLLBACK after each COMMIT would be a round trip for nothing.
        pool_reset_on_return=None,
        # Every statement that must not interleave names its row or relies on a unique index, so
        # the gap locks of REPEATABLE READ would only bring deadlocks.
        isolation_level="READ COMMITTED",
        # An error's text reaches the log; hashes, keys and messages are in the parameters.
        hide_parameters=True,
        connect_args={
            "charset": "utf8mb4",
            "connect_timeout": connect_timeout,
            "read_timeout": 30,
            "write_timeout": 30,
            # Whoever gives up waiting for an answer before the server gives up waiting for the lock
            # leaves a transaction behind that holds its own.
            "init_command": f"SET SESSION innodb_lock_wait_timeout = {LOCK_SECONDS}",
            **({} if authorities == "none" else {"ssl": tls_context(authorities)}),
        },
    )
    _ping_when_idle(engine)
    return engine


def _ping_when_idle(engine: Engine) -> None:
    """Replace a connection that the server, or a network in between, dropped while nobody used it.

    One that was in use a moment ago is not asked: between two groups of a stream that would be a second
    round trip for each. The time is the clock's, which a function that was frozen finds moved on.
    """

    @event.listens_for(engine, "checkin")
    def note(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info["used_at"] = time.time()

    @event.listens_for(engine, "checkout")
    def ping(connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: object) -> None:
        if abs(time.time() - entry.info.get("used_at", time.time())) < _SURELY_ALIVE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            # The others are as old.
            raise InvalidatePoolError from error


def _sqlite(url: str, pool_size: int) -> Engine:
    database = make_url(url).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    import sqlite3  # No function in a cloud needs it.

    engine = create_engine(url, pool_size=pool_size, max_overflow=0, hide_parameters=True, connect_args={"timeout": 10})

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        assert isinstance(connection, sqlite3.Connection)
        # SQLAlchemy's recipe for transactions that sqlite3 does not end or begin on its own.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # Taking the write lock at the start waits its turn; upgrading a read later fails at once
        # (SQLITE_BUSY_SNAPSHOT) when another process has written in between.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
