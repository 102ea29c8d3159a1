"""Cold start: imports without the garbage collector, and without optional packages."""

import gc
import sys
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


@contextmanager
def without_package(name: str) -> Iterator[None]:
    """Make imports of a package fail in a block, so that another package does not load it as an optional dependency.

    The package can be imported afterwards. Not for blocks in which another thread may import it.
    https://docs.python.org/3/reference/import.html#the-module-cache
    """
    loaded = {key: sys.modules.pop(key) for key in list(sys.modules) if key.partition(".")[0] == name}
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]
        sys.modules.update(loaded)
