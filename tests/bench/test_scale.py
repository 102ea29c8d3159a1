"""The capacity calculation and the table of figures."""

import re

import pytest

from tests.bench.figures import Figure, as_table, within
from tests.bench.scale import (
    CALL_INSTANCE_SECONDS,
    LIMITS,
    PEAK,
    SECONDS_A_DAY,
    TURN,
    limits_table,
    load_of,
    measured_statements,
    table,
)
from tests.support.stack import ROOT


def test_streams_and_writes_grow_with_the_turns_of_the_busiest_hour() -> None:
    turns_a_second = 2
    load = load_of("aws", turns_a_second * SECONDS_A_DAY // PEAK, statements_per_turn=7)

    assert load.streams == turns_a_second * TURN.seconds
    assert load.needs["calls a second"] == turns_a_second * 5
    assert load.needs["writes a second"] == turns_a_second * (7 + TURN.seconds * 10)
    # Each stream has an instance, each instance a connection.
    assert load.needs["instances"] == load.needs["connections"] == load.streams + turns_a_second * 5 / 2


def test_an_instance_of_many_streams_needs_fewer_instances_for_them() -> None:
    aws, tencent = (load_of(cloud, 1_000_000, 7) for cloud in ("aws", "tencent"))

    calls = aws.needs["calls a second"] * CALL_INSTANCE_SECONDS
    assert tencent.needs["instances"] - calls == pytest.approx((aws.needs["instances"] - calls) / 20)


def test_the_limit_that_is_used_most_is_named_first() -> None:
    load = load_of("aws", 1_000_000, 7)
    (first, used), *others = load.used()

    assert first.what == "instances"
    assert all(less <= used for _, less in others)
    assert first.then in table([load])


@pytest.mark.parametrize("cloud", ["aws", "tencent"])
def test_a_million_turns_a_day_exceed_no_limit_of_the_default(cloud: str) -> None:
    load = load_of(cloud, 1_000_000, measured_statements())

    assert [(limit.what, used) for limit, used in load.used() if used > 1] == []


def test_the_limits_are_those_of_the_deploy() -> None:
    """Aurora lets in 1,000 connections at 8 units; streams and other functions share the account's instances."""
    service = (ROOT / "serverless.yml").read_text(encoding="utf-8")
    cluster = (ROOT / "infra/aws/database/cluster.yml").read_text(encoding="utf-8")
    default = service[service.index("\n  default:") :]
    limits = {limit.what: limit.most for limit in LIMITS if limit.cloud == "aws"}

    assert f"requestsPerSecond: {limits['calls a second']}\n" in default
    assert "MaxCapacity: 8\n" in cluster
    assert limits["instances"] <= limits["connections"] == 1000


def test_streams_leave_enough_instances_to_the_other_functions() -> None:
    reserved = re.findall(r"^  \w+: (\d+),$", (ROOT / "infra/aws/concurrency.cjs").read_text(), re.M)
    load = load_of("aws", 1_000_000, measured_statements())
    calls = load.needs["calls a second"] * CALL_INSTANCE_SECONDS

    assert calls <= sum(map(int, reserved))
    assert load.streams <= 1000 - sum(map(int, reserved))


def test_a_limit_without_a_source_is_marked_as_assumed() -> None:
    lines = limits_table([load_of(cloud, 100, 7) for cloud in ("aws", "tencent")]).splitlines()[2:]

    assert len(lines) == len(LIMITS)
    for limit, line in zip(LIMITS, lines, strict=True):
        assert ("assumed" in line) == (limit.source == "")


def test_every_frame_of_a_websocket_is_a_request_to_the_gateway() -> None:
    load = load_of("aws", 1_000_000, 7)

    assert load.needs["gateway requests a second"] == load.needs["calls a second"] + load.streams * 10


def test_the_monthly_cost_is_the_idle_cost_plus_that_of_turns() -> None:
    none, some, more = (load_of("aws", turns, 7).money_a_month for turns in (0, 1000, 3000))

    assert none > 0
    assert more - none == pytest.approx(3 * (some - none))


def test_a_table_shows_which_goals_are_met() -> None:
    figures = [within("w", "a", 2, "ms", 1, 2), within("w", "b", 3, "ms", 1, 2), Figure("v", "c", 1234, "tokens/s")]
    _, _, met, missed, free = as_table(figures).splitlines()

    assert met == "| w | a | 2 ms | 1 ms | ≤ 2 × floor | met |"
    assert missed.endswith("| **missed** |")
    assert free == "| v | c | 1,234 tokens/s |  |  |  |"
