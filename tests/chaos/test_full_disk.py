"""A full disk of the SQLite database, at each step of a turn and during other calls, until space is available again.

Two faults: SQLite cannot enlarge its file (`PRAGMA max_page_count`) and fails at a statement; or no file of the process
can grow (RLIMIT_FSIZE), and it fails at the COMMIT.
"""

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import Engine, ExceptionContext, event

from shared.db.models import Conversation, Message, MessageChunk, ModelConfig, User
from tests.chaos.test_killed_function import count, stored_text, text_of
from tests.conftest import PASSWORD
from tests.support.api import Client, error_code
from tests.support.function_server import FunctionServer, function_server
from tests.support.processes import wait_until
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish, gate

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
# SQLite's default, and its largest.
_ALL_PAGES = 2**30
# Large enough to need new pages.
LONG = "long " * 1000
WORDS = [f"{number} {LONG}" for number in range(4)]


class Disk:
    """The disk of the database's file. `refused`: the number of statements that failed for lack of space."""

    def __init__(self) -> None:
        self.is_full = False
        self.refused = 0
        self._words: str | None = None
        self._skip = 0

    def fill_at(self, words: str, skip: int = 0) -> None:
        """Make the disk full at the statement that begins with `words`, after `skip` of its kind."""
        self._words, self._skip = words, skip

    def make_room(self) -> None:
        self.is_full, self._words = False, None

    def before_statement(self, _connection: Any, cursor: sqlite3.Cursor, statement: str, *_rest: Any) -> None:
        if self._words is not None and statement.startswith(self._words):
            self.is_full = self.is_full or self._skip == 0
            self._skip -= 1
        # A limit of the connection; the current number of pages is the minimum.
        cursor.connection.execute(f"PRAGMA max_page_count = {1 if self.is_full else _ALL_PAGES}")

    def after_error(self, context: ExceptionContext) -> None:
        self.refused += "is full" in str(context.original_exception)


@pytest.fixture
def disk(database: Engine) -> Iterator[Disk]:
    connection = database.raw_connection()
    assert isinstance(connection.driver_connection, sqlite3.Connection)
    connection.driver_connection.execute("VACUUM")  # Freed pages would count as space.
    connection.close()
    disk = Disk()
    event.listen(database, "before_cursor_execute", disk.before_statement)
    event.listen(database, "handle_error", disk.after_error)
    yield disk
    event.remove(database, "before_cursor_execute", disk.before_statement)
    event.remove(database, "handle_error", disk.after_error)


def check_error(error: dict[str, Any]) -> None:
    assert error["code"] == "internal_error"
    assert not {"disk", "full", "sqlite", "database"} & set(error["message"].lower().split())


def check_next_turn(user: Client, provider: ScriptedProvider, conversation_id: str) -> None:
    before = len(user.history(conversation_id))
    provider.reset()
    assert user.turn("/chat/send", conversation_id=conversation_id, message=LONG)[-1]["status"] == "completed"
    assert len(user.history(conversation_id)) == before + 2
    assert count(MessageChunk) == 0


# Steps of a turn.


def test_a_send_with_a_full_disk_is_refused_and_stored_once_when_repeated(
    user: Client, provider: ScriptedProvider, conversation_id: str, disk: Disk
) -> None:
    user.headers["Idempotency-Key"] = str(uuid4())
    disk.fill_at("INSERT INTO messages")
    for _ in range(2):
        with user.stream("/chat/send", conversation_id=conversation_id, message=LONG) as stream:
            assert stream.status == 500
            check_error(stream.error())
    assert disk.refused == 2
    assert user.history(conversation_id) == []
    assert provider.requests == []
    disk.make_room()
    for _ in range(2):
        events = user.turn("/chat/send", conversation_id=conversation_id, message=LONG)
        assert events[-1]["status"] == "completed"
    question, answer = user.history(conversation_id)
    assert (stored_text(question), stored_text(answer)) == (LONG, text_of(events))
    del user.headers["Idempotency-Key"]
    check_next_turn(user, provider, conversation_id)


