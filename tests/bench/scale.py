"""What a number of turns a day asks of each cloud, from the figures of `results.json`: `python -m tests.bench.scale`.

Arithmetic, not a measurement: the shape of a day and of a turn are assumed here, prices and the rest of a turn's
usage are those of `infra.costs`. It names what gives way first, and what to do then.
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
# The busiest hour of a day has this many times the turns of an average one.
PEAK = 4
# serverless.yml and infra.tencent.service: streams that one instance takes.
STREAMS_PER_INSTANCE = {"aws": 1, "tencent": 20}


@dataclass(frozen=True)
class Limit:
    """`most` of what, on which cloud, and what to do when it is reached."""

    cloud: str
    what: str
    most: float
    then: str


LIMITS = (
    Limit("aws", "instances", 1_000, "ask for a higher quota of concurrent executions (1,000 in a new account)"),
    Limit("aws", "calls a second", 100, "raise requestsPerSecond in serverless.yml, the gateway's own limit is 10,000"),
    Limit(
        "aws", "connections", 1_000, "put RDS Proxy before the database, or run streams where an instance takes many"
    ),
    Limit("aws", "writes a second", 5_000, "raise the database's largest capacity, then a second one by user id"),
    Limit("tencent", "instances", 128, "ask for a higher quota of concurrency (128 GB of running functions)"),
    Limit("tencent", "connections", 1_000, "lower DATABASE_POOL_SIZE, or use TDSQL-C's proxy"),
    Limit("tencent", "writes a second", 5_000, "raise the database's largest capacity, then a second one by user id"),
)


@dataclass(frozen=True)
class Load:
    """Of the busiest hour, but the money, which is of an average month."""

    cloud: str
    turns_a_day: int
    streams: float
    needs: dict[str, float]
    gateway_messages_a_second: float
    money_a_month: float

    def first_to_break(self) -> tuple[Limit, float]:
        """The limit that is nearest, and how much of it is used: 1 is all of it."""
        limits = [limit for limit in LIMITS if limit.cloud == self.cloud]
        return max(((limit, self.needs[limit.what] / limit.most) for limit in limits), key=lambda pair: pair[1])


def load_of(cloud: str, turns_a_day: int, statements_per_turn: float) -> Load:
    """`statements_per_turn`: those around the groups of tokens, as measured."""
    turns_a_second = turns_a_day / SECONDS_A_DAY * PEAK
    streams = turns_a_second * TURN.seconds
    calls = turns_a_second * (CALLS_PER_TURN + 1)
    stream_instances = streams / STREAMS_PER_INSTANCE[cloud]
    # Other calls are over in a moment; what they keep is warm instances, about one for each a second.
    instances = max(1.0, stream_instances) + calls
    return Load(
        cloud=cloud,
        turns_a_day=turns_a_day,
        streams=streams,
        needs={
            "instances": instances,
            "calls a second": calls,
            # An instance that takes one call has one connection; one of many streams has one for every two.
            "connections": instances if cloud == "aws" else stream_instances * STREAMS_PER_INSTANCE[cloud] / 2 + calls,
            "writes a second": turns_a_second * (statements_per_turn + TURN.seconds * EVENTS_PER_SECOND),
        },
        gateway_messages_a_second=streams * EVENTS_PER_SECOND,
        money_a_month=cost(cloud, idle_month(cloud))
        + cost(cloud, thousand_turns(cloud, TURN)) * turns_a_day / 1000 * DAYS_A_MONTH,
    )


def table(loads: Sequence[Load]) -> str:
    """GitHub's Markdown."""
    columns = ["cloud", "turns a day", "streams at once", "instances", "connections", "writes/s", "gateway messages/s"]
    columns += ["a month, USD", "nearest limit"]
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    for load in loads:
        limit, used = load.first_to_break()
        numbers = [load.streams, load.needs["instances"], load.needs["connections"], load.needs["writes a second"]]
        cells = [f"{number:,.0f}" if number >= 10 else f"{number:.1f}" for number in numbers]
        cells += [f"{load.gateway_messages_a_second:,.0f}", f"{load.money_a_month:,.0f}"]
        nearest = f"{limit.what}: {used:.0%} of {limit.most:,.0f}" + (f"; {limit.then}" if used > 0.5 else "")
        lines.append(f"| {load.cloud} | {load.turns_a_day:,} | {' | '.join(cells)} | {nearest} |")
    return "\n".join(lines)


def measured_statements() -> float:
    """Those of a turn but for its groups, from the last run."""
    figures = json.loads(RESULTS.read_text(encoding="utf-8"))["figures"]
    cases = {figure["case"]: figure["value"] for figure in figures if figure["what"] == "database statements of a turn"}
    return float(cases["prepare"] + cases["finish"])


if __name__ == "__main__":
    statements = measured_statements()
    print(table([load_of(cloud, turns, statements) for cloud in STREAMS_PER_INSTANCE for turns in TURNS_A_DAY]))
