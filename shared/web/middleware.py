"""Middleware of every app: request context and access log, body limit, retries, and the handler of unhandled errors.

Pure ASGI, so that a streamed body passes through untouched.
"""

import json
import logging
import re
import time
from uuid import uuid4

from sqlalchemy.exc import OperationalError
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.db.retry import ATTEMPTS, app_error_of, may_retry
from shared.deadline import set_seconds_left
from shared.errors import AppError, PayloadTooLarge
from shared.logging import RequestContext, fields, request_context
from shared.web.client_address import client_address
from shared.web.gateway_context import gateway_request_id, invocation_seconds_left

_log = logging.getLogger(__name__)
# Values taken over from a caller are written to logs and headers, so only plain tokens are accepted.
_PLAIN = re.compile(r"[A-Za-z0-9_.=:;-]{8,128}")


class RequestContextMiddleware:
    """Sets the logging context and the invocation's deadline, adds X-Request-Id to the response, and logs one line a
    request. The outermost."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context = _request_context(scope)
        # Not reset afterwards: a server runs each request in a context of its own, and a turn that outlives its request
        # keeps logging under its ids.
        request_context.set(context)
        set_seconds_left(invocation_seconds_left(scope))
        started = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = context.request_id
                # Responses are private to one user: they hold tokens and presigned URLs.
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            duration_ms = round((time.perf_counter() - started) * 1000, 1)
            _log.info("request", extra=fields(status=status, duration_ms=duration_ms))


class UnhandledErrorMiddleware:
    """Answers an unhandled exception with `internal_error`, or with `unavailable` where the database could not be
    reached, and logs it with its traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_started = False

        async def watched_send(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self._app(scope, receive, watched_send)
        except Exception as error:
            _log.exception("unhandled error")
            if has_started:
                raise  # The response has begun, so the server must abort it.
            await send_error(app_error_of(error), send)


class RetryMiddleware:
    """Retries a request whose transaction the database rolled back after a deadlock or a lock wait timeout.

    A request writes in one transaction, or in several that may be repeated, and responds after it (decision 0014).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received: list[Message] = []
        has_started = False

        async def watched_send(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        for attempt in range(1, ATTEMPTS + 1):
            try:
                await self._app(dict(scope), _again(received, receive), watched_send)
            except OperationalError as error:
                if has_started or not may_retry(error, attempt):
                    raise
            else:
                return


def _again(received: list[Message], receive: Receive) -> Receive:
    """A `receive` that replays the messages received before, then records new ones."""
    before = iter(tuple(received))

    async def receive_again() -> Message:
        message = next(before, None)
        if message is None:
            message = await receive()
            received.append(message)
        return message

    return receive_again


class BodyLimitMiddleware:
    """Refuses a body larger than `max_bytes`, by its Content-Length or while it is received."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > self._max_bytes:
            await send_error(PayloadTooLarge(), send)
            return
        received = 0

        async def bounded_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise PayloadTooLarge
            return message

        await self._app(scope, bounded_receive, send)


async def send_error(error: AppError, send: Send) -> None:
    """Send an error response outside of FastAPI."""
    context = request_context.get()
    body = json.dumps(error.body(context.request_id if context else "")).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers += [(name.encode(), value.encode()) for name, value in error.headers.items()]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _request_context(scope: Scope) -> RequestContext:
    headers = Headers(scope=scope)
    # Always ours: a client that chose it could make its request look like another's in the logs.
    request_id = str(uuid4())
    trace_id = _plain(headers.get("x-amzn-trace-id")) or _plain(headers.get("traceparent"))
    return RequestContext(
        request_id=request_id,
        trace_id=trace_id or request_id,
        client_ip=client_address(scope),
        method=scope["method"],
        path=scope["path"],
        gateway_request_id=_plain(gateway_request_id(scope)),
        client_request_id=_plain(headers.get("x-request-id")),
    )


def _plain(value: str | None) -> str | None:
    return value if value and _PLAIN.fullmatch(value) else None
