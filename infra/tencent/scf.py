"""Client of Tencent's SCF API, with polling until a function is active or has run."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from tencentcloud.scf.v20180416 import models

from infra.deployment import DeployFailed
from infra.tencent.api import Client, TencentApi

# https://cloud.tencent.com/document/product/583/115197
_UNFINISHED = {"Creating", "Updating", "Publishing", "Deleting"}
_WAIT_SECONDS = 300
NAMESPACE = "default"
# A function's longest run.
_RUN_SECONDS, _POLL_SECONDS = 900, 3


class Scf(TencentApi):
    def __init__(self, client: Client, sleep: Callable[[float], None] = time.sleep) -> None:
        super().__init__(client, models, sleep)

    def wait_until_active(self, name: str, version: str = "$LATEST") -> None:
        """Raises DeployFailed when the function's version does not become Active."""
        waited = 0
        while True:
            found = self.call("GetFunction", name, FunctionName=name, Qualifier=version)
            status = found.Status if found else "missing"
            if status == "Active":
                return
            if status not in _UNFINISHED or waited >= _WAIT_SECONDS:
                reason = getattr(found, "StatusDesc", "") or ""
                raise DeployFailed(f"{name}: is {status} and not Active. {reason}".rstrip())
            self._sleep(2)
            waited += 2

    def run(self, name: str, qualifier: str, event: Mapping[str, Any]) -> None:
        """Start an event function asynchronously and poll until it has ended: a synchronous call ends after 300 s.

        The call is not retried. Raises DeployFailed when the function failed or did not end in 15 minutes.
        https://cloud.tencent.com/document/product/583/65348
        """
        answer = self.call(
            "Invoke",
            name,
            FunctionName=name,
            Namespace=NAMESPACE,
            Qualifier=qualifier,
            InvocationType="Event",
            ClientContext=json.dumps(event),
        )
        request_id = answer.Result.FunctionRequestId
        for _ in range(_RUN_SECONDS // _POLL_SECONDS):
            found = self.call("GetRequestStatus", name, FunctionName=name, FunctionRequestId=request_id)
            # 1: it is running, or was retried.
            codes = [status.RetCode for status in (found.Data or [])] if found else []
            if 0 in codes:
                return
            if codes and 1 not in codes:
                raise DeployFailed(f"{name}: request {request_id} failed: see the function's log")
            self._sleep(_POLL_SECONDS)
        raise DeployFailed(f"{name}: request {request_id} has not ended")
