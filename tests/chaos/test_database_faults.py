"""Database faults at every important statement: crashes, lost connections, deadlocks, lock timeouts.

After each fault nothing is lost, duplicated or left streaming, and the next request works.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import Connection, Engine, NullPool, create_engine, func, select, text
from sqlalchemy.exc import OperationalError

from functions.websocket.app import app as websocket_app
from shared.db.engine import dispose_engine
from shared.db.models import MessageChunk, WsConnection
from shared.db.repositories import messages
from shared.db.session import transaction
from tests.support.api import Client, error_code
from tests.support.log_watch import log_watch
from tests.support.mariadb import MariaDbServer
from tests.support.processes import serve, wait_until
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish, gate
from tests.support.sockets import Refused, WebSocket
from tests.support.tcp_proxy import TcpProxy

WHOLE = "One two three four."


@pytest.fixture
def database(mortal_database: Engine) -> Engine:
    return mortal_database


def turn_of_four_words(user: Client, provider: ScriptedProvider, conversation_id: str) -> list[dict[str, Any]]:
    """The events of a turn with each word in a group of its own: the model waits until it has been received."""
    words = ("One ", "two ", "three ", "four.")
    provider.enqueue(Script([step for word in words for step in (delta(word), gate(word))]))
    events = []
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        for event in stream.events():
            events.append(event)
            if event["type"] == "delta":
                provider.open_gate(event["text"])
    return events


def stored_text(message: dict[str, Any]) -> str:
    return "".join(part["text"] for part in message["content"])


def check_whole(user: Client, conversation_id: str, replies: int = 1) -> list[dict[str, Any]]:
    """Check that there are this many questions with an ended reply each, and no chunks; returns the messages."""
    wait_until(partial(_ended, user, conversation_id), what="every reply's end")
    history = user.history(conversation_id)
    assert [message["role"] for message in history] == ["user", "assistant"] * replies
    with transaction() as session:
        assert session.scalars(select(func.count()).select_from(MessageChunk)).one() == 0
    return history


def _ended(user: Client, conversation_id: str) -> bool:
    return all(message["status"] != "streaming" for message in user.history(conversation_id))


# Lost connections.


@pytest.mark.parametrize("answered", [False, True], ids=["before", "answer"])
@pytest.mark.parametrize(("words", "skip"), [(b"INSERT INTO messages", 0), (b"COMMIT", 0)], ids=["rows", "commit"])
def test_a_repeated_send_after_a_disconnect_is_stored_once(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    network: TcpProxy,
    words: bytes,
    skip: int,
    answered: bool,
) -> None:
    user.headers["Idempotency-Key"] = str(uuid4())
    (network.cut_answer if answered else network.cut_before)(words, skip)
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        assert (stream.status, stream.error()["code"]) == (503, "unavailable")
    assert network.cuts_made == 1

    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    assert (events[0]["type"], events[-1]["type"]) == ("started", "completed")
    question, answer = check_whole(user, conversation_id)
    assert stored_text(question) == "Hi"
    # Also where the rows were stored without a process that runs their turn.
    assert answer["status"] == events[-1]["status"] == "completed"
    del user.headers["Idempotency-Key"]
    assert user.turn("/chat/send", conversation_id=conversation_id, message="Again")[-1]["status"] == "completed"


@pytest.mark.parametrize("answered", [False, True], ids=["before", "answer"])
@pytest.mark.parametrize(
    ("words", "skip"),
    [
        (b"INSERT INTO message_chunks", 0),
        (b"INSERT INTO message_chunks", 2),
        (b"COMMIT", 1),  # The first chunk's; the first COMMIT is that of the prepared rows.
        (b"COMMIT", 3),
        (b"UPDATE conversations SET updated_at", 0),
        (b"DELETE FROM message_chunks", 0),
        (b"COMMIT", 5),  # The one at the end of the reply.
    ],
)
def test_a_reply_survives_a_lost_database_connection(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    network: TcpProxy,
    settings: Callable[..., None],
    words: bytes,
    skip: int,
    answered: bool,
) -> None:
    # Without the transactions of heartbeats and stop checks, the numbers of the others are known.
    settings(STOP_POLL_SECONDS="60", HEARTBEAT_SECONDS="60", STALE_SECONDS="120")
    (network.cut_answer if answered else network.cut_before)(words, skip)
    events = turn_of_four_words(user, provider, conversation_id)

    assert network.cuts_made == 1
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert "".join(event.get("text", "") for event in events) == WHOLE
    assert events[-1]["status"] == "completed"
    _, answer = check_whole(user, conversation_id)
    assert (stored_text(answer), answer["status"]) == (WHOLE, "completed")
    assert user.turn(f"/chat/resume/{answer['id']}", after=0) == events


def test_followers_of_a_reply_survive_a_lost_database_connection(
    user: Client, provider: ScriptedProvider, conversation_id: str, network: TcpProxy
) -> None:
    provider.enqueue(Script([delta("Before. "), gate("cut"), delta("After."), finish()]))
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        message_id = stream.next_event()["assistant_message_id"]
    with user.stream(f"/chat/resume/{message_id}", after=0) as stream:
        events = stream.events()
        assert [next(events)["type"], next(events)["type"]] == ["started", "delta"]
        network.cut_before(b"SELECT messages")
        wait_until(lambda: network.cuts_made == 1, what="the cut")
        provider.open_gate("cut")
        assert [event.get("text", event["type"]) for event in events] == ["After.", "completed"]


# Conflicting transactions.


@contextmanager
def other_instance(database: Engine) -> Iterator[Connection]:
    """A transaction of another instance."""
    engine = create_engine(database.url, isolation_level="READ COMMITTED")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def status(connection: Connection, name: str) -> int:
    """A status variable of the server."""
    return int(connection.execute(text("SHOW GLOBAL STATUS LIKE :name"), {"name": name}).one()[1])


def waiting(connection: Connection) -> int:
    """The number of transactions that wait for a lock."""
    return status(connection, "Innodb_row_lock_current_waits")


def rollbacks() -> int:
    return sum("was rolled back, retrying" in line for line in log_watch().lines())


def test_a_request_rolled_back_by_a_deadlock_is_retried(
    user: Client, provider: ScriptedProvider, conversation_id: str, database: Engine
) -> None:
    user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    with ThreadPoolExecutor() as pool, other_instance(database) as other, other_instance(database) as observer:
        before = status(observer, "Innodb_deadlocks")
        # The server rolls back the transaction that has written less.
        other.execute(text("INSERT INTO object_deletions SELECT CONCAT('d', seq), NOW() FROM seq_1_to_1000"))
        other.execute(text("UPDATE messages SET model = 'other' WHERE conversation_id = :id"), {"id": conversation_id})
        deletion = pool.submit(user.post, "/conversation/delete", purge=True, ids=[conversation_id])
        wait_until(partial(waiting, observer), what="the deletion to wait")
        other.execute(text("UPDATE conversations SET title = 'other' WHERE id = :id"), {"id": conversation_id})
        other.commit()
        assert deletion.result().json() == {"deleted": 1}
        assert status(observer, "Innodb_deadlocks") > before
    assert user.get("/conversation").json()["items"] == []


def test_a_request_with_a_lock_timeout_is_retried(
    user: Client, conversation_id: str, settings: Callable[..., None], database: Engine
) -> None:
    before = rollbacks()
    with ThreadPoolExecutor() as pool, other_instance(database) as other:
        other.execute(text("SELECT id FROM conversations WHERE id = :id FOR UPDATE"), {"id": conversation_id})
        change = pool.submit(user.post, "/conversation/update", id=conversation_id, title="Mine")
        wait_until(lambda: rollbacks() > before, what="the first try to end")
        other.rollback()
        assert change.result().json()["title"] == "Mine"


def test_a_lock_that_is_never_released_is_an_error_of_the_contract(
    user: Client, conversation_id: str, database: Engine
) -> None:
    with other_instance(database) as other:
        other.execute(text("SELECT id FROM conversations WHERE id = :id FOR UPDATE"), {"id": conversation_id})
        answer = user.post("/conversation/update", id=conversation_id, title="Mine")
        assert (answer.status_code, error_code(answer)) == (500, "internal_error")
        other.rollback()
    assert user.post("/conversation/update", id=conversation_id, title="Mine").status_code == 200


def test_deleting_a_conversation_as_its_reply_ends_does_not_deadlock(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    database: Engine,
    settings: Callable[..., None],
) -> None:
    settings(HEARTBEAT_SECONDS="60", STALE_SECONDS="120")  # So that only the end of the reply waits for the lock.
    provider.enqueue(Script([delta("Hi"), gate("end"), finish()]))
    with (
        ThreadPoolExecutor() as pool,
        other_instance(database) as other,
        other_instance(database) as observer,
        user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream,
    ):
        before = status(observer, "Innodb_deadlocks")
        events = stream.events()
        message_id = next(events)["assistant_message_id"]
        assert next(events)["text"] == "Hi"
        # The end and the deletion both start while the reply's row is locked.
        other.execute(text("SELECT id FROM messages WHERE id = :id FOR UPDATE"), {"id": message_id})
        provider.open_gate("end")
        wait_until(partial(waiting, observer), what="the end to wait")
        deletion = pool.submit(user.post, "/conversation/delete", purge=True, ids=[conversation_id])
        wait_until(lambda: waiting(observer) == 2, what="the deletion to wait")
        other.rollback()
        assert deletion.result().json() == {"deleted": 1}
        assert status(observer, "Innodb_deadlocks") == before


# A reply that ends while it is read.


@pytest.mark.parametrize("lookup", ["newest_chunk_at", "list_chunks"])
def test_a_reply_that_ends_between_two_statements_of_a_reader_is_shown_complete(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    settings: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    lookup: str,
) -> None:
    """Its chunks are deleted then, which must not count as a missing heartbeat."""
    settings(STALE_SECONDS="0" if lookup == "newest_chunk_at" else "60")
    provider.enqueue(Script([delta("Before. "), gate("look"), delta("After."), finish()]))
    find = getattr(messages, lookup)
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        events = stream.events()
        message_id = next(events)["assistant_message_id"]
        assert next(events)["text"] == "Before. "

        def find_after_the_end(*arguments: Any) -> Any:
            provider.open_gate("look")
            assert list(events)[-1]["status"] == "completed"
            monkeypatch.setattr(messages, lookup, find)
            return find(*arguments)

        monkeypatch.setattr(messages, lookup, find_after_the_end)
        if lookup == "newest_chunk_at":
            assert user.turn(f"/chat/resume/{message_id}", after=2)[-1]["status"] == "completed"
        answer = user.history(conversation_id)[1]
        assert (stored_text(answer), answer["status"]) == ("Before. After.", "completed")


# A killed server.


@contextmanager
def without_database(server: MariaDbServer) -> Iterator[None]:
    server.kill()
    try:
        yield
    finally:
        server.start()


@dataclass
class RetryingClient:
    """A client that retries refused requests, and records the text that it received."""

    client: Client
    conversation_id: str
    shown: dict[str, dict[str, str]] = field(default_factory=dict)
    refused: int = 0

    def talk(self, stop: threading.Event) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            self._say(f"Message {number}")

    def _say(self, message: str) -> None:
        self.client.headers = {"Idempotency-Key": str(uuid4())}
        while not self._is_taken(message):
            self.refused += 1

    def _is_taken(self, message: str) -> bool:
        with self.client.stream("/chat/send", conversation_id=self.conversation_id, message=message) as stream:
            if stream.status != 200:
                assert (stream.status, stream.error()["code"]) == (503, "unavailable")
                return False
            with suppress(httpx2.HTTPError):  # The stream broke off.
                for event in stream.events():
                    self._note(event, message)
            return True

    def _note(self, event: dict[str, Any], message: str) -> None:
        if event["type"] == "started":
            self.shown.setdefault(event["assistant_message_id"], {"question": message, "text": ""})
        elif event["type"] == "delta":
            self.shown[event["message_id"]]["text"] += event["text"]


@pytest.mark.timeout(300)
def test_mariadb_is_killed_and_comes_back_under_traffic(
    new_user: Callable[[], Client], provider: ScriptedProvider, mortal_mariadb: MariaDbServer
) -> None:
    talkers = []
    for _ in range(6):
        client = new_user()
        talkers.append(RetryingClient(client, client.post("/conversation/create").json()["id"]))
    stop = threading.Event()
    with ThreadPoolExecutor() as pool:
        talking = [pool.submit(talker.talk, stop) for talker in talkers]
        try:
            for _ in range(2):
                before = sum(len(talker.shown) for talker in talkers)
                wait_until(partial(_has_grown, talkers, before + 12), timeout=60, what="traffic")
                refused = sum(talker.refused for talker in talkers)
                with without_database(mortal_mariadb):
                    wait_until(partial(_is_refused, talkers, refused), timeout=60, what="a request to meet no database")
        finally:
            stop.set()
        for one in talking:
            one.result()
    for talker in talkers:
        _check_nothing_lost_or_doubled(talker)


def _has_grown(talkers: list[RetryingClient], to: int) -> bool:
    return sum(len(talker.shown) for talker in talkers) >= to


def _is_refused(talkers: list[RetryingClient], before: int) -> bool:
    return sum(talker.refused for talker in talkers) > before


def _check_nothing_lost_or_doubled(talker: RetryingClient) -> None:
    talker.client.headers = {}
    for message in talker.client.history(talker.conversation_id):
        # The process of its turn gave up: its next reader goes on with it.
        if message["status"] == "streaming":
            talker.client.turn(f"/chat/resume/{message['id']}", after=0)
    wait_until(partial(_ended, talker.client, talker.conversation_id), what="every reply's end")
    pages: list[dict[str, Any]] = []
    cursor = None
    while cursor or not pages:
        page = talker.client.get(f"/chat/{talker.conversation_id}", limit=200, **({"cursor": cursor} if cursor else {}))
        pages += page.json()["items"]
        cursor = page.json()["next_cursor"]
    kept = {message["id"]: message for message in pages}
    questions = [stored_text(message) for message in pages if message["role"] == "user"]
    assert questions == [f"Message {n}" for n in range(1, len(questions) + 1)]
    replies = [message for message in pages if message["role"] == "assistant"]
    assert len(replies) == len(questions)
    for message_id, shown in talker.shown.items():
        assert stored_text(kept[kept[message_id]["parent_id"]]) == shown["question"]
        assert stored_text(kept[message_id]).startswith(shown["text"])
    assert talker.client.turn("/chat/send", conversation_id=talker.conversation_id, message="Last")[-1]["seq"] > 1


# Connection limit of the server.


def test_a_request_without_a_database_connection_fails_and_logs_the_cause(
    user: Client, conversation_id: str, database: Engine, mortal_mariadb: MariaDbServer
) -> None:
    others = text("SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> connection_id()")
    with other_instance(database) as other, ExitStack() as held:
        before = other.execute(text("SELECT @@max_connections")).scalar_one()
        held.callback(other.execute, text(f"SET GLOBAL max_connections = {before}"))
        other.execute(text("SET GLOBAL max_connections = 10"))  # The minimum.
        dispose_engine()
        # The server notices a little later that a connection was closed.
        wait_until(lambda: other.execute(others).scalar_one() == 0, what="the end of the other connections")
        hoarder = create_engine(database.url, poolclass=NullPool)
        with suppress(OperationalError):
            while True:
                held.enter_context(hoarder.connect())
        logged = len(log_watch().lines())

        def says_why() -> bool:
            answer = user.get("/conversation")
            assert (answer.status_code, error_code(answer)) == (503, "unavailable")
            # The text that the CLS alarm matches (infra/tencent/logs.py).
            return any(
                '"exception"' in line and "Too many connections" in line for line in log_watch().lines()[logged:]
            )

        # The server may close the socket before its error is read.
        assert any(says_why() for _ in range(20))
    assert [one["id"] for one in user.get("/conversation").json()["items"]] == [conversation_id]


# WebSocket connections.


@pytest.fixture
def socket_url(database: Engine) -> Iterator[str]:
    with serve(websocket_app, lifespan="on") as url:
        yield url.replace("http", "ws", 1) + "/chat/ws/chat"


def open_connections() -> int:
    with transaction() as session:
        return session.scalars(select(func.count()).select_from(WsConnection)).one()


def test_a_handshake_without_a_database_is_refused_and_the_next_one_succeeds(
    user: Client, socket_url: str, mortal_mariadb: MariaDbServer
) -> None:
    mortal_mariadb.kill()
    with pytest.raises(Refused) as refused:
        WebSocket(socket_url, user.tokens["access_token"])
    assert refused.value.status == 503
    mortal_mariadb.start()
    socket = WebSocket(socket_url, user.tokens["access_token"])
    socket.send(type="ping")
    assert socket.receive() == {"type": "pong"}
    socket.close()
    wait_until(lambda: open_connections() == 0, what="the connection's row to go")


def test_a_connection_that_ends_while_the_database_is_down_leaves_no_row(
    user: Client, socket_url: str, mortal_mariadb: MariaDbServer
) -> None:
    socket = WebSocket(socket_url, user.tokens["access_token"])
    assert open_connections() == 1
    mortal_mariadb.kill()
    socket.close()
    mortal_mariadb.start()
    wait_until(lambda: open_connections() == 0, what="the connection's row to go")


def test_a_reply_over_a_socket_survives_a_database_restart(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    socket_url: str,
    mortal_mariadb: MariaDbServer,
    settings: Callable[..., None],
) -> None:
    settings(STALE_SECONDS="60")  # Longer than the restart of the server on a busy machine.
    provider.enqueue(Script([delta("Before. "), gate("killed"), delta("After."), finish()]))
    socket, other = (WebSocket(socket_url, user.tokens["access_token"]) for _ in range(2))
    socket.send(type="send", conversation_id=conversation_id, message="Hi", request_id="r")
    assert [socket.receive()["type"], socket.receive()["type"]] == ["started", "delta"]
    assert [other.receive()["type"], other.receive()["type"]] == ["started", "delta"]
    mortal_mariadb.kill()
    provider.open_gate("killed")
    mortal_mariadb.start()
    for one in (socket, other):
        assert one.receive()["text"] == "After."
        assert one.receive()["status"] == "completed"
        one.close()
    _, answer = check_whole(user, conversation_id)
    assert stored_text(answer) == "Before. After."


# Fail-over.


def retries_logged() -> int:
    return sum("the database is unreachable" in line for line in log_watch().lines())


def test_a_reply_goes_on_when_its_database_turns_read_only(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    database: Engine,
    mortal_mariadb: MariaDbServer,
    settings: Callable[..., None],
) -> None:
    """As a former primary does after a fail-over: the ping of its connections succeeds, and writes are refused."""
    settings(DATABASE_URL=mortal_mariadb.new_user(str(database.url.render_as_string(hide_password=False))))
    dispose_engine()
    provider.enqueue(Script([delta("One "), gate("read-only"), delta("two "), delta("three."), finish()]))
    with ExitStack() as stack:
        stack.callback(mortal_mariadb.execute, "SET GLOBAL read_only = OFF")
        stream = stack.enter_context(user.stream("/chat/send", conversation_id=conversation_id, message="Hi"))
        events = stream.events()
        assert [next(events)["type"], next(events)["text"]] == ["started", "One "]
        before = retries_logged()
        mortal_mariadb.execute("SET GLOBAL read_only = ON")
        provider.open_gate("read-only")
        wait_until(lambda: retries_logged() > before, what="a refused write")
        mortal_mariadb.execute("SET GLOBAL read_only = OFF")
        rest = list(events)
    assert rest[-1]["type"] == "completed"
    _, answer = check_whole(user, conversation_id)
    assert stored_text(answer) == "One two three."


def test_a_connect_is_retried_while_the_database_starts(
    user: Client, database: Engine, mortal_mariadb: MariaDbServer, settings: Callable[..., None]
) -> None:
    settings(DATABASE_WAKE_SECONDS="60")
    dispose_engine()
    mortal_mariadb.kill()
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(user.get, "/user/me")
        mortal_mariadb.start()
        assert answer.result().status_code == 200


def test_a_database_that_stays_away_is_unavailable(
    user: Client, database: Engine, mortal_mariadb: MariaDbServer
) -> None:
    mortal_mariadb.kill()
    try:
        answer = user.get("/user/me")
    finally:
        mortal_mariadb.start()
    assert (answer.status_code, error_code(answer)) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
