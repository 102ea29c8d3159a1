"""Server-sent events as an ASGI response: heartbeats, disconnects, failures."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from starlette.types import Message, Scope

from shared.chat.events import ChatEvent, TextDelta
from shared.web import sse
from shared.web.sse import EventStreamResponse, encode_event

SCOPE: Scope = {"type": "http"}


def delta(seq: int) -> ChatEvent:
    return TextDelta(seq=seq, message_id="m", text=f"word {seq}")


class Client:
    """An ASGI client that records messages, and disconnects on command."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.ended = False
        self.leave = asyncio.Event()
        self.came = asyncio.Event()

    async def receive(self) -> Message:
        await self.leave.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.body" and message["body"]:
            self.parts.append(message["body"])
            self.came.set()
        self.ended = message.get("more_body") is False


def test_every_event_is_sent_and_then_the_end() -> None:
    async def events() -> AsyncGenerator[ChatEvent, None]:
        yield delta(1)
        yield delta(2)

    async def run() -> Client:
        client = Client()
        await EventStreamResponse(events())(SCOPE, client.receive, client.send)
        return client

    client = asyncio.run(run())
    assert client.parts == [encode_event(delta(1)), encode_event(delta(2))]
    assert client.ended


def test_heartbeat_comments_are_sent_while_there_are_no_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "KEEP_ALIVE_SECONDS", 0.01)
    client_heard = 3

    async def run() -> list[bytes]:
        client = Client()

        async def events() -> AsyncGenerator[ChatEvent, None]:
            while len(client.parts) < client_heard:
                client.came.clear()
                await client.came.wait()
            yield delta(1)

        await EventStreamResponse(events())(SCOPE, client.receive, client.send)
        return client.parts

    assert asyncio.run(run()) == [b": keep-alive\n\n"] * client_heard + [encode_event(delta(1))]


def test_a_disconnected_client_ends_the_events() -> None:
    closed = False

    async def run() -> Client:
        client = Client()

        async def events() -> AsyncGenerator[ChatEvent, None]:
            nonlocal closed
            try:
                yield delta(1)
                client.leave.set()
                await asyncio.Event().wait()
            finally:
                closed = True

        await EventStreamResponse(events())(SCOPE, client.receive, client.send)
        return client

    client = asyncio.run(run())
    assert closed
    assert (client.parts, client.ended) == ([encode_event(delta(1))], False)


def test_failing_events_abort_the_response() -> None:
    async def events() -> AsyncGenerator[ChatEvent, None]:
        yield delta(1)
        raise ConnectionError

    async def run() -> None:
        client = Client()
        with pytest.raises(ConnectionError):
            await EventStreamResponse(events())(SCOPE, client.receive, client.send)
        assert not client.ended

    asyncio.run(run())
