"""The caller's network address, as the gateway saw it; never what the caller wrote."""

import json
import os

from starlette.datastructures import Headers
from starlette.types import Scope


def client_address(scope: Scope) -> str:
    """The address of an HTTP or WebSocket connection, or "unknown".

    - SCF (the platform sets TENCENTCLOUD_RUNENV=SCF): the gateway appends it to X-Forwarded-For, so
      only the rightmost entry is its own.
    - Behind the Lambda Web Adapter: in the gateway's request context, which the adapter puts in
      `x-amzn-request-context`, in place of whatever the caller sent under that name.
    - Elsewhere the connection's peer. That is the caller on a developer's machine, and on Lambda what
      Mangum takes from the event's request context.
    """
    address: object = None
    if os.environ.get("TENCENTCLOUD_RUNENV") == "SCF":
        forwarded = Headers(scope=scope).getlist("x-forwarded-for")
        address = forwarded[-1].rpartition(",")[2].strip() if forwarded else None
    elif _is_behind_web_adapter():
        address = _source_ip(Headers(scope=scope).get("x-amzn-request-context", ""))
    elif scope.get("client"):
        address = scope["client"][0]
    return address if isinstance(address, str) and address else "unknown"


def _is_behind_web_adapter() -> bool:
    # The local stage copies the function's variables, the wrapper among them; the runtime API's
    # address is set by Lambda alone.
    return os.environ.get("AWS_LAMBDA_EXEC_WRAPPER") == "/opt/bootstrap" and "AWS_LAMBDA_RUNTIME_API" in os.environ


def _source_ip(request_context: str) -> object:
    """`identity.sourceIp` of a REST API's request context, `http.sourceIp` of a function URL's."""
    try:
        context = json.loads(request_context)
        return (context.get("identity") or context["http"])["sourceIp"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
