"""Sending a turn's events to WebSocket connections that a gateway holds for us (API Gateway)."""

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

from shared.chat.events import ChatEvent
from shared.config import GatewaySettings, load
from shared.db.repositories import ws_connections
from shared.db.session import transaction
from shared.threads import run_in_thread

_log = logging.getLogger(__name__)

# SCF closes a connection that is sent more; more often than a screen is read is no use anywhere.
MAX_FRAMES_PER_SECOND = 10
# A little longer than one: frames do not all travel equally long.
_SECOND = 1.02
_POST_ATTEMPTS = 3
# The contract promises a sign of life every 15 s.
PING_SECONDS = 10
PING_FRAME = '{"type":"ping"}'
PONG_FRAME = '{"type":"pong"}'


class ConnectionGone(Exception):
    """The client is not connected any more."""


class FrameLimiter:
    """Holds a connection's frames to `MAX_FRAMES_PER_SECOND` in any second; the first ones are not held."""

    def __init__(self) -> None:
        self._sent: deque[float] = deque(maxlen=MAX_FRAMES_PER_SECOND)

    async def wait(self) -> None:
        """Return when one more frame may be sent, and count it."""
        if len(self._sent) == MAX_FRAMES_PER_SECOND:
            await asyncio.sleep(max(0.0, self._sent[0] + _SECOND - time.monotonic()))
        self._sent.append(time.monotonic())


def event_frame(event: ChatEvent, request_id: str | None) -> str:
    """An event as a frame: the object, with the id of the request it answers."""
    frame = event.model_dump()
    if request_id is not None:
        frame["request_id"] = request_id
    return json.dumps(frame, ensure_ascii=False)


class PostFrame(Protocol):
    """Sends one frame. Raises ConnectionGone."""

    def __call__(self, connection_id: str, frame: str) -> None: ...


def post_frame(connection_id: str, frame: str) -> None:
    """Send a frame through API Gateway's @connections. Raises ConnectionGone."""
    from botocore.exceptions import ClientError

    for attempt in range(1, _POST_ATTEMPTS + 1):
        try:
            _management_api().post_to_connection(ConnectionId=connection_id, Data=frame.encode())
        except ClientError as error:
            # The emulator names the error otherwise than the cloud; the status is the same.
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            if status == 410:
                raise ConnectionGone from None
            if attempt == _POST_ATTEMPTS or status not in (429, 500, 502, 503, 504):
                raise
            time.sleep(0.1 * attempt)
        else:
            return


@cache
def _management_api() -> Any:
    import boto3  # Heavy, and only needed where somebody is connected.

    return boto3.client("apigatewaymanagementapi", endpoint_url=load(GatewaySettings).websocket_endpoint)


class _Sender:
    """One connection's frames, sent in order by a task of its own."""

    def __init__(self, connection_id: str, request_id: str | None, post: PostFrame) -> None:
        self._connection_id = connection_id
        self._request_id = request_id
        self._post = post
        self._queue: asyncio.Queue[ChatEvent | None] = asyncio.Queue()
        self._limiter = FrameLimiter()
        self.task = asyncio.create_task(self._send_all())

    def put(self, event: ChatEvent | None) -> None:
        if not self.task.done():
            self._queue.put_nowait(event)

    async def _send_all(self) -> None:
        try:
            while (frame := await self._next_frame()) is not None:
                await self._limiter.wait()
                await run_in_thread(self._post, self._connection_id, frame)
        except ConnectionGone:
            await run_in_thread(_forget, self._connection_id)
        except Exception:  # noqa: BLE001 - one connection's trouble is not the turn's
            _log.exception("a frame could not be sent")

    async def _next_frame(self) -> str | None:
        """A ping where there is silence, None at the end."""
        try:
            event = await asyncio.wait_for(self._queue.get(), PING_SECONDS)
        except asyncio.TimeoutError:
            return PING_FRAME
        return None if event is None else event_frame(event, self._request_id)


class Broadcast:
    """Tells a reply's events to the user's connections; who puts them never waits for any of those.

    `origin` is the connection that asked; its frames carry `request_id`. Without `everyone` it is the
    only one that is told.
    """

    def __init__(
        self,
        user_id: str,
        origin: str | None = None,
        request_id: str | None = None,
        *,
        everyone: bool = True,
        post: PostFrame,
    ) -> None:
        self._user_id = user_id
        self._origin = origin
        self._everyone = everyone
        self._new_sender: Callable[[str], _Sender] = lambda connection_id: _Sender(
            connection_id, request_id if connection_id == origin else None, post
        )
        # What was put before the connections were known.
        self._early: list[ChatEvent] = []
        self._senders: list[_Sender] | None = None
        self._opening = asyncio.create_task(self._open())

    def put(self, event: ChatEvent) -> None:
        if self._senders is None:
            self._early.append(event)
        else:
            for sender in self._senders:
                sender.put(event)

    async def close(self) -> None:
        await self._opening
        for sender in self._senders or ():
            sender.put(None)
        await asyncio.gather(*(sender.task for sender in self._senders or ()))

    async def _open(self) -> None:
        connection_ids = [self._origin] if self._origin is not None else []
        if self._everyone:
            try:
                connection_ids = await run_in_thread(_connections_of, self._user_id)
            except Exception:  # noqa: BLE001 - others not being told is not the turn's trouble
                _log.exception("the user's connections are not known")
        self._senders = [self._new_sender(connection_id) for connection_id in connection_ids]
        for event in self._early:
            self.put(event)


def broadcast_to(user_id: str) -> Broadcast | None:
    """For a turn that did not come over a WebSocket; None where no gateway holds any."""
    return Broadcast(user_id, post=post_frame) if load(GatewaySettings).websocket_endpoint else None


def _connections_of(user_id: str) -> list[str]:
    with transaction() as session:
        return list(ws_connections.list_connections(session, user_id))


def _forget(connection_id: str) -> None:
    with transaction() as session:
        ws_connections.forget_connection(session, connection_id)
