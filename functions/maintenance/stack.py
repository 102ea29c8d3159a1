"""Answering CloudFormation, which has the migrations run as a step of a stack's update.

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
    """Run `step` for a `Create` or an `Update`, nothing for a `Delete`, and tell the stack how it went.

    Raises OSError when the stack cannot be told; it then waits for as long as the step may take.
    """
    failure = ""
    if event["RequestType"] != "Delete":
        try:
            step()
        except Exception:  # noqa: BLE001 - the edge; what went wrong is for the log, not for the stack's readers
            _log.exception("a step of the stack failed")
            failure = "It failed; the function's log says why."
    answer = {
        "Status": "FAILED" if failure else "SUCCESS",
        "Reason": failure,
        # The same at every update: another one would have CloudFormation delete this one.
        "PhysicalResourceId": event.get("PhysicalResourceId") or event["LogicalResourceId"],
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    _put(event["ResponseURL"], json.dumps(answer).encode())


def _put(url: str, body: bytes) -> None:
    from urllib.request import Request, urlopen  # Heavy; only a deploy needs it.

    for attempt in range(1, _ATTEMPTS + 1):
        # The URL is signed for an empty content type.
        request = Request(url, body, {"Content-Type": ""}, method="PUT")  # noqa: S310 - CloudFormation's own
        try:
            with urlopen(request, timeout=_TIMEOUT_SECONDS):  # noqa: S310
                return
        except OSError:
            if attempt == _ATTEMPTS:
                raise
