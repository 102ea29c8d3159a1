"""Cleanup of process groups when the process that started them ends, even by SIGKILL.

Run as `python -m infra.local.guardian SECONDS`, with the grace period between SIGTERM and SIGKILL. Each line of
standard input is the id of a process group; the end of the input triggers the cleanup. Children of a group's leader
belong to the group, so no started process is left.
"""

import os
import signal
import sys
import time
from collections.abc import Sequence

# The kernel ends processes after SIGKILL, not within it.
_KILL_SECONDS = 5.0
_POLL_SECONDS = 0.02


def end_groups(groups: Sequence[int], grace_seconds: float) -> None:
    """SIGTERM to every group, the last one first; SIGKILL to what is left after the grace. Returns when they have
    ended."""
    remaining = _wait([group for group in reversed(groups) if _signal(group, signal.SIGTERM)], grace_seconds)
    _wait([group for group in remaining if _signal(group, signal.SIGKILL)], _KILL_SECONDS)


def _wait(groups: Sequence[int], seconds: float) -> Sequence[int]:
    """The groups that still have a process after this time."""
    deadline = time.monotonic() + seconds
    while groups and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
        groups = [group for group in groups if _signal(group, 0)]
    return groups


def _signal(group: int, number: int) -> bool:
    """Whether the group still has a process."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True


def main() -> None:
    # Ignored, so that a signal to every process of the terminal does not end the cleanup.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end_groups([int(line) for line in sys.stdin], grace_seconds=float(sys.argv[1]))


if __name__ == "__main__":
    main()
