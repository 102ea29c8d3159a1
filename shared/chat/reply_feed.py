"""Feeds of streaming replies: one poll of the database for all followers of a reply in this process."""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from shared.chat.events import LoggedEvent
from shared.event_loop import PerEventLoop

_seq = attrgetter("seq")
# Interval of the reads of an idle reply: a stop is seen as soon, and hours of a tool server's work are read seldom.
_IDLE_SECONDS = 1.0


@dataclass(frozen=True)
class Snapshot:
    """A reply's events after some `seq`, and whether there can be more.

    `is_abandoned`: its process died or released it, and another can take it over. `is_idle`: a tool's server works on
    its own, and no process writes the reply meanwhile.
    """

    events: Sequence[LoggedEvent]
    ended: bool
    is_abandoned: bool = False
    is_idle: bool = False


# Reads the snapshot of a reply after a `seq`.
ReadReply = Callable[[int], Awaitable[Snapshot]]


class ReplyFeed:
    """The events of one reply after the `seq` `start`, read while somebody follows it."""

    def __init__(self, read: ReadReply, start: int, interval: float) -> None:
        """`interval`: seconds between two reads, while the reply is not idle."""
        self.start = start
        self.followers = 0
        self._events: list[LoggedEvent] = []
        self._changed = asyncio.Event()
        self._polling = asyncio.create_task(self._poll(read, interval))
        self._polling.add_done_callback(lambda _: self._wake())

    async def events_after(self, after: int) -> AsyncGenerator[LoggedEvent, None]:
        """The events after a `seq` that is at least `start`, until the reply's end. Raises what the read does."""
        at = bisect_right([event.seq for event in self._events], after)
        while True:
            changed, is_done = self._changed, self._polling.done()
            while at < len(self._events):
                event = self._events[at]
                at += 1
                # The follower's own read may have been ahead of the feed's.
                if event.seq > after:
                    yield event
            if is_done:
                self._polling.result()
                return
            await changed.wait()

    @property
    def has_ended(self) -> bool:
        """Whether there is no further read: a reply that was continued since then needs another feed."""
        return self._polling.done()

    def close(self) -> None:
        self._polling.cancel()

    async def _poll(self, read: ReadReply, interval: float) -> None:
        after, is_idle = self.start, False
        while True:
            await asyncio.sleep(_IDLE_SECONDS if is_idle else interval)
            snapshot = await read(after)
            is_idle = snapshot.is_idle
            if snapshot.events:
                self._events += snapshot.events
                after = self._events[-1].seq
                self._wake()
            if snapshot.ended:
                return

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


_feeds: PerEventLoop[dict[str, ReplyFeed]] = PerEventLoop(dict)


async def follow_feed(
    message_id: str, read: ReadReply, after: int, interval: float
) -> AsyncGenerator[LoggedEvent, None]:
    """The events of a reply after a `seq`, as they are written. Raises what `read` does.

    The caller has checked that the user owns the reply: a feed is found by the reply's id alone.
    """
    feeds = _feeds.get()
    feed = feeds.get(message_id)
    if feed is None or feed.has_ended:
        feed = feeds[message_id] = ReplyFeed(read, after, interval)
    feed.followers += 1
    try:
        # The feed may have begun between this follower's own read and now.
        while after < feed.start:
            snapshot = await read(after)
            for event in snapshot.events:
                after = event.seq
                yield event
            if snapshot.ended:
                return
            if not snapshot.events:
                await asyncio.sleep(interval)
        async for event in feed.events_after(after):
            yield event
    finally:
        feed.followers -= 1
        if feed.followers == 0:
            feed.close()
            if feeds.get(message_id) is feed:
                del feeds[message_id]
