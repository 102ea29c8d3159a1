"""Cold start: imports without the garbage collector, and without optional packages."""

import gc
import importlib
import sys
import weakref

import cryptography
import pytest

from shared.startup import without_gc, without_package


class Cycle:
    """A reference cycle, which only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


def test_the_collector_is_disabled_during_the_imports() -> None:
    with without_gc():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_runs_after_a_load_that_failed() -> None:
    with pytest.raises(ImportError), without_gc():
        raise ImportError
    assert gc.isenabled()


def test_imported_objects_are_frozen() -> None:
    loaded, later = Cycle(), Cycle()
    with without_gc():
        seen = weakref.ref(loaded)
        del loaded
    kept, freed = seen, weakref.ref(later)
    later = Cycle()
    try:
        gc.collect()
        assert kept() is not None
    finally:
        gc.unfreeze()
    gc.collect()
    assert freed() is None
    assert kept() is None


def test_a_package_is_missing_in_the_block_and_there_after_it() -> None:
    with without_package("cryptography"):
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("cryptography.fernet")
    assert sys.modules["cryptography"] is cryptography
