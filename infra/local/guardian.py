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


def end_groups(groups: Sequence[int], grace_seconds: float) -> None:
    """SIGTERM to every group, the last one first; SIGKILL to what is left after the grace."""
    remaining = [group for group in reversed(groups) if _signal(group, signal.SIGTERM)]
    deadline = time.monotonic() + grace_seconds
    while remaining and time.monotonic() < deadline:
        time.sleep(0.02)
        remaining = [group for group in remaining if _signal(group, 0)]
    for group in remaining:
        _signal(group, signal.SIGKILL)


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
