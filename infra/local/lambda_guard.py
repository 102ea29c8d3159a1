"""Runs a function's handler for serverless-offline, in a worker that is restarted when its code changes or it dies.

serverless-offline's Python runner reads results from stdout and waits until the time limit when there is none to read:
after an exception, a failed import, a result that is no JSON or is null, or a print without a newline. It then answers
200. Here a failure is printed and answered with 500, as the gateway would, and a handler's prints go to stderr.

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
    """The process that runs the handler: one event a line in, one result a line out."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._sources = SourceWatch()
        self._checked_at = time.monotonic()

    def call(self, event: Any) -> Any:
        """The handler's result. An event on which the worker dies is answered as failed."""
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
        # Not at every event: listing the files takes a millisecond.
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
    """The line that answers an event."""
    try:
        module, _, name = _HANDLER.rpartition(".")
        result = getattr(importlib.import_module(module), name)(event, None)
        # Null is a valid result of an asynchronous invocation, but not one the runner can see.
        return json.dumps({} if result is None else result)
    # SystemExit too: it would end the worker without an answer.
    except (Exception, SystemExit):  # noqa: BLE001  (the edge: whatever failed, there is an answer)
        traceback.print_exc()
        return json.dumps(_FAILED)


def main() -> None:
    # The handlers' own logging replaces it.
    logging.getLogger().handlers.clear()
    answers = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):
        for line in sys.stdin:
            answers.write(_run(json.loads(line)) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
