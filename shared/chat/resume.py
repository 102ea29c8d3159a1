"""Following a reply from any point, whoever streams it and even after its end.

The database is what all processes share, so it is what is followed: chunks while the reply streams,
its `event_lengths` once it has ended. Both give every event the `seq` it had when it was first sent.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from shared.chat.events import ChatEvent, Completed, Failed, Started, text_event
from shared.chat.recovery import is_abandoned, settle
from shared.chat.reply import ErrorOut, UsageOut
from shared.config import ChatSettings, load
from shared.db.models import Message, MessageChunk
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
        events = replay(reply)
        ended = reply.status != "streaming"
        if not ended:
            events.append(_started(reply, len(events) + 1))
            events += [_chunk_event(chunk) for chunk in messages.list_chunks(session, [reply.id], after)]
        return Snapshot([event for event in events if event.seq > after], ended)


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


def replay(reply: Message) -> list[ChatEvent]:
    """The events that a reply's row tells, cut from its text where they were cut when it streamed.

    Those of an ended reply are all; one that is streaming again has its earlier turns' here.
    """
    events: list[ChatEvent] = []
    text_at = reasoning_at = 0
    reasoning = reply.reasoning or ""
    for seq, length in enumerate(reply.event_lengths or (), start=1):
        if length == 0:
            events.append(_started(reply, seq))
        elif length > 0:
            events.append(text_event("delta", seq, reply.id, reply.text[text_at : text_at + length]))
            text_at += length
        else:
            piece = reasoning[reasoning_at : reasoning_at - length]
            events.append(text_event("reasoning", seq, reply.id, piece))
            reasoning_at -= length
    if reply.status != "streaming":
        events.append(_last_event(reply, len(events) + 1))
    return events


def _started(reply: Message, seq: int) -> Started:
    assert reply.parent_id is not None  # A reply answers something.
    return Started(
        seq=seq,
        conversation_id=reply.conversation_id,
        user_message_id=reply.parent_id,
        assistant_message_id=reply.id,
        model=reply.model,
    )


def _chunk_event(chunk: MessageChunk) -> ChatEvent:
    return text_event(chunk.kind, chunk.seq, chunk.message_id, chunk.text)


def _last_event(reply: Message, seq: int) -> ChatEvent:
    """Tells how a reply ended."""
    assert reply.parent_id is not None
    if reply.status == "failed" and reply.error is not None:
        return Failed(
            seq=seq,
            user_message_id=reply.parent_id,
            assistant_message_id=reply.id,
            error=ErrorOut.model_validate(reply.error),
        )
    return Completed(
        seq=seq,
        user_message_id=reply.parent_id,
        assistant_message_id=reply.id,
        status=reply.status,
        finish_reason=reply.finish_reason,
        usage=UsageOut.model_validate(reply.usage) if reply.usage else None,
    )
