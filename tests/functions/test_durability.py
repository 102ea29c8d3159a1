"""Durability: shown text is never lost, whatever fault interrupts a turn.

The streaming function runs in a separate process, as on a platform. While it streams, it is killed, stopped, or loses
its client, its model or its database. Then the text that each client displayed is compared with the database.
"""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine, create_engine, text

from tests.chaos import LONG
from tests.support.api import Client
from tests.support.function_server import FunctionServer, function_server
from tests.support.processes import wait_until
from tests.support.scripted_provider import Script, ScriptedProvider, drop, finish
from tests.support.scripted_provider import delta as piece

ROUNDS = 26 if LONG else 10
TURNS_A_ROUND = 4
MEANS = ("kill", "kill", "leave", "stop", "provider", "database", "nothing")


@dataclass
class Reader:
    """A client that displays a reply, and records the displayed text."""

    url: str
    token: str
    conversation_id: str
    message: str
    events: list[dict[str, Any]] = field(default_factory=list)
    leave_after: int | None = None
    thread: threading.Thread | None = None

    def start(self) -> None:
        self.thread = threading.Thread(target=self._read)
        self.thread.start()

    def _read(self) -> None:
        body = {"conversation_id": self.conversation_id, "message": self.message}
        headers = {"Authorization": f"Bearer {self.token}"}
        with (
            suppress(httpx2.HTTPError),
            httpx2.Client(timeout=30) as http,
            http.stream("POST", f"{self.url}/chat/send", json=body, headers=headers) as response,
        ):
            for line in response.iter_lines():
                if line.startswith("data: "):
                    self.events.append(json.loads(line[6:]))
                    if self.leave_after is not None and len(self.events) >= self.leave_after:
                        return


@contextmanager
def database_away(engine: Engine) -> Iterator[None]:
    """The database accepts no writes of other connections during the block."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))  # Starts a transaction with the write lock.
            yield
        return
    cut = threading.Event()

    def keep_cutting() -> None:
        killer = create_engine(engine.url)
        while not cut.is_set():
            with killer.connect() as connection:
                others = connection.execute(
                    text("SELECT id FROM information_schema.processlist WHERE id <> connection_id() AND db = :db"),
                    {"db": engine.url.database},
                )
                for (connection_id,) in others.all():
                    with suppress(Exception):
                        connection.execute(text(f"KILL {int(connection_id)}"))
            cut.wait(0.02)
        killer.dispose()

    thread = threading.Thread(target=keep_cutting)
    thread.start()
    try:
        yield
    finally:
        cut.set()
        thread.join()


@pytest.fixture
def function(database: Engine, provider: ScriptedProvider) -> Iterator[FunctionServer]:
    environment = {
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "DEFAULT_MODEL_BASE_URL": provider.base_url,
        "DEFAULT_MODEL": "scripted",
        "DATABASE_POOL_SIZE": "4",
    }
    with function_server("functions.chat_stream.app:app", environment) as server:
        yield server


@pytest.mark.processes
@pytest.mark.timeout(300)
def test_no_shown_text_is_lost_whatever_fails(
    function: FunctionServer, user: Client, provider: ScriptedProvider, database: Engine
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - to reproduce a failure
    chance = random.Random(seed)
    turns = 0
    for _ in range(ROUNDS):
        means = chance.choice(MEANS)
        function.ensure()
        provider.reset()  # A killed process may have left a script unused.
        readers = [_new_reader(function, user, provider, means, chance) for _ in range(TURNS_A_ROUND)]
        for reader in readers:
            reader.start()
        wait_until(partial(_any_shown, readers), timeout=60, what="the first event")
        time.sleep(chance.uniform(0, 0.3))  # The random moment of the fault.
        _break(means, function, readers, user, database)
        for reader in readers:
            assert reader.thread is not None
            reader.thread.join(timeout=60)
            turns += 1
            _check_nothing_lost(reader, user, means)
    assert turns == ROUNDS * TURNS_A_ROUND


def _new_reader(
    function: FunctionServer, user: Client, provider: ScriptedProvider, means: str, chance: random.Random
) -> Reader:
    count = chance.randint(8, 25)
    steps = [piece(f"{n}字 ", after=chance.uniform(0, 0.03)) for n in range(count)]
    ending = [drop()] if means == "provider" else [finish()]
    provider.enqueue(Script([*steps[: count // 2], *ending] if means == "provider" else [*steps, *ending]))
    conversation_id = user.post("/conversation/create").json()["id"]
    url = f"http://127.0.0.1:{function.port}"
    reader = Reader(url, user.tokens["access_token"], conversation_id, f"Question {chance.random()}")
    if means == "leave":
        reader.leave_after = chance.randint(1, 6)
    return reader


def _break(means: str, function: FunctionServer, readers: list[Reader], user: Client, database: Engine) -> None:
    if means == "kill":
        function.kill()
    elif means == "database":
        with database_away(database):
            time.sleep(2)
    elif means == "stop":
        for reader in readers:
            for event in reader.events[:1]:
                assert user.post("/chat/stop", message_id=event["assistant_message_id"]).status_code == 202


def _check_nothing_lost(reader: Reader, user: Client, means: str) -> None:
    shown = [event for event in reader.events if event["type"] == "delta"]
    if means == "kill":
        # The next reader's process goes on.
        for message in user.history(reader.conversation_id):
            if message["status"] == "streaming":
                user.turn(f"/chat/resume/{message['id']}", after=0)
    if not reader.events:
        # A fault before the first event: either nothing is stored, or a turn that ends normally.
        wait_until(lambda: _ended(user, reader.conversation_id), what="the turn's end")
        return
    started = reader.events[0]
    wait_until(lambda: _ended(user, reader.conversation_id), what=f"the turn's end after {means}")
    question, answer = user.history(reader.conversation_id)
    assert question["content"] == [{"type": "text", "text": reader.message}]
    assert (question["id"], answer["id"]) == (started["user_message_id"], started["assistant_message_id"])
    text_shown = "".join(event["text"] for event in shown)
    text_kept = "".join(part["text"] for part in answer["content"])
    assert text_kept.startswith(text_shown), means

    # `resume` returns exactly the rest.
    last_seq = reader.events[-1]["seq"]
    rest = user.turn(f"/chat/resume/{answer['id']}", after=last_seq)
    assert [event["seq"] for event in rest] == list(range(last_seq + 1, last_seq + 1 + len(rest)))
    assert text_shown + "".join(event["text"] for event in rest if event["type"] == "delta") == text_kept
    complete = reader.events + rest
    assert complete[-1]["type"] in ("completed", "failed")
    assert [event["seq"] for event in complete] == list(range(1, len(complete) + 1))
    expected: dict[str, Callable[[str], bool]] = {
        "nothing": lambda status: status == "completed",
        "leave": lambda status: status == "completed",
        "database": lambda status: status == "completed",
        "provider": lambda status: status == "failed",
        "stop": lambda status: status in ("stopped", "completed"),
        "kill": lambda status: status == "completed",
    }
    assert expected[means](answer["status"]), (means, answer["status"])


def _any_shown(readers: list[Reader]) -> bool:
    return any(reader.events for reader in readers)


def _ended(user: Client, conversation_id: str) -> bool:
    return all(message["status"] != "streaming" for message in user.history(conversation_id))
