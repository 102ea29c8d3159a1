"""Resuming a reply: its events after any `seq`, whichever process streams it, and after its end.

The events are read from the database, which all processes share: the chunks while the reply streams, its event log
once it has ended. Every event has the `seq` with which it was first sent.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress

from shared.chat.event_log import first_live_seq, live_events, replay
from shared.chat.events import LoggedEvent
from shared.chat.follow_limit import paced, read_slot
from shared.chat.prepare import PreparedTurn
from shared.chat.recovery import can_be_taken_over, is_stale, list_steps_of, recover_replies
from shared.chat.reply_feed import Snapshot, follow_feed
from shared.chat.takeover import take_over_reply
from shared.config import ChatSettings, load
from shared.db.repositories import messages
from shared.db.retry import retry_while_unreachable
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import NotFound
from shared.threads import run_in_thread


def read_events(user_id: str, message_id: str, after: int) -> Snapshot:
    """The events of a reply with a `seq` greater than `after` that exist now.

    A reply whose process has died, and that no other can take over, is ended first. Raises NotFound.
    """
    with transaction() as session:
        reply = messages.find_message(session, user_id, message_id)
        if reply is None or reply.role != "assistant":
            raise NotFound
        now = utc_now()
        is_left = reply.status == "streaming" and is_stale(session, reply, now)
        is_abandoned = is_left and can_be_taken_over(reply)
        if is_left and not is_abandoned:
            recover_replies(session, [reply], now)
        is_idle = reply.status == "streaming" and reply.turn_id is None and not is_left
        ended = reply.status != "streaming"
        chunks = () if ended else messages.list_chunks(session, [reply.id], after)
        steps = list_steps_of(session, [reply]).get(reply.id, [])
        live = () if ended else live_events(reply, chunks, steps, after)
        if live is None:
            session.refresh(reply)
            ended = reply.status != "streaming"
            chunks = [chunk for chunk in chunks if chunk.seq >= first_live_seq(reply)]
            live = None if ended else live_events(reply, chunks, steps, after)
        return Snapshot(replay(reply, live or (), steps, after), ended, is_abandoned, is_idle)


async def read_first_events(user_id: str, message_id: str, after: int) -> Snapshot:
    """`read_events` in a thread, when the user's earlier reads leave it a slot."""
    async with read_slot(user_id):
        return await run_in_thread(read_events, user_id, message_id, after)


async def follow_reply(
    user_id: str, message_id: str, first: Snapshot, after: int, run: Callable[[PreparedTurn], Awaitable[None]]
) -> AsyncGenerator[LoggedEvent, None]:
    """The events of `first`, then later ones as they are written, until the reply's final event.

    A reply that is abandoned is taken over; `run` starts its turn, which runs beside this reader. It ends without a
    final event when the reply is deleted meanwhile. Raises sqlalchemy.exc.DBAPIError when the database is unreachable
    for longer than `database_retry_seconds`.
    """
    async with aclosing(paced(first.events, user_id)) as stored:
        async for event in stored:
            after = event.seq
            yield event
    if first.ended:
        return

    async def take_over() -> None:
        turn = await retry_while_unreachable(take_over_reply, user_id, message_id)
        if turn is not None:
            await run(turn)

    async def take_over_if_abandoned(snapshot: Snapshot) -> None:
        if snapshot.is_abandoned:
            # A turn that was taken over is run, also when this reader leaves meanwhile.
            await asyncio.shield(take_over())

    async def read(last: int) -> Snapshot:
        snapshot = await retry_while_unreachable(read_events, user_id, message_id, last)
        await take_over_if_abandoned(snapshot)
        return snapshot

    await take_over_if_abandoned(first)
    feed = follow_feed(message_id, read, after, load(ChatSettings).group_seconds)
    with suppress(NotFound):
        async with aclosing(feed) as events:
            async for event in events:
                yield event
