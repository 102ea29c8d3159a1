"""Clients of the load test, and monitoring of the servers.

All clients run on one event loop of the test process; the servers and the model are other processes.
"""

import asyncio
import json
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError
from websockets.frames import CloseCode

from shared.auth.scopes import DEFAULT_GROUP
from shared.auth.tokens import issue_access_token
from shared.db.models import Conversation, RefreshToken, User
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.ids import new_id
from tests.support.log_watch import keep_secret
from tests.support.scripted_provider import NAMED_SCRIPTS

MODEL = "steady"
# The text of a complete reply.
WHOLE_TEXT = "".join(step.get("delta", "") for step in NAMED_SCRIPTS[MODEL].steps)
WHOLE_SECONDS = sum(step["after"] for step in NAMED_SCRIPTS[MODEL].steps)
# Concurrent handshakes; a server's backlog is limited.
_HANDSHAKES = 50
_RETRY_SECONDS = 0.5
_RECONNECTED = "reconnected"


@dataclass(frozen=True)
class Account:
    user_id: str
    token: str
    conversation_id: str


def make_accounts(count: int) -> list[Account]:
    """Logged-in users with a conversation each, inserted directly into the database."""
    now = utc_now()
    accounts = []
    with transaction() as session:
        for _ in range(count):
            user_id, family_id, conversation_id = new_id(), new_id(), new_id()
            session.add(
                User(
                    id=user_id,
                    email=f"{user_id}@example.com",
                    username="Some One",
                    password_hash="none",
                    group=DEFAULT_GROUP,
                )
            )
            session.flush()
            session.add(
                RefreshToken(
                    id=new_id(),
                    user_id=user_id,
                    family_id=family_id,
                    token_hash="none",
                    expires_at=now.replace(year=now.year + 1),
                )
            )
            session.add(Conversation(id=conversation_id, user_id=user_id, pinned=False, archived=False))
            token = issue_access_token(user_id, DEFAULT_GROUP, family_id, now)
            keep_secret(token)
            accounts.append(Account(user_id, token, conversation_id))
    return accounts


@dataclass
class Tally:
    """Results of the clients."""

    replies: int = 0
    events: int = 0
    frames_told: int = 0
    pings: int = 0
    streaming: int = 0
    most_streaming: int = 0
    first_event_ms: list[float] = field(default_factory=list)
    first_delta_ms: list[float] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    # Sends that were answered with `unavailable`, and repeated.
    refused: int = 0
    # Streams that broke off, and were resumed.
    resumed: int = 0

    def start(self) -> None:
        self.streaming += 1
        self.most_streaming = max(self.most_streaming, self.streaming)

    def end(self, account: Account, events: Sequence[dict[str, Any]]) -> None:
        """Count a reply, and record its errors."""
        self.streaming -= 1
        self.replies += 1
        self.events += len(events)
        self.sent[account.conversation_id] += 1
        text = "".join(event["text"] for event in events if event["type"] == "delta")
        if [event["seq"] for event in events] != list(range(1, len(events) + 1)):
            self.errors.append("the events of a reply have gaps")
        elif not events or events[-1].get("status") != "completed":
            self.errors.append(f"a reply ended with {events[-1:]}")
        elif text != WHOLE_TEXT:
            self.errors.append(f"a reply is not whole: {text}")


class SseClient:
    """Sends the next message as soon as a reply has ended."""

    def __init__(self, url: str, account: Account, tally: Tally, http: httpx2.AsyncClient) -> None:
        self._url = url
        self._account = account
        self._tally = tally
        self._http = http

    async def converse(self, deadline: float) -> None:
        body = {"conversation_id": self._account.conversation_id, "message": "Count, please."}
        while time.monotonic() < deadline:
            events: list[dict[str, Any]] = []
            asked = time.perf_counter()
            headers = {"Authorization": f"Bearer {self._account.token}", "Idempotency-Key": new_id()}
            self._tally.start()
            try:
                while not await self._send(body, headers, events, asked):
                    self._tally.refused += 1
                    await asyncio.sleep(_RETRY_SECONDS)
                while events and events[-1]["type"] not in ("completed", "failed"):
                    # Another process took the reply over, as it had no heartbeat while the database was away.
                    self._tally.resumed += 1
                    await self._resume(headers, events)
            except httpx2.HTTPError as error:
                self._tally.errors.append(repr(error))
            self._tally.end(self._account, events)

    async def _send(
        self, body: dict[str, str], headers: dict[str, str], events: list[dict[str, Any]], asked: float
    ) -> bool:
        """Send a message and collect its events; False when the database was unavailable."""
        async with self._http.stream("POST", f"{self._url}/chat/send", json=body, headers=headers) as response:
            if response.status_code == 503:
                await response.aread()
                return False
            if response.status_code != 200:
                self._tally.errors.append(f"{response.status_code}: {(await response.aread()).decode()}")
            async for line in response.aiter_lines():
                if line.startswith("data: "):
                    events.append(json.loads(line[6:]))
                    _note_first(self._tally, events, asked)
        return True

    async def _resume(self, headers: dict[str, str], events: list[dict[str, Any]]) -> None:
        """Collect the events after the last one received."""
        path = f"{self._url}/chat/resume/{events[0]['assistant_message_id']}"
        async with self._http.stream("GET", path, params={"after": events[-1]["seq"]}, headers=headers) as response:
            if response.status_code == 503:
                await response.aread()
                await asyncio.sleep(_RETRY_SECONDS)
                return
            assert response.status_code == 200, await response.aread()
            async for line in response.aiter_lines():
                if line.startswith("data: "):
                    events.append(json.loads(line[6:]))


