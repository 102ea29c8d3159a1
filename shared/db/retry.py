"""Retries for a database that is unreachable or rolled a transaction back (decision 0014).

A transaction that the server rolled back, after a deadlock or a lock timeout, has no effect and can be retried. One
whose connection was lost may have been committed: only idempotent work can be retried, such as a turn's writes of its
chunks.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import InternalError as DatabaseInternalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shared.config import DatabaseSettings, load
from shared.db.engine import NOT_READY
from shared.errors import AppError, InternalError, Unavailable
from shared.logging import fields
from shared.threads import run_in_thread

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
# Lost connections, deadlocks, a restarting server, and a connection pool exhausted by those.
_UNREACHABLE = (OperationalError, InterfaceError, DatabaseInternalError, PoolTimeoutError)
# ER_LOCK_WAIT_TIMEOUT and ER_LOCK_DEADLOCK
# (https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html). SQLite has neither: its writers
# wait for the lock at the start of a transaction.
_ROLLED_BACK = (1205, 1213)
ATTEMPTS = 3


def was_rolled_back(error: OperationalError) -> bool:
    """Whether the server rolled the transaction back because of a lock conflict."""
    return error.orig is not None and error.orig.args[:1] in [(code,) for code in _ROLLED_BACK]


def may_retry(error: OperationalError, attempt: int) -> bool:
    """Whether to retry after the nth attempt was rolled back. Logs the retry."""
    if attempt == ATTEMPTS or not was_rolled_back(error):
        return False
    _log.warning("a transaction was rolled back, retrying", extra=fields(attempt=attempt))
    return True


def is_unreachable(error: Exception) -> bool:
    """Whether the database could not be reached, lost the connection, or the pool had none left."""
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, OperationalError | InterfaceError | DatabaseInternalError):
        return False
    return error.connection_invalidated or (error.orig is not None and error.orig.args[:1] in NOT_READY)


def app_error_of(error: Exception) -> AppError:
    """The contract's error of an exception that reached the edge."""
    return Unavailable() if is_unreachable(error) else InternalError()


def retry_if_rolled_back(work: Callable[[], _T]) -> _T:
    """Run `work`, and retry it when the server rolled its transaction back; at most three attempts.

    `work` must have no effects outside its transactions that must not be repeated.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return work()
        except OperationalError as error:
            if not may_retry(error, attempt):
                raise
    raise AssertionError


async def retry_while_unreachable(call: Callable[..., _T], *arguments: object) -> _T:
    """Run a call in a thread, and retry it while the database is unreachable, with exponential backoff, for at most
    `database_retry_seconds`.

    The call must be idempotent. Raises its last error.
    """
    deadline = time.monotonic() + load(DatabaseSettings).database_retry_seconds
    delay = 0.05
    while True:
        try:
            return await run_in_thread(call, *arguments)
        except _UNREACHABLE as error:
            if time.monotonic() + delay > deadline:
                raise
            _log.warning("the database is unreachable, retrying", extra=fields(error=type(error).__name__))
        await asyncio.sleep(delay)
        delay = min(delay * 2, 1.0)
