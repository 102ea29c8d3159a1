"""Tencent's SCF API: what is called, what is tried again, and what a failure says."""

import json
import time
import warnings
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.scf.v20180416 import models

from infra.deployment import DeployFailed

# https://cloud.tencent.com/document/api/583/17238: refused for now, not for good.
_RETRYABLE = (
    "RequestLimitExceeded",
    "InternalError",
    "FailedOperation.FunctionStatusError",
    "ClientNetworkError",
    "ServerNetworkError",
)
_MISSING = ("ResourceNotFound",)
# Where what is missing is an answer. To the others it is a layer, a role or a network that was named wrongly.
_LOOKS = ("Get", "List", "Delete")
_ATTEMPTS = 6
# https://cloud.tencent.com/document/product/583/115197
_UNFINISHED = {"Creating", "Updating", "Publishing", "Deleting"}
_WAIT_SECONDS = 300


class ScfClient(Protocol):
    """The SDK's client, or a fake of it: a method for each action."""

    def __getattr__(self, action: str) -> Callable[[Any], Any]: ...


class Scf:
    """The API with its requests as plain mappings, checked against the SDK's models."""

    def __init__(self, client: ScfClient, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._sleep = sleep

    def call(self, action: str, about: str, **body: Any) -> Any:
        """The answer, or None when what is looked for or deleted is not there. Raises DeployFailed."""
        request = request_of(action, body)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return getattr(self._client, action)(request)
            except TencentCloudSDKException as error:
                code = str(error.code)
                if code.startswith(_MISSING) and action.startswith(_LOOKS):
                    return None
                if not code.startswith(_RETRYABLE) or attempt == _ATTEMPTS:
                    raise DeployFailed(f"{about}: {action} failed with {code}: {error.message}") from error
                self._sleep(min(2**attempt, 20))
        raise AssertionError("the last attempt returns or raises")

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


def request_of(action: str, body: Mapping[str, Any]) -> Any:
    """The SDK's request object. Raises TypeError for a field, at any depth, that the API has not got."""
    request = getattr(models, f"{action}Request")()
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        try:
            request.from_json_string(json.dumps(body))
        except UserWarning as warning:
            raise TypeError(f"{action}: {warning}") from None
    return request
