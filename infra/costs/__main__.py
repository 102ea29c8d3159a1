"""`python -m infra.costs` prints the table of costs; `--write` inserts it into infra/README.md."""

import argparse
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from infra.costs.usage import TURNS, Usage, idle_month, thousand_turns

PRICES = Path(__file__).with_name("prices.json")
README = Path(__file__).resolve().parents[1] / "README.md"
_TABLE = re.compile(r"(?<=<!-- costs -->\n).*?(?=<!-- /costs -->)", re.DOTALL)


@cache
def _prices() -> Any:
    return json.loads(PRICES.read_text(encoding="utf-8"))


def cost(cloud: str, used: Usage) -> float:
    """The cost in the cloud's currency. A quantity without a price is free there."""
    prices = _prices()[cloud]["prices"]
    return sum(quantity * float(prices[name]["price"]) for name, quantity in used.items())


def table() -> str:
    """The costs in Markdown."""
    clouds = {cloud: _prices()[cloud] for cloud in ("aws", "tencent")}
    columns = [
        f"AWS {clouds['aws']['region']}, SSE",
        "AWS, WebSocket",
        f"Tencent {clouds['tencent']['region']}, SSE",
    ]
    rows = [
        ("an idle month", [_money("aws", idle_month("aws"))] * 2 + [_money("tencent", idle_month("tencent"))]),
        *(
            (f"an idle month, {title}", [_money("aws", idle_month("aws", network, database))] * 2 + ["–"])
            for title, network, database in (
                ("`NETWORK=nat-gateway`", "nat-gateway", "new"),
                ("`NETWORK=ipv6`", "ipv6", "new"),
                ("`DATABASE=proxy`", "nat-instance", "proxy"),
                ("network and database brought along", "existing", "existing"),
            )
        ),
    ]
    for turn in TURNS:
        costs = [
            _money("aws", thousand_turns("aws", turn)),
            _money("aws", thousand_turns("aws", turn, websocket=True)),
            _money("tencent", thousand_turns("tencent", turn)),
        ]
        rows.append((f"1,000 {turn.name} turns, {turn.seconds:g} s each", costs))
    lines = [f"| {clouds['aws']['currency']} | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    lines += [f"| {name} | {' | '.join(values)} |" for name, values in rows]
    return "\n".join(lines) + "\n"


def _money(cloud: str, used: Usage) -> str:
    return f"{cost(cloud, used):.2f}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.costs", description="What the product costs.")
    parser.add_argument("--write", action="store_true", help="insert the table into infra/README.md")
    if parser.parse_args(arguments).write:
        text = README.read_text(encoding="utf-8")
        README.write_text(_TABLE.sub(lambda _: table(), text), encoding="utf-8")
    else:
        print(table(), end="")


if __name__ == "__main__":
    main()
