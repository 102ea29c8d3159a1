"""Client of Tencent Cloud's APIs: calls, retries, and error messages."""

import json
import time
import warnings
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from infra.deployment import DeployFailed

# https://cloud.tencent.com/document/api/583/17238: temporary refusals, which are retried.
_RETRYABLE = (
    "RequestLimitExceeded",
    "InternalError",
    "FailedOperation.FunctionStatusError",
    "ClientNetworkError",
    "ServerNetworkError",
)
_MISSING = ("ResourceNotFound",)
# Actions for which "not found" is a valid answer. For others it means a wrong layer, role or network.
_MAY_BE_MISSING = ("Get", "List", "Describe", "Delete")
# Actions that are not retried: an attempt whose answer was lost may have started the function.
_ONCE = ("Invoke",)
_ATTEMPTS = 6


class Client(Protocol):
    """An SDK's client, or a fake: a method per action."""

    def __getattr__(self, action: str) -> Callable[[Any], Any]: ...


class TencentApi:
    """An API whose requests are plain mappings, validated against the SDK's models."""

    def __init__(self, client: Client, models: Any, sleep: Callable[[float], None] = time.sleep) -> None:
        """`models`: the SDK's module of the API's models."""
        self._client = client
        self._models = models
        self._sleep = sleep

    def call(self, action: str, about: str, **body: Any) -> Any:
        """The response, or None when the resource to read or delete does not exist. Raises DeployFailed."""
        request = request_of(self._models, action, body)
        attempts = 1 if action in _ONCE else _ATTEMPTS
        for attempt in range(1, attempts + 1):
            try:
                return getattr(self._client, action)(request)
            except TencentCloudSDKException as error:
                code = str(error.code)
                if code.startswith(_MISSING) and action.startswith(_MAY_BE_MISSING):
                    return None
                if not code.startswith(_RETRYABLE) or attempt == attempts:
                    raise DeployFailed(f"{about}: {action} failed with {code}: {error.message}") from error
                self._sleep(min(2**attempt, 20))
        raise AssertionError("the last attempt returns or raises")


def request_of(models: Any, action: str, body: Mapping[str, Any]) -> Any:
    """The SDK's request object. Raises TypeError for a field, at any depth, that the API does not have."""
    request = getattr(models, f"{action}Request")()
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        try:
            request.from_json_string(json.dumps(body))
        except UserWarning as warning:
            raise TypeError(f"{action}: {warning}") from None
    return request
