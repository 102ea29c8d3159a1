"""Following a reply from any point, whoever streams it and even after its end.

The database is what all processes share, so it is what is followed: chunks while the reply streams,
its event log once it has ended. Both give every event the `seq` it had when it was first sent.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from shared.chat.event_log import replay
from shared.chat.events import ChatEvent
from shared.chat.recovery import is_abandoned, settle
from shared.config import ChatSettings, load
from shared.db.patience import with_patience
from shared.db.repositories import messages
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import NotFound


@dataclass(frozen=True)
class Snapshot:
    """A reply's events after some `seq`, and whether there can be more."""

    events: Sequence[ChatEvent]
    ended: bool


def look(user_id: str, message_id: str, after: int) -> Snapshot:
    """The events of a reply that follow `after`, as far as there are any now.

    A reply whose process has died is ended by this look. Raises NotFound.
    """
    with transaction() as session:
        reply = messages.find_message(session, user_id, message_id)
        if reply is None or reply.role != "assistant":
            raise NotFound
        now = utc_now()
        if reply.status == "streaming" and is_abandoned(session, reply, now):
            settle(session, [reply], now)
        ended = reply.status != "streaming"
        chunks = () if ended else messages.list_chunks(session, [reply.id], after)
        return Snapshot(replay(reply, chunks, after), ended)


async def follow_reply(user_id: str, message_id: str, first: Snapshot, after: int) -> AsyncGenerator[ChatEvent, None]:
    """The events of `first`, then those that follow, live, until the reply's last.

    It ends without a last event when the reply is deleted meanwhile. Raises what the database does when
    it stays away for longer than `database_patience_seconds`.
    """
    interval = load(ChatSettings).group_seconds
    snapshot = first
    while True:
        for event in snapshot.events:
            after = event.seq
            yield event
        if snapshot.ended:
            return
        await asyncio.sleep(interval)
        try:
            snapshot = await with_patience(look, user_id, message_id, after)
        except NotFound:
            return
