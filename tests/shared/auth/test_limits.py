"""Rate limits on attempts, counted in the database."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.auth.limits import Limit, address_block
from shared.db.models import RateLimit
from shared.db.repositories import rate_limits
from shared.db.session import transaction
from shared.errors import RateLimited
from tests.support.concurrency import at_once

LIMIT = Limit("tests", attempts=3, seconds=60)
# The first second of a window.
NOW = datetime(2026, 11, 1, 12, 0, tzinfo=timezone.utc)


def take(subject: str = "someone", now: datetime = NOW, limit: Limit = LIMIT) -> int | None:
    """None when the attempt is allowed, otherwise the seconds of Retry-After."""
    try:
        with transaction() as session:
            limit.consume(session, subject, now)
    except RateLimited as error:
        return int((error.headers or {})["Retry-After"])
    return None


def test_attempts_are_allowed_up_to_the_limit(database: Engine) -> None:
    assert [take() for _ in range(3)] == [None] * 3
    assert take() is not None


def test_each_subject_and_each_limit_counts_for_itself(database: Engine) -> None:
    for _ in range(3):
        take("one")
    assert take("one") is not None
    assert take("other") is None
    assert take("one", limit=Limit("other", 3, 60)) is None


def test_a_window_ends_when_retry_after_says(database: Engine) -> None:
    later = NOW + timedelta(seconds=42.5)
    for _ in range(3):
        take(now=later)
    wait = take(now=later)
    assert wait == 18
    assert take(now=later + timedelta(seconds=wait - 1)) is not None
    assert take(now=later + timedelta(seconds=wait)) is None


def test_retry_after_is_never_zero(database: Engine) -> None:
    last_moment = NOW + timedelta(seconds=59, microseconds=999_999)
    for _ in range(3):
        take(now=last_moment)
    assert take(now=last_moment) == 1


def test_a_restored_attempt_does_not_count(database: Engine) -> None:
    for _ in range(5):
        assert take() is None
        with transaction() as session:
            LIMIT.restore(session, "someone", NOW)
    for _ in range(5):
        with transaction() as session:
            LIMIT.restore(session, "someone", NOW)
    assert [take() for _ in range(4)] == [None, None, None, 60]


def test_concurrent_attempts_are_all_counted(database: Engine) -> None:
    waits = at_once(*[take] * 8)
    assert [wait is None for wait in waits].count(True) == 3


def test_counter_keys_are_hashed(database: Engine) -> None:
    take("ada@example.com")
    with Session(database) as session:
        row = session.scalars(select(RateLimit)).one()
    assert "ada" not in row.key
    assert row.window_ends_at == NOW + timedelta(seconds=60)


def test_only_ended_windows_are_deleted(database: Engine) -> None:
    take(now=NOW)
    take(now=NOW + timedelta(seconds=60))
    with transaction() as session:
        rate_limits.delete_ended(session, NOW + timedelta(seconds=61), 10)
    with Session(database) as session:
        assert [row.window_ends_at for row in session.scalars(select(RateLimit))] == [NOW + timedelta(seconds=120)]


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_the_block_of_an_address(address: str, block: str) -> None:
    assert address_block(address) == block


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_a_host_cannot_leave_its_block_of_ipv6(address: object, interface: int) -> None:
    network = int(address) >> 64  # type: ignore[call-overload]
    if network:
        neighbour = str(type(address)(network << 64 | interface))  # type: ignore[call-arg]
        assert address_block(neighbour) == address_block(str(address))
