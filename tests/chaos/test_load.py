"""Load test: many concurrent replies and idle sockets, without errors, truncated replies or growing memory.

The environment sets its size (see README.md); the results are printed, and written to CHAOS_RESULTS.
"""

import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError

from shared.db.engine import dispose_engine, get_engine, make_engine
from shared.db.models import Message, MessageChunk, WsConnection
from shared.db.session import transaction
from tests.chaos import LONG
from tests.chaos.load import (
    MODEL,
    WHOLE_SECONDS,
    WHOLE_TEXT,
    Account,
    SocketClient,
    SseClient,
    Tally,
    Watch,
    make_accounts,
    open_all,
)
from tests.conftest import empty
from tests.support.function_server import FunctionServer, function_server
from tests.support.mariadb import MariaDbServer
from tests.support.processes import end_with_parent, free_port, is_listening, wait_until

STREAMS, SOCKETS, SECONDS = (200, 1000, 600) if LONG else (20, 50, 15)
STREAMS = int(os.environ.get("CHAOS_STREAMS", STREAMS))
SOCKETS = int(os.environ.get("CHAOS_SOCKETS", SOCKETS))
SECONDS = int(os.environ.get("CHAOS_SECONDS", SECONDS))
# One in this many streams uses a WebSocket, and one in this many idle sockets belongs to a user whose reply streams
# elsewhere.
OVER_WEBSOCKET = 5
WATCHING = 50
POOL_SIZE = 10
# Duration of a fail-over: less than `database_retry_seconds`.
_READ_ONLY_SECONDS = 5
# Growth that the allocator causes by itself.
MB_A_MINUTE = 2

pytestmark = pytest.mark.timeout(SECONDS * 2 + 300)


@dataclass(frozen=True)
class Servers:
    """The two functions with long connections, in separate processes."""

    streaming: FunctionServer
    websocket: FunctionServer
    logs: list[Path] = field(default_factory=list)

    @property
    def pids(self) -> dict[str, int]:
        return {"streaming server": self.streaming.pid, "WebSocket server": self.websocket.pid}

    def complaints(self) -> list[str]:
        """Log lines above the level INFO."""
        lines = [line for log in self.logs for line in log.read_text(encoding="utf-8").splitlines()]
        return [line for line in lines if '"level": "INFO"' not in line]


