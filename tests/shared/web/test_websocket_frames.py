"""The send queue of a WebSocket connection and its rate limit."""

import asyncio
import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from shared.chat.events import ChatEvent, Completed, ReasoningDelta, Started, TextDelta
from shared.chat.reply import MAX_GROUP_CHARACTERS
from shared.web import websocket_frames
from shared.web.websocket_frames import PONG_FRAME, EventStream, FrameQueue, FrameRateLimiter, send_frames

STREAM = EventStream("r")


def delta(seq: int, text: str = "", message_id: str = "m") -> TextDelta:
    return TextDelta(seq=seq, message_id=message_id, text=text or f"{seq} ")


def reasoning(seq: int) -> ReasoningDelta:
    return ReasoningDelta(seq=seq, message_id="m", text=f"{seq} ")


def started(seq: int = 1) -> Started:
    return Started(seq=seq, conversation_id="c", user_message_id="u", assistant_message_id="m", model=None)


def completed(seq: int) -> Completed:
    return Completed(
        seq=seq,
        user_message_id="u",
        assistant_message_id="m",
        status="completed",
        finish_reason="stop",
        usage=None,
    )


def popped(queue: FrameQueue) -> list[dict[str, Any]]:
    return [json.loads(queue.pop()) for _ in range(len(queue))]


def summary(frames: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(frame["type"], frame.get("seq"), frame.get("text")) for frame in frames]


def text_of(frames: Sequence[dict[str, Any]]) -> str:
    return "".join(frame["text"] for frame in frames if frame["type"] == "delta")


def test_waiting_text_events_become_one_frame_with_the_last_seq() -> None:
    queue = FrameQueue()
    events: list[ChatEvent] = [started(), reasoning(2), reasoning(3), delta(4), delta(5), delta(6), completed(7)]
    for event in events:
        queue.put_event(STREAM, event)

    frames = popped(queue)

    assert summary(frames) == [
        ("started", 1, None),
        ("reasoning", 3, "2 3 "),
        ("delta", 6, "4 5 6 "),
        ("completed", 7, None),
    ]
    assert frames[2] == {"type": "delta", "seq": 6, "message_id": "m", "text": "4 5 6 ", "request_id": "r"}


def test_events_of_different_kinds_keep_their_order() -> None:
    queue = FrameQueue()
    for event in (delta(1), reasoning(2), delta(3), delta(4), reasoning(5)):
        queue.put_event(STREAM, event)
    assert [frame["seq"] for frame in popped(queue)] == [1, 2, 4, 5]


def test_an_event_that_waits_alone_is_sent_as_it_is() -> None:
    queue = FrameQueue()
    queue.put_event(EventStream(None), delta(4))
    assert popped(queue) == [delta(4).model_dump()]


def test_a_joined_frame_is_no_longer_than_the_longest_event() -> None:
    queue = FrameQueue()
    half = "\x01" * (MAX_GROUP_CHARACTERS // 2)
    for seq in range(1, 6):
        queue.put_event(STREAM, delta(seq, half))
    frames = [queue.pop() for _ in range(len(queue))]
    assert [json.loads(frame)["seq"] for frame in frames] == [2, 4, 5]
    # The limit of API Gateway's frames.
    assert max(len(frame.encode()) for frame in frames) <= 32 * 1024


def test_replies_that_stream_at_once_are_joined_each_for_itself() -> None:
    queue = FrameQueue()
    one, other = EventStream("one"), EventStream(None)
    for seq in range(1, 101):
        queue.put_event(one, delta(seq, f"{seq} ", "m1"))
        queue.put_event(other, delta(seq, f"-{seq} ", "m2"))
        if seq == 50:
            queue.put_frame(PONG_FRAME)

    frames = popped(queue)

    assert len(frames) == 3
    assert [frame.get("request_id") for frame in frames] == ["one", None, None]
    assert frames[0]["text"] == "".join(f"{seq} " for seq in range(1, 101))
    assert frames[1]["text"] == "".join(f"-{seq} " for seq in range(1, 101))


@pytest.mark.parametrize("replies", [1, 3])
@pytest.mark.parametrize("interval", [0.05, 0.1, 0.001])
def test_delivery_does_not_fall_behind_however_fast_events_come(interval: float, replies: int) -> None:
    """Simulates time: 120 events of each reply, `interval` seconds apart, over one connection."""
    queue, limiter = FrameQueue(), FrameRateLimiter()
    streams = [EventStream(str(number)) for number in range(replies)]
    arrivals = [seq * interval for seq in range(1, 121)]
    arrived = longest_queue = 0
    sent: list[tuple[float, dict[str, Any]]] = []
    now = 0.0
    while arrived < len(arrivals) or len(queue):
        if not len(queue):
            now = max(now, arrivals[arrived])
        now = max(now, limiter.next_at())
        while arrived < len(arrivals) and arrivals[arrived] <= now:
            arrived += 1
            for stream in streams:
                queue.put_event(stream, delta(arrived))
        longest_queue = max(longest_queue, len(queue))
        limiter.record(now)
        sent.append((now, json.loads(queue.pop())))

    assert longest_queue <= replies
    last_arrival, one_second = arrivals[-1], 1.1
    assert now - last_arrival <= one_second
    for (first, _), (eleventh, _) in zip(sent, sent[10:], strict=False):
        assert eleventh - first > 1
    whole = "".join(f"{seq} " for seq in range(1, 121))
    for stream in streams:
        frames = [frame for _, frame in sent if frame["request_id"] == stream.request_id]
        assert text_of(frames) == whole
        for at, frame in enumerate(frames):
            # Resuming after this frame's seq returns exactly the rest.
            assert text_of(frames[at + 1 :]) == "".join(f"{seq} " for seq in range(frame["seq"] + 1, 121))


def test_frames_of_a_fast_reply_are_evenly_spaced_after_the_first_second() -> None:
    limiter = FrameRateLimiter()
    now, sent = 0.0, []
    for _ in range(40):
        now = max(now + 0.02, limiter.next_at())
        limiter.record(now)
        sent.append(now)
    gaps = [later - earlier for earlier, later in pairwise(sent)]
    assert max(gaps[:4]) < 0.03  # The first tokens are sent immediately.
    assert max(gaps) < 0.6
    assert max(gaps[-20:]) - min(gaps[-20:]) < 0.01


def test_a_frame_after_a_pause_is_not_delayed() -> None:
    limiter = FrameRateLimiter()
    for _ in range(30):
        limiter.record(limiter.next_at() if limiter.next_at() > 0 else 0.0)
    later = limiter.next_at() + 2
    for _ in range(5):
        assert limiter.next_at() <= later
        limiter.record(later)


def test_a_connection_without_frames_is_pinged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket_frames, "PING_SECONDS", 0.01)
    sent: list[str] = []

    async def run() -> None:
        queue = FrameQueue()

        async def send(frame: str) -> None:
            sent.append(frame)
            if len(sent) == 2:
                queue.close()

        await send_frames(queue, send)

    asyncio.run(run())
    assert sent == ['{"type":"ping"}'] * 2


def test_a_closed_queue_is_sent_to_its_end() -> None:
    sent: list[str] = []

    async def run() -> None:
        queue = FrameQueue()
        queue.put_event(STREAM, started())
        queue.put_event(STREAM, completed(2))
        queue.close()

        async def send(frame: str) -> None:
            sent.append(json.loads(frame)["type"])

        await send_frames(queue, send)

    asyncio.run(run())
    assert sent == ["started", "completed"]