STEPS = [("INSERT INTO message_chunks", 0), ("INSERT INTO message_chunks", 2), ("UPDATE messages SET text", 0)]


@pytest.mark.parametrize(("words", "skip"), STEPS)
def test_a_reply_waits_for_disk_space(
    user: Client, provider: ScriptedProvider, conversation_id: str, disk: Disk, words: str, skip: int
) -> None:
    provider.enqueue(Script([*(delta(word, after=0.12) for word in WORDS), finish()]))
    disk.fill_at(words, skip)
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        events = stream.events()
        seen = [next(events)]
        wait_until(lambda: disk.refused, what="a statement to find no room")
        disk.make_room()
        seen += events
    assert [one["seq"] for one in seen] == list(range(1, len(seen) + 1))
    assert (text_of(seen), seen[-1]["status"]) == ("".join(WORDS), "completed")
    _, answer = user.history(conversation_id)
    assert (stored_text(answer), answer["status"]) == ("".join(WORDS), "completed")
    check_next_turn(user, provider, conversation_id)


@pytest.mark.parametrize(("words", "skip"), STEPS)
def test_a_reply_without_disk_space_in_time_goes_on_when_there_is_space(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    disk: Disk,
    settings: Callable[..., None],
    words: str,
    skip: int,
) -> None:
    settings(DATABASE_RETRY_SECONDS="0.1")
    provider.enqueue(Script([*(delta(word, after=0.12) for word in WORDS), finish()]))
    disk.fill_at(words, skip)
    shown = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    assert disk.refused
    assert shown[-1]["type"] in ("started", "delta")  # The stream broke off.
    assert stored_text(user.history(conversation_id)[1]) == text_of(shown)  # Stored text is readable.
    disk.make_room()

    provider.reset()
    provider.enqueue(Script([delta(" The rest."), finish()]))
    whole = user.turn(f"/chat/resume/{shown[0]['assistant_message_id']}", after=0)
    assert whole[: len(shown)] == shown
    assert (whole[-1]["type"], whole[-1]["status"]) == ("completed", "completed")
    _, answer = user.history(conversation_id)
    assert (stored_text(answer), answer["status"]) == (f"{text_of(shown)} The rest.", "completed")
    check_next_turn(user, provider, conversation_id)


# Other calls.


def register(user: Client, number: int) -> httpx2.Response:
    body = {"email": f"disk{number}@example.com", "username": "x" * 64, "password": "correct-horse-1"}
    return user.post("/user/register", **body)


def create_conversation(user: Client, _number: int) -> httpx2.Response:
    return user.post("/conversation/create")


def import_conversation(user: Client, _number: int) -> httpx2.Response:
    message = {"id": "q", "parent_id": None, "role": "user", "created_at": "2026-01-01T00:00:00Z"}
    return user.post("/conversation/import", messages=[{**message, "content": [{"type": "text", "text": LONG}]}])


def create_model(user: Client, _number: int) -> httpx2.Response:
    model = {"name": "Mine", "base_url": "https://models.example/v1", "model": "m", "api_key": "key-of-the-user"}
    return user.post("/model_config/create", **model, params={"system_prompt": LONG})


@pytest.mark.parametrize(
    ("call", "table"),
    [
        (register, User),
        (create_conversation, Conversation),
        (import_conversation, Message),
        (create_model, ModelConfig),
    ],
)
def test_with_a_full_disk_accepted_calls_are_stored_and_refused_ones_are_not(
    user: Client, disk: Disk, call: Callable[[Client, int], httpx2.Response], table: Any
) -> None:
    before = count(table)
    disk.is_full = True  # Except for free space in existing pages.
    taken = 0
    while (response := call(user, taken)).status_code == 201:
        taken += 1
        assert taken < 100
    assert (response.status_code, error_code(response)) == (500, "internal_error")
    check_error(response.json()["error"])
    assert disk.refused
    assert count(table) == before + taken
    # Reads still work.
    assert [user.get(path).status_code for path in ("/user/me", "/conversation", "/model_config")] == [200] * 3
    disk.make_room()
    assert call(user, taken).status_code == 201
    assert count(table) == before + taken + 1