class SocketClient:
    """A WebSocket connection that sends the next message as soon as a reply has ended, or idles."""

    def __init__(self, url: str, account: Account, tally: Tally) -> None:
        self._url = url
        self._account = account
        self._tally = tally
        self._connection: ClientConnection | None = None

    async def open(self, handshakes: asyncio.Semaphore) -> None:
        async with handshakes:
            url = f"{self._url}?token={self._account.token}"
            self._connection = await connect(url, proxy=None, open_timeout=60, ping_interval=None, compression=None)

    async def converse(self, deadline: float) -> None:
        while time.monotonic() < deadline:
            events: list[dict[str, Any]] = []
            asked = time.perf_counter()
            request_id = new_id()
            conversation_id = self._account.conversation_id
            sent = {"request_id": request_id, "conversation_id": conversation_id, "message": "Count, please."}
            self._tally.start()
            await self._send(type="send", **sent)
            while not events or events[-1]["type"] not in ("completed", "failed", "error"):
                frame = await self._receive()
                if frame["type"] == _RECONNECTED:
                    await self._send(**self._again(sent, events))
                    continue
                if frame.get("request_id") != request_id:
                    continue
                if frame["type"] == "error" and frame["error"]["code"] == "unavailable":
                    self._tally.refused += 1
                    await asyncio.sleep(_RETRY_SECONDS)
                    await self._send(type="send", **sent)
                    continue
                events.append(frame)
                _note_first(self._tally, events, asked)
            self._tally.end(self._account, events)

    def _again(self, sent: dict[str, str], events: list[dict[str, Any]]) -> dict[str, Any]:
        """The frame that goes on with a reply over a new connection."""
        if not events:
            return {"type": "send", **sent}
        message_id = events[0]["assistant_message_id"]
        return {
            "type": "resume",
            "message_id": message_id,
            "after": events[-1]["seq"],
            "request_id": sent["request_id"],
        }

    async def idle(self, stop: asyncio.Event) -> None:
        """Receive frames until `stop`, then check that the server still answers."""
        stopped = asyncio.create_task(stop.wait())
        while not stop.is_set():
            frame = asyncio.create_task(self._receive())
            await asyncio.wait({frame, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if frame.done():
                self._count(frame.result())
            else:
                frame.cancel()
        await self._send(type="ping")
        while (last := await asyncio.wait_for(self._receive(), 30))["type"] != "pong":
            self._count(last)

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    def _count(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "ping":
            self._tally.pings += 1
        elif frame["type"] != _RECONNECTED:
            self._tally.frames_told += 1

    async def _send(self, **frame: Any) -> None:
        assert self._connection is not None, "open it first"
        await self._connection.send(json.dumps(frame))

    async def _receive(self) -> dict[str, Any]:
        """The next frame. One of the type _RECONNECTED stands for a connection that the server closed because it could
        not send the end of a reply."""
        assert self._connection is not None, "open it first"
        try:
            frame: dict[str, Any] = json.loads(await self._connection.recv())
        except ConnectionClosedError as error:
            if error.rcvd is None or error.rcvd.code != CloseCode.INTERNAL_ERROR:
                raise
            self._tally.resumed += 1
            await self.open(asyncio.Semaphore(1))
            return {"type": _RECONNECTED}
        return frame


def _note_first(tally: Tally, events: Sequence[dict[str, Any]], asked: float) -> None:
    if len(events) <= 2:
        times = tally.first_event_ms if len(events) == 1 else tally.first_delta_ms
        times.append((time.perf_counter() - asked) * 1000)


async def open_all(clients: Sequence[SocketClient]) -> None:
    handshakes = asyncio.Semaphore(_HANDSHAKES)
    await asyncio.gather(*(client.open(handshakes) for client in clients))


@dataclass
class Watch:
    """Samples the memory of processes and the connections to a database every second."""

    engine: Engine
    pids: dict[str, int]
    rss: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    most_connections: int = 0

    async def run(self, stop: asyncio.Event) -> None:
        started_at = time.monotonic()
        # One connection for all samples: the server may still list one that was just closed.
        with create_engine(self.engine.url, poolclass=NullPool).connect() as observer:
            while not stop.is_set():
                for name, pid in self.pids.items():
                    self.rss.setdefault(name, []).append((time.monotonic() - started_at, resident_mb(pid)))
                connections = await asyncio.to_thread(_other_connections, observer)
                self.most_connections = max(self.most_connections, connections)
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(stop.wait(), 1)

    def slope(self, name: str) -> float:
        """Memory growth in MB per minute over the second half; in the first half buffers and caches fill."""
        samples = self.rss[name]
        late = samples[len(samples) // 2 :]
        return statistics.linear_regression([at for at, _ in late], [mb for _, mb in late]).slope * 60


def resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return int(kilobytes) / 1024


def _other_connections(connection: Connection) -> int:
    """The number of other connections to the database of a connection."""
    query = "SELECT COUNT(*) FROM information_schema.processlist WHERE db = :db AND id <> connection_id()"
    return int(connection.execute(text(query), {"db": connection.engine.url.database}).scalar_one())
