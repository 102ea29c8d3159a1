"""Limits of following replies: per user over all instances, and per user within a process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from shared.auth.limits import Limit
from shared.config import ChatSettings, load
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.event_loop import PerEventLoop

# A process that dies leaves its follows counted until the window ends.
_WINDOW_SECONDS = 3600
# Reads of whole replies at a time by one user: another user's request waits for no more than these.
_READS_PER_USER = 2


def begin_follow(session: Session, user_id: str) -> None:
    """Count a follow that begins. Raises RateLimited. `end_follow` must be called when it has ended."""
    _limit().consume(session, user_id, utc_now())


def end_follow(user_id: str) -> None:
    with transaction() as session:
        _limit().restore(session, user_id, utc_now())


def _limit() -> Limit:
    return Limit("follow", load(ChatSettings).follows_per_user, _WINDOW_SECONDS)


@dataclass
class _Reads:
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_READS_PER_USER))
    waiting: int = 0


_by_user: PerEventLoop[dict[str, _Reads]] = PerEventLoop(dict)


@asynccontextmanager
async def read_slot(user_id: str) -> AsyncIterator[None]:
    """Admission of a user's reads of replies, first come, first served."""
    by_user = _by_user.get()
    reads = by_user.setdefault(user_id, _Reads())
    reads.waiting += 1
    try:
        async with reads.slots:
            yield
    finally:
        reads.waiting -= 1
        if reads.waiting == 0:
            del by_user[user_id]
