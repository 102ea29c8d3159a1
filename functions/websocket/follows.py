"""One follow of a reply per connection: the newest one, whichever worker runs it (API Gateway).

Each gets a number, the next of its connection and reply; a worker whose follow is not the newest any more ends it.
"""

import hashlib
from datetime import timedelta

from shared.config import CONNECTION_OVER_SECONDS
from shared.db.repositories import rate_limits
from shared.db.session import transaction
from shared.db.types import utc_now

_KEPT = timedelta(seconds=CONNECTION_OVER_SECONDS)


def number_follow(connection_id: str, message_id: str) -> int:
    """The number of a follow that begins; counted with the rate limits, whose rows the sweep deletes."""
    with transaction() as session:
        return rate_limits.count_up(session, _key(connection_id, message_id), utc_now() + _KEPT)


def is_newest_follow(connection_id: str, message_id: str, number: int) -> bool:
    with transaction() as session:
        return rate_limits.find_count(session, _key(connection_id, message_id)) == number


def _key(connection_id: str, message_id: str) -> str:
    return hashlib.sha256(f"follow\n{connection_id}\n{message_id}".encode()).hexdigest()
