"""Scheduled polls of MCP tasks, for replies that nobody follows (decision 0034).

Each is an empty object of the store whose key has the time of the next poll: the timer lists the keys and, while none
is due, leaves the database paused.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from shared.chat.worker import has_worker
from shared.logging import fields
from shared.storage import get_object_store
from shared.storage.object_store import ObjectStoreUnavailable

_log = logging.getLogger(__name__)

_PREFIX = "polls/"
_MAX_AT_ONCE = 1000


@dataclass(frozen=True)
class TaskPoll:
    """`key`: of its object."""

    key: str
    user_id: str
    message_id: str


def schedule_poll(user_id: str, message_id: str, at: datetime) -> None:
    """Have the timer's next run after `at` invoke the worker for a reply. No effect where there is no worker.

    Does not raise: without the object the next reader or the daily sweep polls.
    """
    if not has_worker():
        return
    # Rounded up, so that the reply can be taken over when its key is due.
    key = f"{_PREFIX}{int(at.timestamp()) + 1:012d}/{user_id}/{message_id}"
    try:
        get_object_store().put(key, b"", "text/plain")
    except ObjectStoreUnavailable:
        _log.warning("the poll of a task was not scheduled", extra=fields(message_id=message_id))


def list_due_polls(now: datetime) -> Sequence[TaskPoll]:
    """The polls whose time has come, earliest first. Raises ObjectStoreUnavailable."""
    due: list[TaskPoll] = []
    for key in get_object_store().list_keys(_PREFIX, _MAX_AT_ONCE):
        _, seconds, user_id, message_id = key.split("/")
        if datetime.fromtimestamp(int(seconds), timezone.utc) > now:
            break
        due.append(TaskPoll(key, user_id, message_id))
    return due


def remove_poll(poll: TaskPoll) -> None:
    """Raises ObjectStoreUnavailable."""
    get_object_store().delete_prefix(poll.key)
