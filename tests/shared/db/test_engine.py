"""The engine: one per process."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.db import engine
from shared.db.engine import dispose_engine, get_engine
from tests.support.concurrency import at_once


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
