"""Limits of following replies: per user over all instances, and per user within a process."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from shared.auth.limits import Limit
from shared.config import ChatSettings, load
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.event_loop import SlotsPerKey

# A process that dies leaves its follows counted until the window ends.
_WINDOW_SECONDS = 3600
# Reads of whole replies at a time by one user: another user's request waits for no more than these.
_READS_PER_USER = 2
# Events of a replay that are sent without letting other tasks run: less than a millisecond.
_BATCH = 20
_Event = TypeVar("_Event")


def start_follow(session: Session, user_id: str) -> datetime:
    """Count a follow; returns the time, with which `end_follow` must be called when it has ended. Raises
    RateLimited."""
    now = utc_now()
    _limit().consume(session, user_id, now)
    return now


def end_follow(user_id: str, counted_at: datetime) -> None:
    """Uncount a follow, in the window in which it was counted."""
    with transaction() as session:
        _limit().restore(session, user_id, counted_at)


def _limit() -> Limit:
    return Limit("follow", load(ChatSettings).follows_per_user, _WINDOW_SECONDS)


_reads = SlotsPerKey(lambda: _READS_PER_USER)
_turns = SlotsPerKey(lambda: 1)


def read_slot(user_id: str) -> AbstractAsyncContextManager[None]:
    """Admission of a user's reads of replies, first come, first served."""
    return _reads.acquire(user_id)


async def paced(events: Sequence[_Event], user_id: str) -> AsyncGenerator[_Event, None]:
    """The stored events of a reply, a few at a time: between two of a user's batches every other task has its turn,
    however many replays of the user run at once."""
    for start in range(0, len(events), _BATCH):
        # Not kept while the events are sent: a slow client must not hold up the user's others.
        async with _turns.acquire(user_id):
            await asyncio.sleep(0)
        for event in events[start : start + _BATCH]:
            yield event
