"""Frames to a WebSocket client: the send queue of a connection and its rate limit, the same for both gateways."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from shared.chat.events import ChatEvent, ReasoningDelta, TextDelta
from shared.chat.reply import MAX_GROUP_CHARACTERS
from shared.waiter import Waiter

# SCF closes a connection that receives more; more frequent updates of the screen are of no use anywhere.
MAX_FRAMES_PER_SECOND = 10
# A little longer than a second: the network's delay varies from frame to frame.
_WINDOW_SECONDS = 1.02
# So many frames may follow each other without a pause: the first words of a reply are not delayed.
_BURST_FRAMES = 5
# Limit of one connection; the longest reply takes 400 frames.
MAX_WAITING_FRAMES = 500
# Heartbeat interval; the contract guarantees one every 15 s.
PING_SECONDS = 10
_PING_FRAME = '{"type":"ping"}'
PONG_FRAME = '{"type":"pong"}'


@dataclass(frozen=True, eq=False)
class EventStream:
    """The events of one reply to one connection. Its frames carry `request_id`, unless it is None."""

    request_id: str | None


class FrameQueue:
    """The frames that wait to be sent over one connection, oldest first.

    Consecutive text events of a stream are joined while they wait, into one frame with the `seq` of the last of them,
    so a client that resumes after any `seq` it received gets exactly the rest. Without this a reply whose events come
    faster than the rate limit would fall behind more and more, as would several replies at once over one connection.
    """

    def __init__(self) -> None:
        self._waiting: deque[str | tuple[EventStream, ChatEvent]] = deque()
        self._closed = False
        self._waiter = Waiter()

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def is_full(self) -> bool:
        """Whether more frames wait than a client that reads its connection can have. The caller closes it."""
        return len(self._waiting) > MAX_WAITING_FRAMES

    def put_frame(self, frame: str) -> None:
        self._waiting.append(frame)
        self._waiter.wake()

    def put_event(self, stream: EventStream, event: ChatEvent) -> None:
        for at in reversed(range(len(self._waiting))):
            last = self._waiting[at]
            # A frame between two events of a stream is of another stream, and their order does not matter.
            if isinstance(last, str) or last[0] is not stream:
                continue
            joined = _join(last[1], event)
            if joined is not None:
                self._waiting[at] = stream, joined
                return
            break
        self._waiting.append((stream, event))
        self._waiter.wake()

    def close(self) -> None:
        """End `wait` when the waiting frames have been sent."""
        self._closed = True
        self._waiter.wake()

    async def wait(self) -> bool:
        """Wait for a frame. False: the queue is closed and empty. After PING_SECONDS without a frame, adds a ping."""
        deadline = asyncio.get_running_loop().time() + PING_SECONDS
        while not self._waiting and not self._closed:
            if not await self._waiter.wait(deadline):
                self._waiting.append(_PING_FRAME)
        return bool(self._waiting)

    def pop(self) -> str:
        """Remove the oldest frame. Raises IndexError when there is none."""
        oldest = self._waiting.popleft()
        return oldest if isinstance(oldest, str) else _event_frame(oldest[1], oldest[0].request_id)


class FrameRateLimiter:
    """Limits a connection to `MAX_FRAMES_PER_SECOND` in any second.

    A few frames may follow each other at once; the others are evenly spaced, instead of many followed by a long pause.
    """

    def __init__(self) -> None:
        self._sent: deque[float] = deque(maxlen=MAX_FRAMES_PER_SECOND)

    def next_at(self) -> float:
        """The time from which one more frame may be sent, by the clock of `record`."""
        if len(self._sent) < _BURST_FRAMES:
            return float("-inf")
        evenly_spaced = self._sent[-1] + _WINDOW_SECONDS / MAX_FRAMES_PER_SECOND
        after_a_burst = min(evenly_spaced, self._sent[-_BURST_FRAMES] + _WINDOW_SECONDS)
        if len(self._sent) < MAX_FRAMES_PER_SECOND:
            return after_a_burst
        return max(after_a_burst, self._sent[0] + _WINDOW_SECONDS)

    def record(self, now: float) -> None:
        """Count a frame that is sent now. `now`: seconds by a monotonic clock."""
        self._sent.append(now)

    async def wait(self) -> None:
        """Return when one more frame may be sent, and count it."""
        delay = self.next_at() - time.monotonic()
        if delay > 0:
            await asyncio.sleep(delay)
        self.record(time.monotonic())


async def send_frames(queue: FrameQueue, send: Callable[[str], Awaitable[None]]) -> None:
    """Send a connection's frames, in order and within the rate limit, until its queue is closed and empty.

    Raises what `send` does; the frame it was called with is not sent again.
    """
    limiter = FrameRateLimiter()
    while await queue.wait():
        await limiter.wait()
        # Removed only now, so that events that come during the wait are joined.
        await send(queue.pop())


def _join(first: ChatEvent, second: ChatEvent) -> ChatEvent | None:
    """Two consecutive events as one; None when they are of different kinds or too long for a frame."""
    if (
        isinstance(first, TextDelta | ReasoningDelta)
        and isinstance(second, TextDelta | ReasoningDelta)
        and first.type == second.type
        and len(first.text) + len(second.text) <= MAX_GROUP_CHARACTERS
    ):
        return second.model_copy(update={"text": first.text + second.text})
    return None


def _event_frame(event: ChatEvent, request_id: str | None) -> str:
    """An event as a frame: the event's object, with the id of the request that it answers."""
    frame = event.model_dump()
    if request_id is not None:
        frame["request_id"] = request_id
    return json.dumps(frame, ensure_ascii=False)
