"""Test stacks of the benchmarks: databases filled in bulk, and the product's server, its floor and a model, each in a
separate process."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert

from infra.migrations.migrate import upgrade
from shared.auth.tokens import issue_access_token
from shared.db.engine import make_engine
from shared.db.models import Conversation, Message, RefreshToken, User
from shared.ids import new_id
from tests.support.environment import ENVIRONMENT
from tests.support.processes import end_with_parent, free_port, is_listening, wait_until

ROOT = Path(__file__).resolve().parents[2]
_ROWS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Account:
    user_id: str
    token: str

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass
class Database:
    """A migrated database and rows for it."""

    url: str
    engine: Engine

    def add(self, model: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        with self.engine.begin() as connection:
            for start in range(0, len(rows), _ROWS_AT_ONCE):
                connection.execute(insert(model), rows[start : start + _ROWS_AT_ONCE])

    def new_account(self) -> Account:
        """A new user with a login."""
        user_id, family_id, now = new_id(), new_id(), datetime.now(timezone.utc)
        self.add(User, [{"id": user_id, "email": user_id, "username": "Some One", "password_hash": "-"}])
        login = {"id": new_id(), "user_id": user_id, "family_id": family_id, "token_hash": "-"}
        self.add(RefreshToken, [{**login, "expires_at": now + timedelta(days=1)}])
        return Account(user_id, issue_access_token(user_id, "free", family_id, now))

    def new_conversation(self, account: Account, turns: int = 0, text: str = "What is said in a turn.") -> str:
        """A new conversation with a single branch of `turns` questions and answers."""
        conversation_id, ids = new_id(), [new_id() for _ in range(2 * turns)]
        leaf = ids[-1] if ids else None
        row = {"id": conversation_id, "user_id": account.user_id, "active_leaf_id": leaf, "title": "A conversation"}
        self.add(Conversation, [row])
        messages = [
            {
                "id": message_id,
                "conversation_id": conversation_id,
                "user_id": account.user_id,
                "parent_id": ids[number - 1] if number else None,
                "role": "assistant" if number % 2 else "user",
                "text": text,
                "status": "completed",
            }
            for number, message_id in enumerate(ids)
        ]
        self.add(Message, messages)
        return conversation_id


@contextmanager
def database(url: str) -> Iterator[Database]:
    engine = make_engine(url, pool_size=2)
    upgrade(engine)
    try:
        yield Database(url, engine)
    finally:
        engine.dispose()


@contextmanager
def process(command: Sequence[str], port: int, **environ: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a server; returns when it listens on `port`. Its log is written and discarded."""
    started = subprocess.Popen(
        end_with_parent(command),
        cwd=ROOT,
        env={**ENVIRONMENT, "PATH": os.environ["PATH"], "PORT": str(port), **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: started.poll() is not None or is_listening(port), timeout=60, what=" ".join(command))
        if started.poll() is not None:
            raise RuntimeError(f"did not start: {' '.join(command)}")
        yield started
    finally:
        started.terminate()
        started.wait(20)


@contextmanager
def model_server() -> Iterator[str]:
    """The base URL of a model server."""
    port = free_port()
    with process([sys.executable, "-m", "tests.bench.provider", "--port", str(port)], port):
        yield f"http://127.0.0.1:{port}"


def model_settings(model_url: str, model: str = "1") -> Mapping[str, str]:
    """The settings that make it a function's default model."""
    return {"DEFAULT_MODEL_BASE_URL": f"{model_url}/v1", "DEFAULT_MODEL": model, "DEFAULT_MODEL_API_KEY": "a-key"}


@dataclass(frozen=True)
class Server:
    url: str
    pid: int

    def cpu_seconds(self) -> float:
        """Processor time since its start, of all its threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def stream_server(database_url: str, model_url: str) -> Iterator[Server]:
    """The streaming function, started as in the clouds, with the connection pool of a server for many streams (`make
    dev`, SCF) and `tests.bench.provider` as its default model."""
    port = free_port()
    environ = {
        "DATABASE_URL": database_url,
        **model_settings(model_url),
        # As in production; the tests' own times are shorter.
        "STALE_SECONDS": "7",
        "HEARTBEAT_SECONDS": "2",
        "STOP_POLL_SECONDS": "0.2",
    }
    with process(["sh", "functions/chat_stream/run.sh"], port, **environ) as started:
        yield Server(f"http://127.0.0.1:{port}", started.pid)


@contextmanager
def minimal_server(database_url: str, model_url: str) -> Iterator[Server]:
    """The floor of a turn (`tests.bench.minimal_turn`) under the same uvicorn."""
    port = free_port()
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--log-level", "warning"]
    command = [sys.executable, "-m", "uvicorn", "tests.bench.minimal_turn:app", *options]
    with process(command, port, DATABASE_URL=database_url, MODEL_URL=model_url) as started:
        yield Server(f"http://127.0.0.1:{port}", started.pid)


@contextmanager
def passing_server(model_url: str) -> Iterator[Server]:
    """uvicorn with an app that passes the model's bytes through: the floor of a streaming server."""
    port = free_port()
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--log-level", "warning"]
    command = [sys.executable, "-m", "uvicorn", "tests.bench.passing:app", *options]
    with process(command, port, MODEL_URL=model_url) as started:
        yield Server(f"http://127.0.0.1:{port}", started.pid)
