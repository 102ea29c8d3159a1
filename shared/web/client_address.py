"""The client's network address as the gateway saw it, never from a header that the client controls."""

from starlette.datastructures import Headers
from starlette.types import Scope

from shared.web.gateway_context import gateway_context, is_behind_web_adapter, is_on_scf


def client_address(scope: Scope) -> str:
    """The address of an HTTP or WebSocket connection, or "unknown".

    - SCF (the platform sets TENCENTCLOUD_RUNENV=SCF): the gateway appends it to X-Forwarded-For, so
      only the rightmost entry is its own.
    - Behind the Lambda Web Adapter: in the gateway's request context.
    - Elsewhere the connection's peer: the client on a developer's machine, and on Lambda the address that
      Mangum takes from the event's request context.
    """
    address: object = None
    if is_on_scf():
        forwarded = Headers(scope=scope).getlist("x-forwarded-for")
        address = forwarded[-1].rpartition(",")[2].strip() if forwarded else None
    elif is_behind_web_adapter():
        address = _source_ip(scope)
    elif scope.get("client"):
        address = scope["client"][0]
    return address if isinstance(address, str) and address else "unknown"


def _source_ip(scope: Scope) -> object:
    """`identity.sourceIp` of a REST API's request context, `http.sourceIp` of a function URL's."""
    context = gateway_context(scope)
    try:
        return (context.get("identity") or context["http"])["sourceIp"]
    except (KeyError, TypeError):
        return None
