"""JSON-RPC over streamable HTTP: a message is POSTed, and its answer is JSON or a stream of server-sent events."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import anyio

from shared.logging import fields
from shared.surrogates import parse_json
from shared.tools.errors import (
    AuthorizationRequired,
    NotAnMcpServer,
    RpcError,
    ServerFailed,
    ServerUnreachable,
)
from shared.tools.http import Answer, exchange
from shared.tools.mcp.sse import SseParser

_log = logging.getLogger(__name__)

_DEFAULT_RETRY_MS = 1000
_MAX_RETRY_MS = 30_000
# Reconnections of one broken stream.
_MAX_RESUMPTIONS = 20
_MAX_ERROR_CHARACTERS = 300
_ACCEPT = "application/json, text/event-stream"

# Answers a request of the server: its method and parameters; returns the result. Raises RpcError to refuse it.
AnswerServer = Callable[[str, Mapping[str, Any]], Awaitable[dict[str, Any]]]


class SessionEnded(ServerFailed):
    """HTTP 404 for a new request of a session: the server has forgotten it, and did not run the request."""


class HttpStatus(ServerFailed):
    """A status that is no success, and no JSON-RPC error in the body."""

    def __init__(self, status: int) -> None:
        super().__init__(f"The tool server answered with HTTP status {status}.")
        self.status = status


class RpcChannel:
    """The address of a server, with the headers that every message carries."""

    def __init__(self, url: str, headers: Mapping[str, str], answer_server: AnswerServer) -> None:
        self._url = url
        self._headers = dict(headers)
        self._answer_server = answer_server
        self._last_id = 0
        self.session_id: str | None = None
        # The negotiated revision, if it is one with sessions.
        self.session_protocol: str | None = None

    async def request(
        self, method: str, params: Mapping[str, Any], headers: Mapping[str, str], *, can_resume: bool
    ) -> dict[str, Any]:
        """The result of a request. `can_resume`: a stream that breaks off after an event with an id is resumed.

        Raises RpcError for an error of the server, SessionEnded, HttpStatus, AuthorizationRequired, NotAnMcpServer,
        ServerUnreachable, AnswerTooLarge.
        """
        self._last_id += 1
        request_id = self._last_id
        message = {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}
        # A tool may do what must not be done twice.
        is_sent_once = method == "tools/call"
        every = self._all_headers(headers)
        async with exchange("POST", self._url, every, _encode(message), is_sent_once=is_sent_once) as answer:
            self._log(method, answer)
            await self._check_status(answer)
            if method == "initialize":
                self.session_id = answer.headers.get("mcp-session-id")
            if answer.content_type != "text/event-stream":
                return _result(await answer.json(), request_id)
            stream = _Stream(request_id)
            found = await self._read(answer, stream, can_resume=can_resume)
        return found if found is not None else await self._resume(stream)

    async def notify(self, method: str) -> None:
        """Send a notification. Raises as `request`."""
        message = {"jsonrpc": "2.0", "method": method}
        async with exchange("POST", self._url, self._all_headers({}), _encode(message)) as answer:
            await self._check_status(answer)

    async def listen(self, opened: anyio.Event) -> None:
        """Answer the requests that a server of a session sends outside of the answers to ours, until it ends the
        stream. `opened` is set once the server has accepted the stream, or refused it."""
        try:
            async with exchange("GET", self._url, self._all_headers({"Accept": "text/event-stream"})) as answer:
                opened.set()
                if answer.status == 200 and answer.content_type == "text/event-stream":
                    await self._read(answer, _Stream(None), can_resume=True)
        except ServerFailed:
            pass  # Servers need not offer it.
        finally:
            opened.set()

    async def delete_session(self) -> None:
        async with exchange("DELETE", self._url, self._all_headers({})) as answer:
            self._log("delete", answer)

    async def first_event_of_get(self) -> str:
        """The name of the first event of a stream that a GET without a session opens; empty without one."""
        async with exchange("GET", self._url, self._all_headers({"Accept": "text/event-stream"})) as answer:
            if answer.status == 200 and answer.content_type == "text/event-stream":
                parser = SseParser()
                async for part in answer.parts():
                    for event in parser.feed(part):
                        return event.name
        return ""

    def _all_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        every = {"Content-Type": "application/json", "Accept": _ACCEPT, **self._headers}
        if self.session_id is not None:
            every["Mcp-Session-Id"] = self.session_id
        if self.session_protocol is not None:
            every["MCP-Protocol-Version"] = self.session_protocol
        return {**every, **headers}

    async def _check_status(self, answer: Answer) -> None:
        if 200 <= answer.status < 300:
            return
        challenge = answer.headers.get("www-authenticate", "")
        if answer.status == 401 or (answer.status == 403 and "insufficient_scope" in challenge):
            raise AuthorizationRequired(challenge)
        if answer.status == 404 and self.session_id is not None:
            raise SessionEnded
        try:
            body = await answer.json()
        except ServerFailed:
            body = None
        if isinstance(body, dict) and isinstance(body.get("error"), dict):
            raise _error(body["error"])
        raise HttpStatus(answer.status)

    async def _check_status_of_running(self, answer: Answer) -> None:
        """Check the answer to a message of a request that the server runs: the request must not be sent again, as it
        would be with a new session or a new token."""
        try:
            await self._check_status(answer)
        except (SessionEnded, AuthorizationRequired):
            raise ServerUnreachable("The tool server ended the call before its answer.") from None

    async def _read(self, answer: Answer, stream: "_Stream", *, can_resume: bool) -> dict[str, Any] | None:
        """The awaited result in a stream; None where it ended before that and can be resumed."""
        parser = SseParser()
        try:
            async for part in answer.parts():
                for event in parser.feed(part):
                    stream.last_event_id = event.id or stream.last_event_id
                    stream.retry_ms = event.retry if event.retry is not None else stream.retry_ms
                    if event.name != "message" or not event.data:
                        continue
                    message = _decode(event.data)
                    if "method" in message:
                        # Notifications, such as progress, need no answer.
                        if "id" in message:
                            await self._answer(message)
                    elif stream.request_id is not None and message.get("id") == stream.request_id:
                        return _result(message, stream.request_id)
        except ServerUnreachable:
            if not (can_resume and stream.last_event_id):
                raise
        if can_resume and stream.last_event_id:
            return None
        raise ServerUnreachable("The tool server ended the connection before its answer.")

    async def _resume(self, stream: "_Stream") -> dict[str, Any]:
        for _ in range(_MAX_RESUMPTIONS):
            await anyio.sleep(min(stream.retry_ms, _MAX_RETRY_MS) / 1000)
            headers = {"Accept": "text/event-stream", "Last-Event-ID": stream.last_event_id}
            async with exchange("GET", self._url, self._all_headers(headers)) as answer:
                await self._check_status_of_running(answer)
                if answer.content_type != "text/event-stream":
                    break
                found = await self._read(answer, stream, can_resume=True)
                if found is not None:
                    return found
        raise ServerUnreachable("The tool server ended the connection before its answer.")

    async def _answer(self, message: Mapping[str, Any]) -> None:
        params = message.get("params")
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": message["id"]}
        try:
            answer["result"] = await self._answer_server(
                str(message["method"]), params if isinstance(params, dict) else {}
            )
        except RpcError as error:
            answer["error"] = {"code": error.rpc_code, "message": error.message}
        async with exchange("POST", self._url, self._all_headers({}), _encode(answer)) as response:
            await self._check_status_of_running(response)

    def _log(self, method: str, answer: Answer) -> None:
        _log.info("tool server answered", extra=fields(status=answer.status, rpc_method=method))


class _Stream:
    """The position from which a stream of events can be resumed."""

    def __init__(self, request_id: int | None) -> None:
        self.request_id = request_id
        self.last_event_id = ""
        self.retry_ms = _DEFAULT_RETRY_MS


def _encode(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def _decode(data: str) -> dict[str, Any]:
    try:
        message = parse_json(data)
    except (ValueError, RecursionError):
        raise NotAnMcpServer("The tool server sent an event that is not JSON.") from None
    if not isinstance(message, dict):
        raise NotAnMcpServer("The tool server sent an event that is not JSON-RPC.")
    return message


def _result(message: Any, request_id: int) -> dict[str, Any]:
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise NotAnMcpServer
    if isinstance(message.get("error"), dict):
        raise _error(message["error"])
    if message.get("id") != request_id or not isinstance(message.get("result"), dict):
        raise NotAnMcpServer("The tool server's answer has no result.")
    result: dict[str, Any] = message["result"]
    return result


def _error(error: Mapping[str, Any]) -> RpcError:
    code, words = error.get("code"), error.get("message")
    text = " ".join(words.split())[:_MAX_ERROR_CHARACTERS] if isinstance(words, str) else ""
    return RpcError(
        code if isinstance(code, int) else 0, text or "The tool server reported an error.", error.get("data")
    )
