"""WebSocket clients with one interface, for the native server and for the handlers behind API Gateway."""

import base64
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from typing import Any, Protocol
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from functions.websocket import connect as connect_entry
from functions.websocket import disconnect as disconnect_entry
from functions.websocket import message as message_entry
from functions.websocket import turn as turn_entry
from infra.openapi import merged_document
from shared import config, invocation
from tests.support.management_api import ManagementApi
from tests.support.processes import WAIT_SECONDS

Frame = dict[str, Any]


@cache
def _server_frames() -> Draft202012Validator:
    components = merged_document()["components"]
    frames = {"$ref": "#/components/schemas/ServerFrame", "unevaluatedProperties": False}
    return Draft202012Validator(frames | {"components": components})


def read_server_frame(text: str) -> Frame:
    """Parse a server's frame. Fails for a frame that the OpenAPI document does not describe."""
    frame: Frame = json.loads(text)
    _server_frames().validate(frame)
    return frame


class Refused(Exception):
    """The handshake was refused with `status`."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(status)


class Socket(Protocol):
    def send(self, **frame: Any) -> None: ...

    def send_text(self, text: str | bytes) -> None: ...

    def receive(self, timeout: float = WAIT_SECONDS) -> Frame: ...

    def close(self) -> None: ...

    def wait_closed(self, timeout: float = WAIT_SECONDS) -> None:
        """Wait until the server closes the connection; earlier frames are skipped."""


def reply_to(socket: Socket, **frame: Any) -> list[Frame]:
    """All frames that answer a frame; those of other replies are skipped."""
    request_id = frame.setdefault("request_id", str(uuid4()))
    socket.send(**frame)
    frames: list[Frame] = []
    while not frames or frames[-1]["type"] not in ("completed", "failed", "error"):
        received = socket.receive()
        if received.get("request_id") == request_id:
            frames.append(received)
    return frames


class WebSocket:
    """A real connection to `url`."""

    def __init__(self, url: str, token: str | None, headers: Mapping[str, str] | None = None) -> None:
        query = "" if token is None else f"?token={token}"
        try:
            self._connection: ClientConnection = connect(f"{url}{query}", additional_headers=headers, proxy=None)
        except InvalidStatus as error:
            raise Refused(error.response.status_code) from None

    def send(self, **frame: Any) -> None:
        self._connection.send(json.dumps(frame))

    def send_text(self, text: str | bytes) -> None:
        self._connection.send(text)

    def receive(self, timeout: float = WAIT_SECONDS) -> Frame:
        return read_server_frame(str(self._connection.recv(timeout)))

    def close(self) -> None:
        self._connection.close()

    def wait_closed(self, timeout: float = WAIT_SECONDS) -> None:
        deadline = time.monotonic() + timeout
        with suppress(ConnectionClosed):
            while True:
                self._connection.recv(max(0, deadline - time.monotonic()))

    @property
    def close_code(self) -> int | None:
        return self._connection.close_code


class ApiGateway(ManagementApi):
    """Calls the handlers like API Gateway and Lambda, and serves the @connections API that they call."""

    def __init__(self) -> None:
        super().__init__()
        self.sockets: dict[str, GatewaySocket] = {}
        self.jobs: list[bytes] = []
        self._workers: list[threading.Thread] = []

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> None:  # noqa: N803 - boto3's names
        super().post_to_connection(ConnectionId=ConnectionId, Data=Data)
        self.sockets[ConnectionId].put(read_server_frame(Data.decode()))

    def delete_connection(self, *, ConnectionId: str) -> None:  # noqa: N803 - boto3's name
        super().delete_connection(ConnectionId=ConnectionId)
        self.sockets[ConnectionId].disconnect()

    def invoke(self, **call: Any) -> None:
        assert call["InvocationType"] == "Event"
        self.jobs.append(call["Payload"])
        worker = threading.Thread(target=turn_entry.handler, args=(json.loads(call["Payload"]), None))
        self._workers.append(worker)
        worker.start()

    def running(self) -> int:
        """The number of workers that run."""
        return sum(worker.is_alive() for worker in self._workers)

    def finish(self) -> None:
        for thread in self._workers:
            thread.join(timeout=20)


_numbers = count(1)


class GatewaySocket:
    def __init__(self, gateway: ApiGateway, token: str | None, headers: Mapping[str, str] | None = None) -> None:
        self.id = f"connection-{next(_numbers)}"
        self._gateway = gateway
        self.frames: list[Frame] = []
        self._arrived = threading.Condition()
        self.closed = threading.Event()
        # The gateway sends null for absent values.
        query = None if token is None else {"token": token}
        event = {"requestContext": self._context("$connect"), "headers": headers, "queryStringParameters": query}
        answer = connect_entry.handler(event, None)
        if answer["statusCode"] != 200:
            raise Refused(answer["statusCode"])
        gateway.sockets[self.id] = self
        gateway.open.add(self.id)

    def send(self, **frame: Any) -> None:
        self.send_text(json.dumps(frame))

    def send_text(self, text: str | bytes) -> None:
        event: dict[str, Any] = {"requestContext": self._context("$default"), "body": text, "isBase64Encoded": False}
        if isinstance(text, bytes):
            event |= {"body": base64.b64encode(text).decode(), "isBase64Encoded": True}
        assert message_entry.handler(event, None) == {"statusCode": 200}

    def receive(self, timeout: float = WAIT_SECONDS) -> Frame:
        with self._arrived:
            assert self._arrived.wait_for(lambda: self.frames, timeout), "no frame came"
            return self.frames.pop(0)

    def put(self, frame: Frame) -> None:
        with self._arrived:
            self.frames.append(frame)
            self._arrived.notify_all()

    def close(self) -> None:
        if self.id in self._gateway.open:
            self.vanish()
            self.disconnect()

    def disconnect(self) -> None:
        """Close the connection as the gateway does, with `$disconnect`."""
        self.closed.set()
        disconnect_entry.handler({"requestContext": self._context("$disconnect")}, None)

    def wait_closed(self, timeout: float = WAIT_SECONDS) -> None:
        assert self.closed.wait(timeout), "the connection was not closed"

    def vanish(self) -> None:
        """Vanish without `$disconnect`, like a phone without a network."""
        self._gateway.open.discard(self.id)

    def _context(self, route: str) -> dict[str, Any]:
        return {
            "connectionId": self.id,
            "routeKey": route,
            "requestId": str(uuid4()),
            "identity": {"sourceIp": "192.0.2.1"},
        }


@contextmanager
def api_gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiGateway]:
    """The handlers, with the gateway's management API and Lambda's invoke replaced."""
    gateway = ApiGateway()

    class Lambda:
        invoke = staticmethod(gateway.invoke)

    monkeypatch.setattr(invocation, "_lambda", Lambda)
    gateway.replace_gateway(monkeypatch, retries=3)
    monkeypatch.setenv("WEBSOCKET_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("TURN_FUNCTION_NAME", "chat-turn")
    config.clear_cache()
    yield gateway
    gateway.finish()
    monkeypatch.delenv("WEBSOCKET_ENDPOINT")
    monkeypatch.delenv("TURN_FUNCTION_NAME")
    config.clear_cache()
