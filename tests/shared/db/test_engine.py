"""The engine: one per process."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from shared.db import engine
from shared.db.engine import dispose_engine, get_engine, make_engine
from tests.support.concurrency import at_once
from tests.support.mariadb import MariaDbServer


def test_concurrent_first_requests_share_one_engine(
    settings: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise each of several first requests would have a connection pool of its own."""
    settings(DATABASE_URL=f"sqlite:///{tmp_path / 'chat.db'}")
    make = engine.make_engine

    def make_slowly(*arguments: object) -> object:
        time.sleep(0.01)  # Lets another thread run.
        return make(*arguments)  # type: ignore[arg-type] # whatever it was called with

    monkeypatch.setattr(engine, "make_engine", make_slowly)
    dispose_engine()
    try:
        assert len(set(map(id, at_once(*[get_engine] * 8)))) == 1
    finally:
        dispose_engine()


def test_a_connection_has_a_lock_timeout_and_a_recursion_depth(mariadb: MariaDbServer) -> None:
    mysql = make_engine(mariadb.new_database())
    with mysql.connect() as connection:
        assert connection.scalar(text("SELECT @@innodb_lock_wait_timeout")) == engine.LOCK_SECONDS
        assert connection.scalar(text("SELECT @@max_recursive_iterations")) == engine.MAX_RECURSION
    mysql.dispose()


@pytest.mark.parametrize("variable", ["a_variable_of_another_server", "max_connections"])
def test_a_server_without_innodb_variables_is_used_all_the_same(
    mariadb: MariaDbServer, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """Such as Dolt's, which refuses a variable that it does not have, or has for all sessions only."""
    monkeypatch.setattr(engine, "_SESSION_VARIABLES", f"SET SESSION {variable} = 8")
    mysql = make_engine(mariadb.new_database())
    with mysql.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    mysql.dispose()