# Failures at the COMMIT.


@contextmanager
def no_writes(server: FunctionServer) -> Iterator[None]:
    """No file of the process can grow."""
    before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)


@pytest.fixture
def server(database_url: str, provider_server: ScriptedProvider) -> Iterator[FunctionServer]:
    environment = {
        "DATABASE_URL": database_url,
        "DATABASE_RETRY_SECONDS": "0.1",
        "DEFAULT_MODEL_BASE_URL": provider_server.base_url,
        "DEFAULT_MODEL": "scripted",
    }
    with function_server("tests.support.all_functions:app", environment) as server:
        yield server


@pytest.fixture
def client(server: FunctionServer, user: Client) -> Iterator[Client]:
    """The user's client of this process."""
    client = Client(f"http://127.0.0.1:{server.port}")
    client.tokens, client.email = user.tokens, user.email
    yield client
    client.close()


def test_a_turn_whose_commit_fails_leaves_nothing_and_the_next_one_works(
    user: Client, provider: ScriptedProvider, conversation_id: str, server: FunctionServer, client: Client
) -> None:
    with no_writes(server), client.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        assert stream.status == 500
        check_error(stream.error())
    assert (user.history(conversation_id), provider.requests) == ([], [])

    provider.enqueue(Script([delta("Before."), gate("no room"), delta("After."), finish()]))
    with client.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        events = stream.events()
        shown = [next(events), next(events)]
        with no_writes(server):
            provider.open_gate("no room")
            assert list(events) == []  # The stream broke off.
    assert stored_text(user.history(conversation_id)[1]) == text_of(shown) == "Before."
    provider.reset()
    provider.enqueue(Script([delta(" And on."), finish()]))
    assert user.turn(f"/chat/resume/{shown[0]['assistant_message_id']}")[-1]["status"] == "completed"
    assert stored_text(user.history(conversation_id)[1]) == "Before. And on."
    assert count(MessageChunk) == 0
    assert client.turn("/chat/send", conversation_id=conversation_id, message="Hi")[-1]["status"] == "completed"
    assert len(user.history(conversation_id)) == 4


def test_a_call_whose_commit_fails_can_be_repeated(
    user: Client, conversation_id: str, server: FunctionServer, client: Client
) -> None:
    model = create_model(user, 0).json()["id"]
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("/user/login", "", {"email": user.email, "password": PASSWORD}),
        ("/user/me/username", "access_token", {"username": "Another"}),
        ("/user/me/email", "access_token", {"email": f"other-{user.email}"}),
        ("/model_config/update", "access_token", {"id": model, "name": "Other"}),
        ("/conversation/update", "access_token", {"id": conversation_id, "title": "Other", "pinned": True}),
        ("/model_config/delete", "access_token", {"ids": [model]}),
        ("/conversation/delete", "access_token", {"ids": [conversation_id], "purge": True}),
        ("/user/refresh", "refresh_token", {}),
        ("/user/me/password", "refresh_token", {"new_password": f"{PASSWORD}2", "confirm_password": f"{PASSWORD}2"}),
        ("/user/logout", "refresh_token", {}),
    ]
    for path, token, body in calls:
        with no_writes(server):
            response = client.post(path, token, **body)
            assert (response.status_code, error_code(response)) == (500, "internal_error"), path
            check_error(response.json()["error"])
        response = client.post(path, token, **body)
        assert response.status_code in (200, 204), (path, response.text)
        if token == "refresh_token" and response.content:
            client.sign_in(response)
