"""Frames to a WebSocket client and their rate limit, the same for both kinds of gateway."""

import asyncio
import json
import time
from collections import deque

from shared.chat.events import ChatEvent

# SCF closes a connection that receives more; more frequent updates of the screen are of no use anywhere.
MAX_FRAMES_PER_SECOND = 10
# A little longer than a second: the network's delay varies from frame to frame.
_WINDOW_SECONDS = 1.02
# The contract promises a sign of life every 15 s.
PING_SECONDS = 10
PING_FRAME = '{"type":"ping"}'
PONG_FRAME = '{"type":"pong"}'


class FrameRateLimiter:
    """Limits a connection to `MAX_FRAMES_PER_SECOND` in any second. The first frames are not delayed."""

    def __init__(self) -> None:
        self._sent: deque[float] = deque(maxlen=MAX_FRAMES_PER_SECOND)

    async def wait(self) -> None:
        """Return when one more frame may be sent, and count it."""
        if len(self._sent) == MAX_FRAMES_PER_SECOND:
            await asyncio.sleep(max(0.0, self._sent[0] + _WINDOW_SECONDS - time.monotonic()))
        self._sent.append(time.monotonic())


def event_frame(event: ChatEvent, request_id: str | None) -> str:
    """An event as a frame: the event's object, with the id of the request that it answers."""
    frame = event.model_dump()
    if request_id is not None:
        frame["request_id"] = request_id
    return json.dumps(frame, ensure_ascii=False)
