"""Crash of a function's process at each step of a turn and of the sweep; another process takes over."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import Engine, func, select, update

from functions.maintenance.service import sweep
from shared import config
from shared.config import ChatSettings, load
from shared.db.models import MessageChunk, ObjectDeletion, WsConnection
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.storage import get_object_store
from tests.chaos import LONG
from tests.functions.test_images import image, upload
from tests.support.api import Client
from tests.support.function_server import FunctionServer, function_server
from tests.support.processes import free_port, wait_until
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish, gate
from tests.support.sockets import WebSocket, reply_to

# Steps of a turn at which its process is killed.
STEPS = [
    "before:shared.db.repositories.messages:add_messages:1",
    "statement:INSERT INTO messages::1",
    "after:shared.db.repositories.messages:add_messages:1",
    "before:functions.chat_stream.service:start_turn:1",
    "before:shared.llm.provider:stream_chat:1",
    "before:shared.db.repositories.messages:append_chunk:1",
    "after:shared.db.repositories.messages:append_chunk:3",
    "before:shared.web.sse:encode_event:4",
    "before:shared.db.repositories.messages:end_streaming:1",
    "after:shared.db.repositories.messages:end_streaming:1",
    "before:shared.chat.running_turn:record:1",
]
MOMENTS = ["before", "after"] if LONG else ["after"]
WORDS = ("One ", "two ", "three ", "four.")


pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "mariadb"] if LONG else ["mariadb"], indirect=True)


@pytest.fixture(scope="module")
def environment(database_url: str, provider_server: ScriptedProvider) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "DEFAULT_MODEL_BASE_URL": provider_server.base_url,
        "DEFAULT_MODEL": "scripted",
    }


@pytest.fixture(scope="module")
def successor(environment: dict[str, str]) -> Iterator[FunctionServer]:
    """An instance that is not killed."""
    with function_server("functions.chat_stream.app:app", environment) as server:
        yield server


def send(
    server: FunctionServer, user: Client, provider: ScriptedProvider, conversation_id: str, key: str
) -> list[dict[str, Any]]:
    """The received events, until the end or the loss of the connection. A received text opens the gate of its name."""
    events: list[dict[str, Any]] = []
    headers = {"Authorization": f"Bearer {user.tokens['access_token']}", "Idempotency-Key": key}
    body = {"conversation_id": conversation_id, "message": "Hi"}
    url = f"http://127.0.0.1:{server.port}/chat/send"
    with (
        suppress(httpx2.HTTPError),
        httpx2.Client(timeout=30) as http,
        http.stream("POST", url, json=body, headers=headers) as response,
    ):
        for line in response.iter_lines():
            if line.startswith("data: "):
                events.append(json.loads(line[6:]))
                if events[-1]["type"] == "delta":
                    provider.open_gate(events[-1]["text"])
    return events


def text_of(events: list[dict[str, Any]]) -> str:
    return "".join(event.get("text", "") for event in events)


def stored_text(message: dict[str, Any]) -> str:
    return "".join(part["text"] for part in message["content"])


def count(table: Any) -> int:
    with transaction() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


@pytest.mark.parametrize("die_at", STEPS if LONG else STEPS[1::2])
def test_a_turn_whose_process_was_killed_is_stored_once_and_goes_on_in_another(
    environment: dict[str, str],
    successor: FunctionServer,
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    die_at: str,
) -> None:
    key = str(uuid4())
    # Each word is a group of its own: the model waits until the one before has been received.
    provider.enqueue(Script([step for word in WORDS for step in (delta(word), gate(word))]))
    with function_server("tests.chaos.mortal:app", {**environment, "DIE_AT": die_at}) as mortal:
        shown = send(mortal, user, provider, conversation_id, key)
        assert mortal.process is not None
        assert mortal.process.wait(10) == -9

    provider.reset()
    provider.enqueue(Script([*map(delta, WORDS), finish()]))
    whole = send(successor, user, provider, conversation_id, key)
    assert whole[: len(shown)] == shown or not shown
    assert [event["seq"] for event in whole] == list(range(1, len(whole) + 1))
    assert (whole[-1]["type"], whole[-1]["status"]) == ("completed", "completed")
    # The model begins again, and what it repeats is left out.
    question, answer = user.history(conversation_id)
    assert (stored_text(question), stored_text(answer), answer["status"]) == ("Hi", "".join(WORDS), "completed")
    assert text_of(whole) == "".join(WORDS)
    assert count(MessageChunk) == 0

    provider.reset()
    assert send(successor, user, provider, conversation_id, str(uuid4()))[-1]["status"] == "completed"
    assert len(user.history(conversation_id)) == 4


def test_a_websocket_server_that_was_killed_leaves_no_connection_and_its_reply_goes_on(
    environment: dict[str, str], user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    provider.enqueue(Script([delta("So far"), gate("never")]))
    with function_server("functions.websocket.app:app", environment) as server:
        url = f"ws://127.0.0.1:{server.port}/chat/ws/chat"
        socket, _idle = (WebSocket(url, user.tokens["access_token"]) for _ in range(2))
        socket.send(type="send", conversation_id=conversation_id, message="Hi", request_id="r")
        started = socket.receive()
        assert socket.receive()["text"] == "So far"
        server.kill()
        provider.reset()
        provider.enqueue(Script([delta(" and on."), finish()]))
        server.ensure()
        socket = WebSocket(url, user.tokens["access_token"])
        frames = reply_to(socket, type="resume", message_id=started["assistant_message_id"], after=0)
        assert [frame["type"] for frame in frames] == ["started", "delta", "started", "delta", "completed"]
        assert (text_of(frames), frames[-1]["status"]) == ("So far and on.", "completed")
        socket.close()
        wait_until(lambda: count(WsConnection) == 2, what="the connection that was closed to go")
    assert stored_text(user.history(conversation_id)[1]) == "So far and on."
    # The two connections of the killed server are stale: older than any connection's lifetime.
    sweep(utc_now() + timedelta(hours=4))
    assert count(WsConnection) == 0


def run_sweep(environment: dict[str, str], die_at: str) -> int:
    command = [sys.executable, "-m", "tests.chaos.mortal"]
    done = subprocess.run(command, env={**os.environ, **environment, "DIE_AT": die_at}, capture_output=True)
    return done.returncode


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_sweep_is_completed_by_the_next(
    environment: dict[str, str], user: Client, provider: ScriptedProvider, database: Engine, moment: str
) -> None:
    conversations = [user.post("/conversation/create").json()["id"] for _ in range(3)]
    with function_server("functions.chat_stream.app:app", environment) as server:
        for conversation_id in conversations:
            provider.enqueue(Script([delta("So far"), gate("never")]))
            with httpx2.stream(
                "POST",
                f"http://127.0.0.1:{server.port}/chat/send",
                json={"conversation_id": conversation_id, "message": "Hi"},
                headers={"Authorization": f"Bearer {user.tokens['access_token']}"},
            ) as response:
                lines = (line for line in response.iter_lines() if line.startswith("data: "))
                assert json.loads(next(lines)[6:])["type"] == "started"
                assert json.loads(next(lines)[6:])["text"] == "So far"
    # Read without the API, because a reader would end them, too.
    wait_until(_are_silent, what="the replies' process to be taken for dead")
    assert run_sweep(environment, f"{moment}:shared.db.repositories.messages:end_streaming:2") == -9

    sweep(utc_now())
    assert count(MessageChunk) == 0
    for conversation_id in conversations:
        _, answer = user.history(conversation_id)
        assert (stored_text(answer), answer["status"]) == ("So far", "interrupted")


def _are_silent() -> bool:
    with transaction() as session:
        newest = session.scalars(select(func.max(MessageChunk.created_at))).one()
    return newest is not None and utc_now() - newest > timedelta(seconds=load(ChatSettings).stale_seconds)


@pytest.mark.parametrize("moment", MOMENTS)
def test_objects_are_removed_after_a_store_outage_and_a_killed_sweep(
    environment: dict[str, str],
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    store_url: str,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    item = upload(user, conversation_id)
    user.turn("/chat/send", conversation_id=conversation_id, message=image(key=item["key"]))
    download = user.history(conversation_id)[0]["content"][1]["image_url"]["url"]
    store = get_object_store()
    with monkeypatch.context() as away:
        away.setenv("OBJECT_STORE_ENDPOINT", f"http://127.0.0.1:{free_port()}")
        _forget_store()
        assert user.post("/conversation/delete", purge=True, ids=[conversation_id]).json() == {"deleted": 1}
    _forget_store()
    assert store.describe(item["key"]) is not None
    with transaction() as session:  # As if the upload URLs had expired.
        session.execute(update(ObjectDeletion).values(created_at=utc_now() - timedelta(hours=1)))

    die_at = f"{moment}:shared.db.repositories.object_deletions:delete_object_deletion:1"
    assert run_sweep({**environment, "OBJECT_STORE_ENDPOINT": store_url}, die_at) == -9
    assert sweep(utc_now())["prefixes_removed"] == 1
    assert httpx2.get(download).status_code == 404
    assert count(ObjectDeletion) == 0


def _forget_store() -> None:
    config.clear_cache()
    get_object_store.cache_clear()
