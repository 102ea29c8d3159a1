"""The gateway's request context: data about a request that the gateway adds and a client cannot set."""

import json
import os
import time
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Scope


def is_on_scf() -> bool:
    return os.environ.get("TENCENTCLOUD_RUNENV") == "SCF"


def is_behind_web_adapter() -> bool:
    # The local stage copies the function's variables, the wrapper among them; the runtime API's
    # address is set by Lambda alone.
    return os.environ.get("AWS_LAMBDA_EXEC_WRAPPER") == "/opt/bootstrap" and "AWS_LAMBDA_RUNTIME_API" in os.environ


def gateway_context(scope: Scope) -> Mapping[str, Any]:
    """API Gateway's request context; empty where there is none.

    Mangum passes the event in the scope. The Lambda Web Adapter sets the header `x-amzn-request-context`, replacing
    any that the client sent.
    """
    if is_behind_web_adapter():
        try:
            context = json.loads(Headers(scope=scope).get("x-amzn-request-context", ""))
        except ValueError:
            return {}
    else:
        context = scope.get("aws.event", {}).get("requestContext")
    return context if isinstance(context, dict) else {}


def invocation_seconds_left(scope: Scope) -> float | None:
    """The time until Lambda ends the invocation that a request is part of; None elsewhere.

    The Lambda Web Adapter sets the header `x-amzn-lambda-context`, replacing any that the client sent; its `deadline`
    is in milliseconds since 1970.
    """
    if not is_behind_web_adapter():
        return None
    try:
        deadline = json.loads(Headers(scope=scope).get("x-amzn-lambda-context", ""))["deadline"]
    except (ValueError, TypeError, LookupError):
        return None
    return deadline / 1000 - time.time() if isinstance(deadline, int) else None


def gateway_request_id(scope: Scope) -> str | None:
    """The request's id in the gateway's own logs."""
    if is_on_scf():
        return Headers(scope=scope).get("x-scf-request-id")
    request_id = gateway_context(scope).get("requestId")
    return request_id if isinstance(request_id, str) else None
