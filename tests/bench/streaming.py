"""Fifty concurrent replies through one streaming process: tokens per second, processor time, latency of each token."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from tests.bench.client import HttpConnection
from tests.bench.figures import Figure, at_most, percentile
from tests.bench.stacks import Database, Server, model_server, passing_server, stream_server

STREAMS, TOKENS_A_SECOND = 50, 100


@dataclass(frozen=True)
class _Run:
    tokens: int
    seconds: float
    cpu_seconds: float
    # Milliseconds from the provider to the client.
    delays: Sequence[float]
    first_delays: Sequence[float]


Request = tuple[Mapping[str, str], str, Mapping[str, Any]]


def _run(server: Server, requests: Sequence[Request]) -> _Run:
    async def all_of_them() -> list[Sequence[float]]:
        connections = [await HttpConnection(server.url, headers).open() for headers, _, _ in requests]
        return await asyncio.gather(
            *(connection.delays(path, body) for connection, (_, path, body) in zip(connections, requests, strict=True))
        )

    cpu, started = server.cpu_seconds(), time.monotonic()
    delays = asyncio.run(all_of_them())
    return _Run(
        tokens=sum(map(len, delays)),
        seconds=time.monotonic() - started,
        cpu_seconds=server.cpu_seconds() - cpu,
        delays=[delay for stream in delays for delay in stream],
        first_delays=[stream[0] for stream in delays],
    )


def measure(database: Database, *, quick: bool) -> Iterator[Figure]:
    seconds = 2 if quick else 12
    model = f"{TOKENS_A_SECOND * seconds}@{TOKENS_A_SECOND}"
    accounts = [database.new_account() for _ in range(STREAMS)]

    def ours(count: int) -> list[Request]:
        return [
            (
                account.headers,
                "/chat/send",
                {"conversation_id": database.new_conversation(account), "message": "Hello", "model": model},
            )
            for account in accounts[:count]
        ]

    with ExitStack() as running:
        model_url = running.enter_context(model_server())
        server = running.enter_context(stream_server(database.url, model_url))
        passing = running.enter_context(passing_server(model_url))
        direct: Request = ({}, "/v1/chat/completions", {"model": model})
        _run(server, ours(1))
        one = _run(server, ours(1))
        fifty = _run(server, ours(STREAMS))
        floor = _run(passing, [direct] * STREAMS)
    what = f"{STREAMS} streams of {TOKENS_A_SECOND} tokens/s through one process"
    rate, floor_rate = fifty.tokens / fifty.seconds, floor.tokens / floor.seconds
    yield Figure(what, "tokens a second", rate, "tokens/s", floor_rate, "≥ 80 % of the floor", rate >= 0.8 * floor_rate)
    yield Figure(what, "processor time per 1,000 tokens", _cost(fifty), "ms", _cost(floor))
    delay = "latency of a token, provider to client (groups of 100 ms)"
    for name, run in (("1 stream", one), (f"{STREAMS} streams", fifty)):
        yield at_most(delay, f"{name}, p50", percentile(run.delays, 50), "ms", 60)
        yield at_most(delay, f"{name}, p95", percentile(run.delays, 95), "ms", 120)
        yield Figure(delay, f"{name}, first token, p50", percentile(run.first_delays, 50), "ms")


def _cost(run: _Run) -> float:
    return run.cpu_seconds * 1e6 / run.tokens