@pytest.fixture
def model() -> Iterator[str]:
    """The base URL of a model in a separate process, which streams steadily."""
    port = free_port()
    command = [sys.executable, "-m", "tests.support.scripted_provider", "--port", str(port)]
    process = subprocess.Popen(end_with_parent(command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: is_listening(port), timeout=60, what="the model")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def servers(database: Engine, model: str, tmp_path: Path) -> Iterator[Servers]:
    with _running(database.url.render_as_string(hide_password=False), model, tmp_path) as servers:
        yield servers


@contextmanager
def _running(database_url: str, model: str, folder: Path, stale_seconds: int = 7) -> Iterator[Servers]:
    environment = {
        "DATABASE_URL": database_url,
        "DATABASE_POOL_SIZE": str(POOL_SIZE),
        "DEFAULT_MODEL_BASE_URL": model,
        "DEFAULT_MODEL": MODEL,
        # As in production; the tests' own times are shorter.
        "STALE_SECONDS": str(stale_seconds),
        "HEARTBEAT_SECONDS": "2",
        "STOP_POLL_SECONDS": "0.2",
    }
    logs = [folder / "streaming.log", folder / "websocket.log"]
    with ExitStack() as running:
        streaming, websocket = (
            running.enter_context(function_server(f"functions.{name}.app:app", environment, log))
            for name, log in zip(("chat_stream", "websocket"), logs, strict=True)
        )
        yield Servers(streaming, websocket, logs)


@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)
def test_concurrent_streams_and_sockets(servers: Servers, database: Engine) -> None:
    streaming = make_accounts(STREAMS)
    idle = make_accounts(SOCKETS - SOCKETS // WATCHING) + streaming[: SOCKETS // WATCHING]
    database.dispose()  # So that only the servers' connections are counted.
    tally, watch = Tally(), Watch(database, servers.pids)

    try:
        asyncio.run(_load(servers, streaming, idle, tally, watch))
    finally:
        print(*servers.complaints()[:5], sep="\n")  # noqa: T201 - the cause of a lost connection
    figures = _figures(tally, watch)
    print(json.dumps(figures, indent=1))  # noqa: T201 - the results
    _write_down(figures)
    assert not tally.errors, (len(tally.errors), tally.errors[:5])
    assert not servers.complaints(), servers.complaints()[:5]
    assert (tally.refused, tally.resumed) == (0, 0)
    assert tally.most_streaming == STREAMS
    assert min(tally.sent.values()) >= 1
    assert watch.most_connections <= 2 * POOL_SIZE
    _check_what_is_kept(tally, streaming)
    if SECONDS >= 300:  # Before that, memory has not settled.
        assert all(watch.slope(name) < MB_A_MINUTE for name in servers.pids), figures


def test_a_fail_over_in_the_middle_loses_nothing(
    mortal_mariadb: MariaDbServer, mortal_url: str, model: str, tmp_path: Path, settings: Callable[..., None]
) -> None:
    """The primary turns read-only, its connections are cut, and a writable one takes its place."""
    url = mortal_mariadb.new_user(mortal_url)
    settings(DATABASE_URL=url)
    dispose_engine()
    empty(get_engine())
    streaming = make_accounts(STREAMS)
    idle = make_accounts(SOCKETS - SOCKETS // WATCHING) + streaming[: SOCKETS // WATCHING]
    tally = Tally()

    async def fail_over() -> None:
        await asyncio.sleep(SECONDS / 2)
        await asyncio.to_thread(mortal_mariadb.execute, "SET GLOBAL read_only = ON")
        await asyncio.sleep(_READ_ONLY_SECONDS)
        await asyncio.to_thread(_cut_connections, mortal_mariadb)
        await asyncio.to_thread(mortal_mariadb.execute, "SET GLOBAL read_only = OFF")

    # The model repeats its whole script when asked again, so no reply may be taken over for want of a heartbeat.
    with _running(url, model, tmp_path, stale_seconds=60) as servers:
        watch = Watch(make_engine(mortal_url), servers.pids)
        try:
            asyncio.run(_load(servers, streaming, idle, tally, watch, fail_over))
        finally:
            mortal_mariadb.execute("SET GLOBAL read_only = OFF")
        figures = {**_figures(tally, watch), "sends repeated": tally.refused, "resumed": tally.resumed}
        print(json.dumps(figures, indent=1))  # noqa: T201 - the results
        assert not tally.errors, (len(tally.errors), tally.errors[:5])
        assert tally.most_streaming == STREAMS
        _check_what_is_kept(tally, streaming)
    dispose_engine()


def _cut_connections(server: MariaDbServer) -> None:
    query = "SELECT id FROM information_schema.processlist WHERE user LIKE 'writer%'"
    ids = server.query(query)
    for connection_id in ids:
        with suppress(OperationalError):  # It has ended by itself.
            server.execute(f"KILL {connection_id}")


async def _load(
    servers: Servers,
    streaming: list[Account],
    idle: list[Account],
    tally: Tally,
    watch: Watch,
    disturb: Callable[[], Awaitable[None]] | None = None,
) -> None:
    url = f"http://127.0.0.1:{servers.streaming.port}"
    sockets_url = f"ws://127.0.0.1:{servers.websocket.port}/chat/ws/chat"
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx2.AsyncClient(timeout=60, limits=limits, trust_env=False) as http:
        speaking = [SocketClient(sockets_url, account, tally) for account in streaming[::OVER_WEBSOCKET]]
        listening = [SocketClient(sockets_url, account, tally) for account in idle]
        others = [account for n, account in enumerate(streaming) if n % OVER_WEBSOCKET]
        reading = [SseClient(url, account, tally, http) for account in others]
        await open_all([*speaking, *listening])
        stop = asyncio.Event()
        background = [asyncio.create_task(watch.run(stop)), *(asyncio.create_task(one.idle(stop)) for one in listening)]
        deadline = time.monotonic() + SECONDS
        talking = [one.converse for one in speaking] + [one.converse for one in reading]
        disturbing = [disturb()] if disturb else []
        await asyncio.gather(
            *disturbing, *(_start_later(n / len(talking), talk, deadline) for n, talk in enumerate(talking))
        )
        stop.set()
        await asyncio.gather(*background)
        await asyncio.gather(*(one.close() for one in [*speaking, *listening]))


async def _start_later(share: float, talk: Callable[[float], Awaitable[None]], deadline: float) -> None:
    """Spread the starts over a reply's duration; otherwise all replies would start and end together."""
    await asyncio.sleep(share * WHOLE_SECONDS)
    await talk(deadline)


def _check_what_is_kept(tally: Tally, streaming: list[Account]) -> None:
    """Each reply is stored once and complete, and no chunks or connections are left."""
    wait_until(lambda: _count(WsConnection) == 0, what="the connections' rows to go")
    assert _count(MessageChunk) == 0
    with transaction() as session:
        rows = session.execute(
            select(Message.conversation_id, Message.role, Message.status, Message.text, func.count()).group_by(
                Message.conversation_id, Message.role, Message.status, Message.text
            )
        ).all()
    kept = {(conversation_id, role): (status, text, count) for conversation_id, role, status, text, count in rows}
    assert len(kept) == len(rows) == 2 * len(streaming)
    for account in streaming:
        count = tally.sent[account.conversation_id]
        assert kept[account.conversation_id, "user"] == ("completed", "Count, please.", count)
        assert kept[account.conversation_id, "assistant"] == ("completed", WHOLE_TEXT, count)


def _count(table: Any) -> int:
    with transaction() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def _figures(tally: Tally, watch: Watch) -> dict[str, Any]:
    return {
        "streams at once": tally.most_streaming,
        "idle sockets": SOCKETS,
        "seconds": SECONDS,
        "replies, all whole": tally.replies,
        "events": tally.events,
        "events fanned out to idle sockets": tally.frames_told,
        "pings to idle sockets": tally.pings,
        "errors": len(tally.errors),
        "ms to started": _spread(tally.first_event_ms),
        "ms to the first text (the model takes 500)": _spread(tally.first_delta_ms),
        "database connections at most": watch.most_connections,
        "database connections allowed": 2 * POOL_SIZE,
        "memory": {
            name: {
                "MB at the start": round(samples[0][1], 1),
                "MB at the end": round(samples[-1][1], 1),
                "MB a minute, second half": round(watch.slope(name), 2),
            }
            for name, samples in watch.rss.items()
        },
    }


def _spread(values: list[float]) -> dict[str, int]:
    cuts = statistics.quantiles(values, n=100)
    return {"median": round(cuts[49]), "p95": round(cuts[94]), "max": round(max(values))}


def _write_down(figures: dict[str, Any]) -> None:
    path = os.environ.get("CHAOS_RESULTS")
    if not path:
        return
    mariadb = subprocess.run(["mariadbd", "--version"], capture_output=True, text=True, check=True)
    machine = {
        "processors": os.cpu_count(),
        "architecture": platform.machine(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "mariadb": mariadb.stdout.strip(),
    }
    Path(path).write_text(json.dumps({"machine": machine, "load": figures}, indent=2) + "\n", encoding="utf-8")
