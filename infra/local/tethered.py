"""Runs a command (`python -m infra.local.tethered sh x.sh`) until our standard input closes.

A parent that holds the other end of the pipe thereby takes the command with it, however it dies.
"""

import os
import signal
import subprocess
import sys
import threading
from types import FrameType

_GRACE_SECONDS = 3


def main() -> int:
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        child.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)

    def stop_with_parent() -> None:
        # Not through sys.stdin: a thread blocked in its lock would abort the interpreter's exit.
        while os.read(0, 65536):
            pass
        child.terminate()
        try:
            child.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()

    threading.Thread(target=stop_with_parent, daemon=True).start()
    return child.wait()


if __name__ == "__main__":
    sys.exit(main())
