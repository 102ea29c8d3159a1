"""Client of Tencent's SCF API, with polling until a function is active."""

import time
from collections.abc import Callable

from tencentcloud.scf.v20180416 import models

from infra.deployment import DeployFailed
from infra.tencent.api import Client, TencentApi

# https://cloud.tencent.com/document/product/583/115197
_UNFINISHED = {"Creating", "Updating", "Publishing", "Deleting"}
_WAIT_SECONDS = 300


class Scf(TencentApi):
    def __init__(self, client: Client, sleep: Callable[[float], None] = time.sleep) -> None:
        super().__init__(client, models, sleep)

    def wait_until_active(self, name: str) -> None:
        """Raises DeployFailed when the function does not become Active."""
        waited = 0
        while True:
            found = self.call("GetFunction", name, FunctionName=name)
            status = found.Status if found else "missing"
            if status == "Active":
                return
            if status not in _UNFINISHED or waited >= _WAIT_SECONDS:
                reason = getattr(found, "StatusDesc", "") or ""
                raise DeployFailed(f"{name}: is {status} and not Active. {reason}".rstrip())
            self._sleep(2)
            waited += 2
