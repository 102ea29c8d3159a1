"""Fan-out: sends the events of a reply to the user's WebSocket connections (API Gateway)."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from shared.chat.events import ChatEvent, Notice
from shared.config import GatewaySettings, load
from shared.db.repositories import ws_connections
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.threads import run_in_thread
from shared.web.gateway_client import ConnectionGone, close_connection, post_frame
from shared.web.websocket_frames import EventStream, FrameQueue, send_frames

_log = logging.getLogger(__name__)


class _ConnectionSender:
    """Sends one connection's frames in order, in a task of its own."""

    def __init__(self, connection_id: str, request_id: str | None) -> None:
        self.connection_id = connection_id
        self._stream = EventStream(request_id)
        self._queue = FrameQueue()
        self._task = asyncio.create_task(self._send_all())

    def put(self, event: ChatEvent) -> None:
        if not self._task.done():
            self._queue.put_event(self._stream, event)

    async def close(self) -> None:
        """Return when all events have been sent or given up."""
        self._queue.close()
        await self._task

    async def _send_all(self) -> None:
        try:
            await send_frames(self._queue, partial(post_frame, self.connection_id))
        except ConnectionGone:
            await self._delete_connection()
        except Exception:  # noqa: BLE001 - an error of one connection must not end the turn
            _log.exception("a frame could not be sent, closing its connection")
            await self._close_connection()

    async def _close_connection(self) -> None:
        """Make the client reconnect and resume: later frames without the one that failed would leave a gap."""
        try:
            await close_connection(self.connection_id)
        except ConnectionGone:
            await self._delete_connection()
        except Exception:  # noqa: BLE001 - an error of one connection must not end the turn
            # The client finds the connection silent and resumes by itself, only later.
            _log.exception("a connection could not be closed")

    async def _delete_connection(self) -> None:
        try:
            await run_in_thread(_delete_row, self.connection_id)
        except Exception:  # noqa: BLE001 - an error of one connection must not end the turn
            # The next frame to it, or the daily maintenance, deletes the row.
            _log.exception("the row of a closed connection could not be deleted")


class Broadcast:
    """Sends a reply's events to the user's connections. `put` does not wait for any of them.

    `origin`: the connection that sent the request; its frames carry `request_id`. `everyone`: False sends to `origin`
    alone.
    """

    def __init__(
        self,
        user_id: str,
        origin: str | None = None,
        request_id: str | None = None,
        *,
        everyone: bool = True,
    ) -> None:
        self._user_id = user_id
        self._origin = origin
        self._everyone = everyone
        self._new_sender: Callable[[str], _ConnectionSender] = lambda connection_id: _ConnectionSender(
            connection_id, request_id if connection_id == origin else None
        )
        # Events put while the connections are being read from the database.
        self._early: list[ChatEvent] = []
        self._senders: list[_ConnectionSender] | None = None
        self._starting = asyncio.create_task(self._start())

    def put(self, event: ChatEvent) -> None:
        if self._senders is None:
            self._early.append(event)
        else:
            for sender in self._senders:
                # Only the requesting connection gets notices.
                if not isinstance(event, Notice) or sender.connection_id == self._origin:
                    sender.put(event)

    async def close(self) -> None:
        await self._starting
        await asyncio.gather(*(sender.close() for sender in self._senders or ()))

    async def _start(self) -> None:
        connection_ids = [self._origin] if self._origin is not None else []
        if self._everyone:
            try:
                connection_ids = await run_in_thread(_connections_of, self._user_id)
            except Exception:  # noqa: BLE001 - an error of the fan-out must not end the turn
                _log.exception("the user's connections could not be read")
        self._senders = [self._new_sender(connection_id) for connection_id in connection_ids]
        for event in self._early:
            self.put(event)


def broadcast_to(user_id: str) -> Broadcast | None:
    """The fan-out of a turn that was requested over HTTP; None without a WebSocket gateway."""
    return Broadcast(user_id) if load(GatewaySettings).websocket_endpoint else None


def _connections_of(user_id: str) -> list[str]:
    with transaction() as session:
        return list(ws_connections.list_connections(session, user_id, utc_now()))


def _delete_row(connection_id: str) -> None:
    with transaction() as session:
        ws_connections.delete_connection(session, connection_id)
