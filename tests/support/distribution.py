"""Distribution of tests over parallel pytest processes (`pytest -n`), by pytest-xdist.

A unit of work is a test file on one kind of database, so that a file's fixtures are set up once, and a worker does not
switch databases within a file. Long units start first, so that the last one to end is short.
"""

from collections import Counter
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# Files with more than 10 s of tests, longest first.
LONG_FILES = (
    "tests/functions/test_durability.py",
    "tests/infra/test_package.py",
    "tests/chaos/test_load.py",
    "tests/infra/test_release_steps.py",
    "tests/infra/test_dev.py",
    "tests/infra/test_regions.py",
    "tests/chaos/test_contract_fuzz.py",
    "tests/chaos/test_object_store_faults.py",
    "tests/infra/test_release.py",
    "tests/chaos/test_killed_function.py",
    "tests/infra/test_site.py",
    "tests/chaos/test_database_faults.py",
    "tests/e2e/test_contract_fuzz.py",
    "tests/contract/test_imports.py",
    "tests/functions/test_websocket.py",
    "tests/chaos/test_full_disk.py",
    "tests/infra/test_interrupted_migrations.py",
    "tests/infra/test_stages.py",
)
# Waits for a build that runs in parallel with the tests.
LAST_FILE = "tests/infra/test_launchers.py"


def unit_of_work(node_id: str) -> str:
    """The tests of one unit run in one process, one after the other."""
    file, _, test = node_id.partition("::")
    return f"{file} on MariaDB" if "mariadb" in test.rpartition("[")[2] else file


class UnitScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Assigns the next unit to a process that has almost finished its own."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        super().__init__(config, log)
        # In the order of collection, not by number of tests.
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return unit_of_work(nodeid)


def make_ids_unique(items: list[pytest.Item]) -> None:
    """Add the operation to the id of each test that schemathesis generated, as in the test's name.

    Raises pytest.UsageError for duplicate ids: pytest-xdist would run only one of the tests.
    """
    for item in items:
        # pytest derives the id of an unparametrized test from its function, and has no public way to change it.
        if not item.nodeid.endswith(item.name):
            node_id = f"{item.nodeid.rpartition('::')[0]}::{item.name}"
            item._id = type(item.id).parse(node_id)
    duplicates = [node_id for node_id, count in Counter(item.nodeid for item in items).items() if count > 1]
    if duplicates:
        raise pytest.UsageError(f"several tests have the id {duplicates[0]}")


def longest_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """Sort tests: those of long files first, those of the last file at the end, otherwise in collection order."""
    return sorted(items, key=_rank)


def _rank(item: pytest.Item) -> int:
    file = item.nodeid.partition("::")[0]
    if file in LONG_FILES:
        return LONG_FILES.index(file)
    return len(LONG_FILES) + (file == LAST_FILE)
