"""Identifiers."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.ids import new_id


def test_an_id_is_a_uuid_of_version_7_made_now() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid.UUID(new_id())
    # The counter may carry over into the millisecond.
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000 + 1
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert len(str(made)) == 36


def test_ids_sort_by_their_creation() -> None:
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_stay_in_order_when_the_clock_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    first = new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000)
    assert new_id() > first


def test_ids_are_unique_across_threads() -> None:
    def many(_number: int) -> list[str]:
        return [new_id() for _ in range(2000)]

    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(many, range(8)))
    assert all(batch == sorted(batch) for batch in batches)
    assert len({one for batch in batches for one in batch}) == 16_000
