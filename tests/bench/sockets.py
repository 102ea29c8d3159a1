"""WebSocket through the local gateway (serverless-offline) with warm functions: first delta, frames per second."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from websockets.sync.client import connect
from websockets.sync.connection import Connection

from tests.bench.figures import Figure, at_most, median
from tests.bench.stacks import model_server, model_settings
from tests.support.api import Client
from tests.support.stack import running_stack


def _frames(connection: Connection, conversation_id: str, model: str) -> list[tuple[float, dict[str, Any]]]:
    """The frames of a reply, each with the seconds since the message was sent."""
    request = {"type": "send", "conversation_id": conversation_id, "message": "Hello", "model": model}
    started = time.monotonic()
    connection.send(json.dumps({**request, "request_id": str(uuid4())}))
    frames: list[tuple[float, dict[str, Any]]] = []
    while not frames or frames[-1][1]["type"] not in ("completed", "failed", "error"):
        frame = json.loads(connection.recv(60))
        frames.append((time.monotonic() - started, frame))
    assert frames[-1][1]["type"] == "completed", frames[-1]
    return frames


def measure(folder: Path, *, quick: bool) -> Iterator[Figure]:
    with model_server() as model_url:
        with running_stack(folder / "stack", **model_settings(model_url)) as stack:
            client = Client(stack.url)
            client.sign_in(client.post("/user/register", email="a@example.com", username="A", password="a-password-1"))
            with connect(f"{stack.websocket_url}?token={client.tokens['access_token']}", proxy=None) as connection:
                yield from _measure(connection, client, quick)
            client.close()


def _measure(connection: Connection, client: Client, quick: bool) -> Iterator[Figure]:
    def new_conversation() -> str:
        return str(client.post("/conversation/create").json()["id"])

    firsts = []
    for number in range(4 if quick else 24):
        frames = _frames(connection, new_conversation(), "1")
        if number >= 3:
            firsts.append(next(at for at, frame in frames if frame["type"] == "delta") * 1000)
    yield at_most("WebSocket: message to first delta", "serverless-offline, warm", median(firsts), "ms", 50)
    times = [at for at, _ in _frames(connection, new_conversation(), f"{200 if quick else 800}@100")]
    most = max(sum(start <= at < start + 1 for at in times) for start in times)
    yield at_most("WebSocket: most frames in a second", "a reply of 100 tokens/s", most, "frames", 10)
