"""A native WebSocket server with the same frames as behind API Gateway: for platforms where the function accepts the
connection itself (SCF web functions of `ProtocolType: WS`), and for self-hosted servers.

Each connection has a row as on AWS. Once a second the database is polled for all connections of this server: for
replies that another device or instance started, and for logins that have ended, whose connections are closed.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from starlette.responses import JSONResponse

from functions.websocket.handshake import accept_connection
from functions.websocket.jobs import job_for, job_to_go_on
from functions.websocket.schemas import ClientFrame
from functions.websocket.service import Follow, Pong, error_frame, handle_frame, read_frame, request_id_of
from shared.auth.claims import Claims
from shared.auth.principal import Principal
from shared.chat.detached import interrupt_turns, run_detached, start_turn
from shared.chat.events import ChatEvent, Completed, Failed, Waiting
from shared.chat.follow_limit import end_follow
from shared.chat.model_reader import load_provider
from shared.chat.prepare import PreparedTurn
from shared.chat.resume import follow_reply, read_first_events
from shared.chat.worker import has_worker, invoke_worker
from shared.db.repositories import messages, refresh_tokens, ws_connections
from shared.db.retry import app_error_of, retry_if_rolled_back, retry_while_unreachable
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import AppError, NotFound
from shared.invocation import role_keys
from shared.logging import RequestContext, fields, request_context
from shared.threads import run_in_thread
from shared.web.app import create_app
from shared.web.client_address import client_address
from shared.web.websocket_frames import PONG_FRAME, EventStream, FrameQueue, send_frames

_log = logging.getLogger(__name__)

POLL_SECONDS = 1
# Close code of the range for applications (RFC 6455, 7.4.2): the login has ended; reconnect with a new token.
LOGIN_ENDED_CODE = 4401
# The end of a reply cannot be sent: the client must reconnect and resume.
_REPLY_LOST_CODE = 1011
# Try again later: the client reads more slowly than its frames come.
_TOO_SLOW_CODE = 1013

# User id, and id of the login (the family of refresh tokens).
_Login = tuple[str, str]


class ClientConnection:
    """One client's connection: reads its frames, and sends frames in order, with a rate limit."""

    def __init__(self, websocket: WebSocket, connection_id: str, login: Claims) -> None:
        self.id = connection_id
        self.user_id = login.user_id
        self.login: _Login = (login.user_id, login.family_id)
        # The code to close the connection with, once there is a reason to.
        self._ending: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._caller = Principal(login.user_id, login.scope, login.family_id)
        self._keys = role_keys(websocket.headers)
        self._websocket = websocket
        self._outbox = FrameQueue()
        self._following: dict[str, asyncio.Task[None]] = {}
        self._background: set[asyncio.Future[None]] = set()

    async def run(self) -> None:
        """Serve the client until it disconnects, a write fails, its login ends, or it reads too slowly."""
        reader = asyncio.create_task(self._read())
        writer = asyncio.create_task(send_frames(self._outbox, self._websocket.send_text))
        try:
            done, _ = await asyncio.wait((reader, writer, self._ending), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except WebSocketDisconnect:
            return
        finally:
            # Its turns keep running; only sending their events ends.
            for task in (reader, writer, *self._following.values()):
                task.cancel()
        if self._ending.done():
            await self._close(self._ending.result())

    def end(self, code: int) -> None:
        """Close the connection with a code, instead of sending the frames that wait."""
        if not self._ending.done():
            self._ending.set_result(code)

    def follow_from_start(self, message_id: str) -> None:
        """Send the events of a reply that was started elsewhere, from its first event."""
        if message_id not in self._following:
            self._follow(message_id, self._events_of(Follow(message_id, 0)), None)

    async def _handle(self, data: str | bytes) -> None:
        try:
            frame = read_frame(data)
            outcome = await run_in_thread(retry_if_rolled_back, partial(handle_frame, self._caller, frame))
        except AppError as error:
            self._send_error(error, data)
        except Exception as error:  # noqa: BLE001 - the edge
            _log.exception("unhandled error")
            self._send_error(app_error_of(error), data)
        else:
            if isinstance(outcome, Pong):
                self._put_frame(PONG_FRAME)
            elif isinstance(outcome, PreparedTurn):
                message_id = outcome.ids.message_id
                self._follow(message_id, await self._started(frame, outcome), frame.request_id)
            elif outcome is not None:
                following = self._follow(outcome.message_id, self._events_of(outcome), frame.request_id)
                if outcome.counted_at is not None:
                    following.add_done_callback(partial(self._end_follow, outcome.counted_at))

    async def _started(self, frame: ClientFrame, turn: PreparedTurn) -> AsyncIterator[ChatEvent]:
        """The events of a turn, run by the worker if one is configured."""
        if not has_worker():
            return start_turn(turn)
        await run_in_thread(invoke_worker, job_for(self.user_id, self.id, frame, turn), self._keys)
        return self._events_of(Follow(turn.ids.message_id, 0))

    def _follow(self, message_id: str, events: AsyncIterator[ChatEvent], request_id: str | None) -> asyncio.Task[None]:
        """Send the events of a reply, instead of an earlier follow of it."""

        async def send_events() -> None:
            stream = EventStream(request_id)
            last = None
            async for event in events:
                last = event
                self._outbox.put_event(stream, event)
                self._check_outbox()
            if last is not None and not isinstance(last, (Completed, Failed, Waiting)):
                await self._close(_REPLY_LOST_CODE)

        previous = self._following.pop(message_id, None)
        if previous is not None:
            previous.cancel()
        task = self._following[message_id] = asyncio.create_task(send_events())
        task.add_done_callback(lambda done: self._ended(message_id, done))
        return task

    def _end_follow(self, counted_at: datetime, _task: asyncio.Task[None]) -> None:
        self._run_in_background(retry_while_unreachable(end_follow, self.user_id, counted_at))

    def _run_in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        # The event loop keeps no reference to its tasks.
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _put_frame(self, frame: str) -> None:
        self._outbox.put_frame(frame)
        self._check_outbox()

    def _check_outbox(self) -> None:
        if self._outbox.is_full:
            self.end(_TOO_SLOW_CODE)

    def _ended(self, message_id: str, task: asyncio.Task[None]) -> None:
        # Removed only after the next polls have seen the reply's end, so that it is not sent twice.
        asyncio.get_running_loop().call_later(POLL_SECONDS * 2, self._forget, message_id, task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("following a reply failed", exc_info=task.exception())
            self._run_in_background(self._close(_REPLY_LOST_CODE))

    def _forget(self, message_id: str, task: asyncio.Task[None]) -> None:
        # The reply may be followed anew.
        if self._following.get(message_id) is task:
            del self._following[message_id]

    async def _close(self, code: int) -> None:
        with suppress(RuntimeError, WebSocketDisconnect):  # Already closed.
            await self._websocket.close(code)

    async def _events_of(self, follow: Follow) -> AsyncIterator[ChatEvent]:
        with suppress(NotFound):  # The message was deleted meanwhile.
            first = await read_first_events(self.user_id, follow.message_id, follow.after)
            events = follow_reply(self.user_id, follow.message_id, first, follow.after, self._go_on)
            async with aclosing(events):
                async for event in events:
                    yield event

    async def _go_on(self, turn: PreparedTurn) -> None:
        """Run the turn of an abandoned reply that was taken over, in the worker if one is configured."""
        if has_worker():
            await run_in_thread(invoke_worker, job_to_go_on(self.user_id, self.id, turn), self._keys)
        else:
            run_detached(turn)

    def _send_error(self, error: AppError, data: str | bytes) -> None:
        context = request_context.get()
        self._put_frame(error_frame(error, request_id_of(data), context.request_id if context else ""))

    async def _read(self) -> None:
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            await self._handle(message.get("text") or message.get("bytes") or "")


_connections: dict[str, ClientConnection] = {}


async def _poll_regularly() -> None:
    """Once a second, close connections whose login has ended, and follow new streaming replies for the others."""
    while True:
        await asyncio.sleep(POLL_SECONDS)
        logins = {connection.login for connection in _connections.values()}
        if not logins:
            continue
        try:
            ended, streaming = await run_in_thread(_poll, logins)
        except Exception:  # noqa: BLE001 - the next poll may succeed
            _log.exception("polling for ended logins and streaming replies failed")
            continue
        for connection in list(_connections.values()):
            if connection.login in ended:
                connection.end(LOGIN_ENDED_CODE)
                continue
            for user_id, message_id in streaming:
                if user_id == connection.user_id:
                    connection.follow_from_start(message_id)


def _poll(logins: set[_Login]) -> tuple[set[_Login], list[tuple[str, str]]]:
    """The logins that have ended, and the streaming replies of the other logins' users as (user id, message id)."""
    with transaction() as session:
        live = refresh_tokens.list_alive_families(session, logins, utc_now())
        users = {user_id for user_id, _ in live}
        return logins - live, list(messages.list_streaming(session, users))


@asynccontextmanager
async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
    polling = asyncio.create_task(_poll_regularly())
    loading = asyncio.create_task(run_in_thread(load_provider))
    yield
    polling.cancel()
    await interrupt_turns()
    await loading


app = create_app("websocket", [], _lifespan)


@app.websocket("/chat/ws/chat")
async def chat(websocket: WebSocket) -> None:
    """One connection, from its handshake (401 for an invalid token, 429 for too many connections) to its end."""
    connection_id = str(uuid4())
    context = RequestContext(
        request_id=connection_id,
        trace_id=connection_id,
        client_ip=client_address(websocket.scope),
        method="WEBSOCKET",
        path=websocket.url.path,
    )
    request_context.set(context)
    try:
        authorization, token = websocket.headers.get("authorization"), websocket.query_params.get("token")
        login = await run_in_thread(accept_connection, connection_id, authorization, token)
    except AppError as error:
        await _refuse(websocket, error, connection_id)
        return
    except Exception as error:  # noqa: BLE001 - the edge
        _log.exception("unhandled error")
        await _refuse(websocket, app_error_of(error), connection_id)
        return
    context.user_id = login.user_id
    try:
        await websocket.accept()
        connection = _connections[connection_id] = ClientConnection(websocket, connection_id, login)
        _log.info("connected", extra=fields(connections=len(_connections)))
        await connection.run()
    finally:
        _connections.pop(connection_id, None)
        await asyncio.shield(retry_while_unreachable(_delete_connection, connection_id))


async def _refuse(websocket: WebSocket, error: AppError, connection_id: str) -> None:
    await websocket.send_denial_response(JSONResponse(error.body(connection_id), error.status))


def _delete_connection(connection_id: str) -> None:
    with transaction() as session:
        ws_connections.delete_connection(session, connection_id)
