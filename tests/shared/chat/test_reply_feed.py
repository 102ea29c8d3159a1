"""Feeds of streaming replies, and the limits of reading them."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.chat import reply_feed
from shared.chat.events import LoggedEvent, text_event
from shared.chat.follow_limit import paced, read_slot
from shared.chat.reply_feed import Snapshot, follow_feed


class Reply:
    """A streaming reply, as the database would have it."""

    def __init__(self) -> None:
        self.events: list[LoggedEvent] = []
        self.ended = False
        self.is_idle = False
        self.reads = 0

    def write(self, count: int, *, last: bool = False) -> None:
        for _ in range(count):
            self.events.append(text_event("delta", len(self.events) + 1, "m", "word"))
        self.ended = last

    async def read(self, after: int) -> Snapshot:
        self.reads += 1
        return Snapshot([event for event in self.events if event.seq > after], self.ended, is_idle=self.is_idle)


async def collect(reply: Reply, after: int) -> Sequence[int]:
    return [event.seq async for event in follow_feed("m", reply.read, after, interval=0.001)]


async def until(reply: Reply, reads: int) -> None:
    reads += reply.reads
    while reply.reads < reads:  # noqa: ASYNC110 - the reads are counted, not signalled
        await asyncio.sleep(0.001)


def test_followers_of_a_reply_share_its_reads_and_each_gets_what_follows_its_seq() -> None:
    async def follow() -> tuple[list[Sequence[int]], int]:
        reply = Reply()
        reply.write(3)
        first = asyncio.create_task(collect(reply, 3))
        await until(reply, 1)
        reply.write(2)
        # One begins before the feed, with a read of its own; the others at and after its beginning.
        others = [asyncio.create_task(collect(reply, after)) for after in (1, 3, 4, 4, 5)]
        await until(reply, 3)
        before = reply.reads
        reply.write(2, last=True)
        seen = [await follower for follower in (first, *others)]
        return seen, reply.reads - before

    seen, reads = asyncio.run(follow())
    assert seen == [[4, 5, 6, 7], [2, 3, 4, 5, 6, 7], [4, 5, 6, 7], [5, 6, 7], [5, 6, 7], [6, 7]]
    assert reads <= 2


def test_a_feed_is_read_only_while_somebody_follows() -> None:
    async def follow() -> tuple[int, int]:
        reply = Reply()
        followers = [asyncio.create_task(collect(reply, 0)) for _ in range(2)]
        await until(reply, 2)
        for follower in followers:
            follower.cancel()
        await asyncio.gather(*followers, return_exceptions=True)
        reads = reply.reads
        await asyncio.sleep(0.02)
        return reads, reply.reads

    before, after = asyncio.run(follow())
    assert before == after


def test_an_idle_reply_is_read_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    async def follow(idle_seconds: float) -> int:
        monkeypatch.setattr(reply_feed, "_IDLE_SECONDS", idle_seconds)
        reply = Reply()
        reply.is_idle = True
        follower = asyncio.create_task(collect(reply, 0))
        await until(reply, 1)
        await asyncio.sleep(0.02)
        reads = reply.reads
        follower.cancel()
        await asyncio.gather(follower, return_exceptions=True)
        return reads

    assert asyncio.run(follow(3600)) == 1
    assert asyncio.run(follow(0.001)) > 1


def test_a_failed_read_ends_every_follower_and_the_next_one_reads_anew() -> None:
    class Failing(Reply):
        async def read(self, after: int) -> Snapshot:
            if self.reads == 0:
                self.reads += 1
                raise ConnectionError
            return await super().read(after)

    async def follow() -> tuple[list[object], Sequence[int]]:
        reply = Failing()
        failed = await asyncio.gather(*(collect(reply, 0) for _ in range(3)), return_exceptions=True)
        reply.write(2, last=True)
        return list(failed), await collect(reply, 0)

    failed, seen = asyncio.run(follow())
    assert [type(error) for error in failed] == [ConnectionError] * 3
    assert seen == [1, 2]


def test_a_users_reads_leave_room_for_other_users() -> None:
    async def read_all() -> tuple[int, bool]:
        running = most = 0
        release = asyncio.Event()

        async def read(user_id: str) -> None:
            nonlocal running, most
            async with read_slot(user_id):
                running += 1
                most = max(most, running)
                await release.wait()
                running -= 1

        reads = [asyncio.create_task(read("hostile")) for _ in range(150)]
        await asyncio.sleep(0)
        # Another user does not wait.
        async with read_slot("other"):
            at_once = most
        release.set()
        await asyncio.gather(*reads)
        return at_once, most == at_once

    at_once, never_more = asyncio.run(read_all())
    assert at_once == 2
    assert never_more


def test_replays_of_one_user_take_turns_with_everybody_else() -> None:
    """However many there are, another task waits for one batch of one of them."""

    async def replay_all() -> tuple[int, list[int]]:
        batches = [0] * 50
        longest = 0

        async def replay(number: int) -> list[int]:
            seen = []
            async for event in paced(range(200), "hostile"):
                batches[number] += 1
                seen.append(event)
            return seen

        replays = [asyncio.create_task(replay(number)) for number in range(50)]
        await asyncio.sleep(0)
        while not all(replayed.done() for replayed in replays):
            before = sum(batches)
            await asyncio.sleep(0)
            longest = max(longest, sum(batches) - before)
        return longest, [len(replayed.result()) for replayed in replays]

    longest, lengths = asyncio.run(replay_all())
    assert lengths == [200] * 50
    assert longest <= 20
