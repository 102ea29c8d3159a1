"""Handler wrapper for serverless-offline: runs a handler in a worker process, restarted on code changes and crashes.

serverless-offline's Python runner reads results from stdout and waits until the timeout when there is none: after an
exception, a failed import, a result that is null or not JSON, or a print without a newline. It then answers 200.
With this wrapper a failure is printed and answered with 500, as by the gateway, and a handler's prints go to stderr.

The runner imports this module and calls `handler`. It imports nothing of the product: the worker,
`python -m infra.local.lambda_guard`, does.
"""

import contextlib
import importlib
import json
import logging
import os
import subprocess
import sys
import time
import traceback
from typing import Any

from infra.local.failure import FAILURE_BODY
from infra.local.source_files import SourceWatch

# The handler to run, as `package.module.function`; set by the offline plugin.
_HANDLER = os.environ["GUARDED_HANDLER"]
_CHECK_SECONDS = 0.3

_FAILED = {"statusCode": 500, "headers": {"Content-Type": "application/json"}, "body": FAILURE_BODY}


class _Worker:
    """The process that runs the handler: one event per input line, one result per output line."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._sources = SourceWatch()
        self._checked_at = time.monotonic()

    def call(self, event: Any) -> Any:
        """The handler's result. If the worker dies, the event is answered as failed."""
        if self._process is not None and (self._process.poll() is not None or self._is_outdated()):
            self._end(self._process)
            self._process = None
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-u", "-m", "infra.local.lambda_guard"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(event) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())
        except (BrokenPipeError, ValueError):
            print(f"the process of {_HANDLER} died; the next call starts another", file=sys.stderr)
            return _FAILED

    def _is_outdated(self) -> bool:
        # Not checked at every event: listing the files takes a millisecond.
        if time.monotonic() - self._checked_at < _CHECK_SECONDS:
            return False
        self._checked_at = time.monotonic()
        return self._sources.has_changed()

    def _end(self, process: "subprocess.Popen[str]") -> None:
        process.kill()
        process.communicate()


_worker = _Worker()


def handler(event: Any, _context: Any) -> Any:
    return _worker.call(event)


def _run(event: Any) -> str:
    """The result line of an event."""
    try:
        module, _, name = _HANDLER.rpartition(".")
        result = getattr(importlib.import_module(module), name)(event, None)
        # Null is a valid result of an asynchronous invocation, but the runner does not detect it.
        return json.dumps({} if result is None else result)
    # SystemExit, too: it would end the worker without a result.
    except (Exception, SystemExit):  # noqa: BLE001  (the edge: every failure has an answer)
        traceback.print_exc()
        return json.dumps(_FAILED)


def main() -> None:
    # Until the handlers configure their own logging.
    logging.getLogger().handlers.clear()
    answers = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):
        for line in sys.stdin:
            answers.write(_run(json.loads(line)) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
