"""The caller's network address, as the gateway saw it; never what the caller wrote."""

import os

from starlette.datastructures import Headers
from starlette.types import Scope


def client_address(scope: Scope) -> str:
    """The address of an HTTP or WebSocket connection, or "unknown".

    On SCF the gateway appends it to X-Forwarded-For, so only the rightmost entry is its own (the
    platform sets TENCENTCLOUD_RUNENV=SCF). On AWS it is in the event; Mangum puts it in `client`.
    """
    if os.environ.get("TENCENTCLOUD_RUNENV") == "SCF":
        forwarded = Headers(scope=scope).getlist("x-forwarded-for")
        if forwarded:
            return forwarded[-1].rpartition(",")[2].strip()
    client = scope.get("client")
    return client[0] if client else "unknown"
