"""What a process loads before its first request."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """The imports of a start, without the garbage collector.

    What a module leaves behind stays as long as the process, so the collector, which would run dozens of times
    meanwhile, finds next to nothing. Nor does it look at any of it later: https://docs.python.org/3/library/gc.html#gc.freeze
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
