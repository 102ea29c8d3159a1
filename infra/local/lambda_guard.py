"""Stands between serverless-offline and a handler, where a failure would otherwise be a hang.

serverless-offline's Python runner reads results from stdout and waits until the time limit when
there is none to read: after an exception, a failed import, a result that is no JSON or is null, or
a print without a newline. It then answers 200. Here the failure is printed and answered with 500,
as the gateway would, and what a handler prints goes to stderr.
"""

import contextlib
import importlib
import json
import logging
import os
import sys
import traceback
from typing import Any

# The handler to run, as `package.module.function`; set by the offline plugin.
_HANDLER = os.environ["GUARDED_HANDLER"]

# The runner has put a handler on the root logger that would print every line a second time.
logging.getLogger().handlers.clear()

_FAILED = {
    "statusCode": 500,
    "headers": {"Content-Type": "application/json"},
    "body": json.dumps(
        {
            "error": {
                "code": "internal_error",
                "message": "The function failed; its output has the traceback.",
                "request_id": None,
            }
        }
    ),
}


def handler(event: Any, context: Any) -> Any:
    with contextlib.redirect_stdout(sys.stderr):
        try:
            module, _, name = _HANDLER.rpartition(".")
            result = getattr(importlib.import_module(module), name)(event, context)
            json.dumps(result)
        # SystemExit too: it would end the runner without an answer.
        except (Exception, SystemExit):  # noqa: BLE001  (the edge: whatever failed, there is an answer)
            traceback.print_exc()
            return _FAILED
    # Null is a valid result of an asynchronous invocation, but not one the runner can see.
    return {} if result is None else result
