"""Server reloader for `make dev`: restarts a server on code changes and crashes, and ends it with its parent process.

Run as `python -m infra.local.reloader COMMAND...`. Standard input has two signals:

- Data: the server is ready. A crash before that ends this process with the same status, so that a server that cannot
  start ends `make dev` with its traceback.
- End of input: the parent process has ended in any way. The server is ended.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

from infra.local.source_files import SourceWatch

_POLL_SECONDS = 0.3
_GRACE_SECONDS = 3
# Backoff in seconds for repeated crashes; a change of the code restarts the server at once.
_FIRST_DELAY_SECONDS = 0.2
_LONGEST_DELAY_SECONDS = 10.0


class _Parent:
    """The signals on standard input."""

    def __init__(self) -> None:
        self.ready = threading.Event()
        self.gone = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        # Not through sys.stdin: a thread blocked on its lock would abort the interpreter's exit.
        while os.read(0, 65536):
            self.ready.set()
        self.gone.set()


def main() -> int:
    parent = _Parent()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: _stop(parent))
    return run(sys.argv[1:], parent, SourceWatch())


def _stop(parent: _Parent) -> None:
    parent.gone.set()


def run(command: Sequence[str], parent: _Parent, sources: SourceWatch) -> int:
    delay = _FIRST_DELAY_SECONDS
    while not parent.gone.is_set():
        started_at = time.monotonic()
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        changed = False
        while server.poll() is None and not parent.gone.wait(_POLL_SECONDS) and not changed:
            changed = sources.has_changed()
        if server.poll() is None:
            _end(server)
        elif not parent.ready.is_set():
            return server.returncode
        else:
            print(f"{command[-1]} ended ({server.returncode}); restarting", file=sys.stderr, flush=True)
        if changed:
            print(f"{command[-1]}: code changed; restarting", file=sys.stderr, flush=True)
            delay = _FIRST_DELAY_SECONDS
        else:
            if time.monotonic() - started_at > _LONGEST_DELAY_SECONDS:
                delay = _FIRST_DELAY_SECONDS
            _wait(delay, parent, sources)
            delay = min(delay * 2, _LONGEST_DELAY_SECONDS)
    return 0


def _wait(seconds: float, parent: _Parent, sources: SourceWatch) -> None:
    """Wait until the time is over, the code changes or the parent process ends."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and not sources.has_changed():
        if parent.gone.wait(min(_POLL_SECONDS, seconds)):
            return


def _end(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    try:
        server.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
