"""What is done about a database that is away, or that took a transaction back.

A transaction that the server rolled back, to end a deadlock or a wait for a lock, left nothing behind and
may be run again. One whose connection was lost may have been committed: only who can tell a repetition
from a first time may run it again, as the turn does with its chunks.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shared.config import DatabaseSettings, load
from shared.logging import fields
from shared.threads import run_in_thread

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
# Lost connections, deadlocks, a server that is restarting, a pool that is empty because of those.
_AWAY = (OperationalError, InterfaceError, InternalError, PoolTimeoutError)
# ER_LOCK_WAIT_TIMEOUT and ER_LOCK_DEADLOCK
# (https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html). On SQLite writers wait their
# turn from the start, so there is neither.
_ROLLED_BACK = (1205, 1213)
ATTEMPTS = 3


def was_rolled_back(error: OperationalError) -> bool:
    """Whether the server took the transaction back to let another one go on."""
    return error.orig is not None and error.orig.args[:1] in [(code,) for code in _ROLLED_BACK]


def may_retry(error: OperationalError, attempt: int) -> bool:
    """Whether what was taken back at its nth attempt is run again, which is logged."""
    if attempt == ATTEMPTS or not was_rolled_back(error):
        return False
    _log.warning("a transaction was taken back, trying again", extra=fields(attempt=attempt))
    return True


def retry_if_rolled_back(work: Callable[[], _T]) -> _T:
    """Run `work`, and again when the server took its transaction back, three times in all.

    For work that does nothing outside of its transactions that may not be done twice.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return work()
        except OperationalError as error:
            if not may_retry(error, attempt):
                raise
    raise AssertionError


async def retry_while_unreachable(call: Callable[..., _T], *arguments: object) -> _T:
    """Run a call in a thread, and again while the database is away, up to `database_retry_seconds`.

    For what knows itself when it is run again. Raises the call's last error.
    """
    deadline = time.monotonic() + load(DatabaseSettings).database_retry_seconds
    delay = 0.05
    while True:
        try:
            return await run_in_thread(call, *arguments)
        except _AWAY as error:
            if time.monotonic() + delay > deadline:
                raise
            _log.warning("the database is away, trying again", extra=fields(error=type(error).__name__))
        await asyncio.sleep(delay)
        delay = min(delay * 2, 1.0)
