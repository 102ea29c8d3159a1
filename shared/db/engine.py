"""The database engine with its connection pool: one per process, MySQL in the clouds, SQLite by default on a
developer's machine."""

import time
from contextlib import closing
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Dialect, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from shared.config import DatabaseSettings, load
from shared.db.tls import tls_context, unverified_context

# Lock timeout of a statement in seconds. A request has three attempts, and gateways wait 29 s.
LOCK_SECONDS = 8
# Steps of a recursive query. Servers end it after 1,000: MySQL with an error, MariaDB from 10.6 with the rows so far.
MAX_RECURSION = 1_000_000
# MariaDB skips comments for MySQL 5.7 and later (https://mariadb.com/kb/en/comment-syntax/), MySQL those for MariaDB.
_SESSION_VARIABLES = (
    f"SET SESSION innodb_lock_wait_timeout = {LOCK_SECONDS}"
    f" /*!80000 , cte_max_recursion_depth = {MAX_RECURSION} */"
    f" /*M!100600 , max_recursive_iterations = {MAX_RECURSION} */"
)
_SURELY_ALIVE_SECONDS = 1.0
# ER_CON_COUNT_ERROR, ER_SERVER_SHUTDOWN, ER_ABORTING_CONNECTION, CR_CONN_HOST_ERROR, CR_SERVER_LOST
# (https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html), and TDSQL-C's while it wakes up.
NOT_READY = [(code,) for code in (1040, 1053, 1152, 2003, 2013, 9449)]
# ER_OPTION_PREVENTS_STATEMENT, ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, ER_READ_ONLY_MODE.
_READ_ONLY = [(code,) for code in (1290, 1792, 1836)]
_making = Lock()


def get_engine() -> Engine:
    """This process's engine. Connects at the first statement, not here."""
    # Without the lock, concurrent threads would each create an engine with its own connection pool.
    with _making:
        return _engine()


def dispose_engine() -> None:
    """Close the engine's connections; the next `get_engine` creates another one."""
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
        settings.database_wake_seconds,
    )


def make_engine(
    url: str,
    pool_size: int = 1,
    pool_recycle: int = 1800,
    connect_timeout: int = 5,
    authorities: str = "none",
    wake_seconds: float = 0,
    statement_timeout: int | None = 30,
) -> Engine:
    """An engine for `url` (`sqlite:///path` or `mysql+pymysql://...`). Times are in seconds.

    A connection on which a statement takes longer than `statement_timeout` is closed; None waits for any time.
    A connect is retried for `wake_seconds`. With `authorities` (shared.config), connections use TLS, and the server's
    certificate and name are checked.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, pool_size)
    engine = create_engine(
        url,
        pool_size=pool_size,
        # No overflow: a request waits for a connection instead of exceeding the server's limit.
        max_overflow=0,
        pool_recycle=pool_recycle,
        # Every user of a connection ends its transaction; the default ROLLBACK would be a useless round trip.
        pool_reset_on_return=None,
        # Statements that must not interleave lock their row or rely on a unique index, so the gap locks of
        # REPEATABLE READ would only cause deadlocks.
        isolation_level="READ COMMITTED",
        # Error texts are logged, and parameters contain hashes, keys and messages.
        hide_parameters=True,
        connect_args={
            "charset": "utf8mb4",
            "connect_timeout": connect_timeout,
            "read_timeout": statement_timeout,
            "write_timeout": statement_timeout,
            **({} if authorities == "none" else {"ssl": tls_context(authorities)}),
        },
    )
    _retry_connects(engine, wake_seconds)
    _set_session_variables(engine)
    _ping_when_idle(engine)
    _drop_read_only_connections(engine)
    return engine


def _retry_connects(engine: Engine, max_seconds: float) -> None:
    """Retry a connect with exponential backoff while the server is paused, restarts, fails over or is full.

    TDSQL-C answers 9449 while a paused serverless database wakes up; Aurora refuses connections meanwhile.
    """

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Dialect, _entry: ConnectionPoolEntry, arguments: Any, parameters: Any) -> DBAPIConnection:
        deadline = time.monotonic() + max_seconds
        delay = 0.1
        while True:
            try:
                return _connect(dialect, arguments, parameters)
            except engine.dialect.loaded_dbapi.OperationalError as error:
                if error.args[:1] not in NOT_READY or time.monotonic() + delay > deadline:
                    raise
            time.sleep(delay)
            delay = min(delay * 2, 2.0)


def _connect(dialect: Dialect, arguments: Any, parameters: Any) -> DBAPIConnection:
    """Connect, without `ssl` in the parameters with unverified TLS if the server supports it.

    PyMySQL does the latter by itself, but loads the system's authorities for each connection and ignores them.
    """
    if any(name.startswith(("ssl", "read_default")) for name in parameters):
        return dialect.connect(*arguments, **parameters)
    connection = dialect.connect(*arguments, **parameters, ssl_disabled=True, defer_connect=True)
    unconnected: Any = connection  # PyMySQL's own members.
    unconnected.ssl, unconnected.ctx = True, unverified_context()
    unconnected.connect()
    return connection


def _set_session_variables(engine: Engine) -> None:
    """Set the lock timeout and the recursion depth of each connection, on a server that has them.

    The lock timeout is below the client's read timeout: after a client timeout, the server would keep the abandoned
    transaction, with its locks. A server may not know a variable (1193), or not for a session (Dolt's: 1105).
    """

    @event.listens_for(engine, "connect")
    def set_variables(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        try:
            with closing(connection.cursor()) as cursor:
                cursor.execute(_SESSION_VARIABLES)
        except engine.dialect.loaded_dbapi.Error as error:
            if engine.dialect.is_disconnect(error, connection, None):
                raise


def _drop_read_only_connections(engine: Engine) -> None:
    """Treat a refusal to write on a read-only server as a lost connection.

    After a fail-over, a pooled connection may lead to the former primary, whose ping succeeds.
    """

    @event.listens_for(engine, "handle_error")
    def mark(context: ExceptionContext) -> None:
        if context.original_exception.args[:1] in _READ_ONLY:
            context.is_disconnect = True


def _ping_when_idle(engine: Engine) -> None:
    """Ping idle connections of the pool before their use, and replace those that the server or the network dropped.

    A recently used connection is not pinged, which would be a second round trip for each group of a stream. Uses the
    wall clock, which advances while a function is frozen.
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
            # The other pooled connections are just as stale, so drop the whole pool.
            raise InvalidatePoolError from error


def _sqlite(url: str, pool_size: int) -> Engine:
    database = make_url(url).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    import sqlite3  # Not needed in the clouds.

    engine = create_engine(url, pool_size=pool_size, max_overflow=0, hide_parameters=True, connect_args={"timeout": 10})

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        assert isinstance(connection, sqlite3.Connection)
        # SQLAlchemy's recipe: prevents sqlite3 from starting and ending transactions itself.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # Acquire the write lock at the start, which waits for other writers; upgrading a read lock later fails at once
        # (SQLITE_BUSY_SNAPSHOT) when another process has written in between.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
