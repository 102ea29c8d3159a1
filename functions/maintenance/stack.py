"""CloudFormation custom resource: runs the migrations as a step of a stack's update, and reports the result.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
"""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

_log = logging.getLogger(__name__)
_TIMEOUT_SECONDS = 10
_ATTEMPTS = 3


def run_step(event: Mapping[str, Any], step: Callable[[], object]) -> None:
    """Run `step` for a `Create` or an `Update`, nothing for a `Delete`, and report the result to the stack.

    Raises OSError when the report fails; the stack then waits until its own timeout.
    """
    failure = ""
    if event["RequestType"] != "Delete":
        try:
            step()
        except Exception:  # noqa: BLE001 - the edge; the log has the cause, which the stack's events must not show
            _log.exception("a step of the stack failed")
            failure = "The migration failed. See the log of the maintenance function."
    answer = {
        "Status": "FAILED" if failure else "SUCCESS",
        "Reason": failure,
        # Must not change: CloudFormation would delete the resource of the previous id.
        "PhysicalResourceId": event.get("PhysicalResourceId") or event["LogicalResourceId"],
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    _put(event["ResponseURL"], json.dumps(answer).encode())


def _put(url: str, body: bytes) -> None:
    from urllib.request import Request, urlopen  # Slow to import; only a deploy needs it.

    for attempt in range(1, _ATTEMPTS + 1):
        # The URL's signature covers an empty content type.
        request = Request(url, body, {"Content-Type": ""}, method="PUT")  # noqa: S310 - CloudFormation's own
        try:
            with urlopen(request, timeout=_TIMEOUT_SECONDS):  # noqa: S310
                return
        except OSError:
            if attempt == _ATTEMPTS:
                raise
