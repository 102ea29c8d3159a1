"""What the gateway tells a function about a request, apart from the request; never what the caller wrote."""

import json
import os
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

    Mangum hands the event on. The Lambda Web Adapter puts its context into `x-amzn-request-context`, in
    place of whatever the caller sent under that name.
    """
    if is_behind_web_adapter():
        try:
            context = json.loads(Headers(scope=scope).get("x-amzn-request-context", ""))
        except ValueError:
            return {}
    else:
        context = scope.get("aws.event", {}).get("requestContext")
    return context if isinstance(context, dict) else {}


def gateway_request_id(scope: Scope) -> str | None:
    """The id that the gateway's own logs have for a request."""
    if is_on_scf():
        return Headers(scope=scope).get("x-scf-request-id")
    request_id = gateway_context(scope).get("requestId")
    return request_id if isinstance(request_id, str) else None
