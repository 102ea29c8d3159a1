"""Capacity calculation: what a number of turns a day needs in each cloud, `python -m tests.bench.scale`.

An estimate from `results.json`, not a measurement: the distribution over a day and the shape of a turn are assumed
here; prices and other usage come from `infra.costs`. It names the limit that is reached first, and the remedy. A limit
cites the platform's document, or is marked as assumed: a database's write capacity depends on its size.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.costs.__main__ import cost
from infra.costs.usage import CALLS_PER_TURN, DAYS_A_MONTH, EVENTS_PER_SECOND, TURNS, idle_month, thousand_turns

RESULTS = Path(__file__).with_name("results.json")
TURN = next(turn for turn in TURNS if turn.name == "usual")
TURNS_A_DAY = (100, 10_000, 1_000_000)
SECONDS_A_DAY = 86_400
# Turns of the busiest hour, as a multiple of an average one.
PEAK = 4
# Seconds for which a call other than a turn occupies an instance: most take milliseconds, a title waits for a model.
CALL_INSTANCE_SECONDS = 0.5
# Streams per instance, as in serverless.yml and infra.tencent.service.
STREAMS_PER_INSTANCE = {"aws": 1, "tencent": 20}


@dataclass(frozen=True)
class Limit:
    """A limit (`most`) of a resource on a cloud, and the remedy.

    `source`: the platform's document, or the file that sets it; empty if assumed.
    """

    cloud: str
    what: str
    most: float
    then: str
    source: str = ""


_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
_API_GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"
# Connections by capacity: 1,000 at 8 units, the limit in infra/aws/database/cluster.yml.
_AURORA = (
    "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/"
    "aurora-serverless-v2.setting-capacity.html#aurora-serverless-v2.max-connections"
)
# 128,000 MB in Guangzhou, Shanghai, Beijing, Chengdu and Hong Kong, half of that elsewhere; an instance uses its
# `memorySize`, 512 MB.
_SCF = "https://cloud.tencent.com/document/product/583/11637"
_SCF_MEGABYTES, _INSTANCE_MEGABYTES = 128_000, 512
LIMITS = (
    Limit("aws", "instances", 1_000, "ask for a higher quota of concurrent executions; new ones have less", _LAMBDA),
    Limit("aws", "calls a second", 500, "raise requestsPerSecond, up to the account's 10,000", "serverless.yml"),
    Limit(
        "aws",
        "gateway requests a second",
        10_000,
        "ask for a higher quota, or let clients take events over SSE: a frame is a request, a stream is one",
        _API_GATEWAY,
    ),
    Limit(
        "aws",
        "connections",
        1_000,
        "raise MaxCapacity in infra/aws/database/cluster.yml (16 units take 2,000), or DATABASE=proxy",
        _AURORA,
    ),
    # Single-row inserts on 8 units, committed one by one.
    Limit("aws", "writes a second", 10_000, "raise MaxCapacity, then a second database by user id"),
    Limit(
        "tencent",
        "instances",
        _SCF_MEGABYTES / _INSTANCE_MEGABYTES,
        "buy a larger quota of concurrency (a function package)",
        _SCF,
    ),
    # The operator's own database has its own limits: these are of one with 4 processors.
    Limit("tencent", "connections", 1_000, "a larger database, its proxy, or a smaller DATABASE_POOL_SIZE"),
    Limit("tencent", "writes a second", 10_000, "a larger database, then a second one by user id"),
)


@dataclass(frozen=True)
class Load:
    """Load of the busiest hour; costs of an average month."""

    cloud: str
    turns_a_day: int
    streams: float
    needs: dict[str, float]
    money_a_month: float

    def used(self) -> list[tuple[Limit, float]]:
        """Utilization of each limit, highest first; 1 is fully used."""
        limits = [limit for limit in LIMITS if limit.cloud == self.cloud]
        return sorted(((limit, self.needs[limit.what] / limit.most) for limit in limits), key=lambda pair: -pair[1])


def load_of(cloud: str, turns_a_day: int, statements_per_turn: float) -> Load:
    """`statements_per_turn`: as measured, without those of the groups of tokens."""
    turns_a_second = turns_a_day / SECONDS_A_DAY * PEAK
    streams = turns_a_second * TURN.seconds
    calls = turns_a_second * (CALLS_PER_TURN + 1)
    stream_instances = streams / STREAMS_PER_INSTANCE[cloud]
    call_instances = calls * CALL_INSTANCE_SECONDS
    instances = max(1.0, stream_instances) + call_instances
    return Load(
        cloud=cloud,
        turns_a_day=turns_a_day,
        streams=streams,
        needs={
            "instances": instances,
            "calls a second": calls,
            # With all clients on WebSockets, the highest load. SCF's function URLs have no such quota.
            "gateway requests a second": calls + streams * EVENTS_PER_SECOND,
            # An instance for one call has one connection; one for many streams has one per two streams.
            "connections": instances if cloud == "aws" else streams / 2 + call_instances,
            "writes a second": turns_a_second * (statements_per_turn + TURN.seconds * EVENTS_PER_SECOND),
        },
        money_a_month=cost(cloud, idle_month(cloud))
        + cost(cloud, thousand_turns(cloud, TURN)) * turns_a_day / 1000 * DAYS_A_MONTH,
    )


def table(loads: Sequence[Load]) -> str:
    """Markdown table: the load of each cloud, and the limit that is reached first."""
    needs = ("instances", "connections", "writes a second", "gateway requests a second")
    columns = ["cloud", "turns a day", "streams at once", *needs, "a month, USD", "first to break"]
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    for load in loads:
        limit, used = load.used()[0]
        numbers = [load.streams, *(load.needs[need] for need in needs)]
        cells = [f"{number:,.0f}" if number >= 10 else f"{number:.1f}" for number in numbers]
        first = f"{limit.what}, {used:.0%} of {_most(limit)}: {limit.then}"
        lines.append(
            f"| {load.cloud} | {load.turns_a_day:,} | {' | '.join(cells)} | {load.money_a_month:,.0f} | {first} |"
        )
    return "\n".join(lines)


def limits_table(loads: Sequence[Load]) -> str:
    """Markdown table: each limit, its utilization by number of turns, and its source."""
    turns = sorted({load.turns_a_day for load in loads})
    columns = ["cloud", "limit", *(f"used at {number:,} turns a day" for number in turns), "source"]
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    by_load = {(load.cloud, load.turns_a_day): dict(load.used()) for load in loads}
    for limit in LIMITS:
        used = [f"{by_load[limit.cloud, number][limit]:.1%}" for number in turns]
        source = limit.source or "**assumed**"
        lines.append(f"| {limit.cloud} | {_most(limit)} {limit.what} | {' | '.join(used)} | {source} |")
    return "\n".join(lines)


def _most(limit: Limit) -> str:
    return f"{limit.most:,.0f}" + ("" if limit.source else " (assumed)")


def measured_statements() -> float:
    """Statements of a turn without its groups, from the last run."""
    figures = json.loads(RESULTS.read_text(encoding="utf-8"))["figures"]
    cases = {figure["case"]: figure["value"] for figure in figures if figure["what"] == "database statements of a turn"}
    return float(cases["prepare"] + cases["finish"])


if __name__ == "__main__":
    statements = measured_statements()
    results = [load_of(cloud, turns, statements) for cloud in STREAMS_PER_INSTANCE for turns in TURNS_A_DAY]
    print(table(results), limits_table(results), sep="\n\n")
