"""Client of API Gateway's @connections API, which sends frames to the WebSocket connections that the gateway holds.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

import time
from functools import cache
from typing import Any

from shared.config import GatewaySettings, load

_POST_ATTEMPTS = 3


class ConnectionGone(Exception):
    """The client has disconnected."""


def post_frame(connection_id: str, frame: str) -> None:
    """Send a frame. Raises ConnectionGone."""
    from botocore.exceptions import ClientError

    for attempt in range(1, _POST_ATTEMPTS + 1):
        try:
            _management_api().post_to_connection(ConnectionId=connection_id, Data=frame.encode())
        except ClientError as error:
            # The local gateway's error names differ from the cloud's; the status codes are the same.
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            if status == 410:
                raise ConnectionGone from None
            if attempt == _POST_ATTEMPTS or status not in (429, 500, 502, 503, 504):
                raise
            time.sleep(0.1 * attempt)
        else:
            return


@cache
def _management_api() -> Any:
    import boto3  # Slow to import, and only needed when somebody is connected.

    return boto3.client("apigatewaymanagementapi", endpoint_url=load(GatewaySettings).websocket_endpoint)
