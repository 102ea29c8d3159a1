"""The deadline of the invocation: the moment at which the platform ends the process of the current request."""

import time
from contextvars import ContextVar

# In terms of time.monotonic; None where the platform does not report it.
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


def set_seconds_left(seconds: float | None) -> None:
    """Set the deadline of the current request, and of the tasks that it begins. None: unknown."""
    _deadline.set(None if seconds is None else time.monotonic() + seconds)


def seconds_left() -> float | None:
    """Seconds until the platform ends the process; None where it does not report them."""
    deadline = _deadline.get()
    return None if deadline is None else deadline - time.monotonic()
