"""`python -m tests.bench`: runs the benchmarks; prints a table and writes `tests/bench/results.json`."""

import os

from tests.support.environment import ENVIRONMENT

os.environ.update(ENVIRONMENT)

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from tests.bench import documents, follows, pages, requests, sockets, starts, statements, steps, streaming, turns
from tests.bench.figures import Figure, as_json, as_table
from tests.bench.stacks import Database, database
from tests.support.mariadb import mariadb_server

RESULTS = Path(__file__).with_name("results.json")


def _parts(running: ExitStack, quick: bool) -> dict[str, Callable[[], Iterator[Figure]]]:
    folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
    server = running.enter_context(mariadb_server())
    sqlite = running.enter_context(database(f"sqlite:///{folder / 'chat.db'}"))
    mariadb = running.enter_context(database(server.new_database()))
    filled = running.enter_context(database(server.new_database()))
    both: list[tuple[str, Database]] = [("SQLite", sqlite), ("MariaDB", mariadb)]
    return {
        "turns": lambda: turns.measure(both, quick=quick),
        "streaming": lambda: streaming.measure(mariadb, quick=quick),
        "follows": lambda: follows.measure(mariadb, quick=quick),
        "statements": lambda: statements.measure(mariadb),
        "steps": lambda: steps.measure(both, quick=quick),
        "starts": lambda: starts.measure(folder / "functions", quick=quick),
        "requests": lambda: requests.measure(both, quick=quick),
        "documents": lambda: documents.measure(quick=quick),
        "pages": lambda: pages.measure(filled, quick=quick),
        "sockets": lambda: sockets.measure(folder, quick=quick),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure the product.")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions; not for the record")
    parser.add_argument("--only", nargs="+", metavar="PART", help="only these parts; not for the record")
    parser.add_argument("--output", type=Path, help="where the JSON goes; of a whole run to tests/bench/results.json")
    options = parser.parse_args()
    logging.disable()
    figures: list[Figure] = []
    with ExitStack() as running:
        parts = _parts(running, options.quick)
        for name in options.only or parts:
            started = time.monotonic()
            figures.extend(parts[name]())
            print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    print(as_table(figures))
    output = options.output or (None if options.quick or options.only else RESULTS)
    if output is not None:
        output.write_text(as_json(figures, quick=options.quick), encoding="utf-8")


if __name__ == "__main__":
    main()
