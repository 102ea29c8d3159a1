"""Events and responses of API Gateway's WebSocket API, for the handlers connect, message and disconnect."""

from typing import Any

from shared.errors import AppError
from shared.logging import RequestContext, request_context

Event = dict[str, Any]
Answer = dict[str, Any]

ACCEPTED: Answer = {"statusCode": 200}


def set_request_context(event: Event) -> str:
    """Set the logging context from an event; returns the id of its connection."""
    about = event["requestContext"]
    connection_id: str = about["connectionId"]
    request_id = about.get("requestId") or connection_id
    request_context.set(
        RequestContext(
            request_id=request_id,
            trace_id=request_id,
            client_ip=about.get("identity", {}).get("sourceIp", "unknown"),
            method="WEBSOCKET",
            path=about.get("routeKey", ""),
            gateway_request_id=about.get("requestId"),
        )
    )
    return connection_id


def handshake_refusal(error: AppError) -> Answer:
    """The response that refuses a handshake."""
    return {"statusCode": error.status}
