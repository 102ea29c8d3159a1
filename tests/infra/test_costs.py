"""The cost table in infra/README.md, and its prices."""

import json
import re
from itertools import chain

import pytest

from infra.costs.__main__ import PRICES, README, cost, table
from infra.costs.usage import FUNCTION_GB, NETWORKS, TURNS, idle_month, thousand_turns
from shared.config import ChatSettings
from tests.support.stack import ROOT


def test_the_operators_guide_has_the_current_cost_table() -> None:
    assert table() in README.read_text(encoding="utf-8"), "run: python -m infra.costs --write"


def test_each_price_has_a_source_and_a_date() -> None:
    clouds = json.loads(PRICES.read_text(encoding="utf-8"))
    for cloud in ("aws", "tencent"):
        for name, price in clouds[cloud]["prices"].items():
            assert price["price"] > 0, name
            assert price["source"].startswith("https://"), name
            assert price["seen"] is None or re.fullmatch(r"20\d\d-\d\d", price["seen"]), name


@pytest.mark.parametrize("cloud", ["aws", "tencent"])
def test_a_longer_reply_costs_more_and_every_use_has_a_price(cloud: str) -> None:
    costs = [cost(cloud, thousand_turns(cloud, turn)) for turn in TURNS]

    assert costs == sorted(costs)
    assert cost(cloud, idle_month(cloud)) > 0


def test_every_price_is_used() -> None:
    clouds = json.loads(PRICES.read_text(encoding="utf-8"))
    for cloud in ("aws", "tencent"):
        months = [idle_month(cloud, network, "proxy") for network in NETWORKS]
        used = {*chain(*months), *thousand_turns(cloud, TURNS[0], websocket=cloud == "aws")}
        assert used == clouds[cloud]["prices"].keys()


def test_the_assumed_usage_is_that_of_the_functions() -> None:
    memory = re.search(r"\n  chat_stream:\n.*?memorySize: (\d+)", (ROOT / "serverless.yml").read_text(), re.DOTALL)

    assert memory is not None
    assert int(memory[1]) / 1024 == FUNCTION_GB
    assert ChatSettings().group_seconds == 0.1


def test_the_default_network_is_the_cheapest_that_reaches_every_model() -> None:
    """Only IPv6 is cheaper, and many providers have no IPv6 address."""
    months = {network: cost("aws", idle_month("aws", network)) for network in NETWORKS}
    default = re.search(r"\$\{env:NETWORK, '([\w-]+)'\}", (ROOT / "serverless.yml").read_text())

    assert default is not None
    assert sorted(months, key=lambda network: months[network]) == ["ipv6", default[1], "nat-gateway"]
    folder = ROOT / "infra/aws/network"
    assert {file.stem for file in folder.glob("*.yml")} == {*NETWORKS, "existing", "none", "vpc"}


def test_the_guides_networks_have_the_current_prices() -> None:
    networks = README.read_text(encoding="utf-8").partition("\n### Networks\n")[2].partition("\n### ")[0]
    listed = dict(re.findall(r"^\| `([\w-]+)` \| ([\d.]+) \|", networks, re.M))

    assert {name: float(price) for name, price in listed.items() if name != "none"} == {
        name: pytest.approx(cost("aws", used), abs=0.005) for name, used in NETWORKS.items()
    }
