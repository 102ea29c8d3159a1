"""Cold start: imports without the garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_gc() -> Iterator[None]:
    """Disable the garbage collector for a block of imports, and exclude their objects from later collections.

    Objects of modules live as long as the process, so the collector would run dozens of times and free next to nothing.
    https://docs.python.org/3/library/gc.html#gc.freeze
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
