"""Client of API Gateway's @connections API, with retries: sends frames to the gateway's WebSocket connections.

A call that the gateway throttled, or that failed there, is repeated after an exponential backoff.
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
"""

import asyncio
import logging
import random
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from shared.config import GatewaySettings, load
from shared.logging import fields
from shared.threads import run_in_thread

_log = logging.getLogger(__name__)

# Before each retry. Throttling is per account and region, and over within seconds.
_RETRY_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.6, 2.0)
_RETRIED_STATUSES = (429, 500, 502, 503, 504)
_CONNECT_SECONDS = 5
_READ_SECONDS = 10


class ConnectionGone(Exception):
    """The client has disconnected."""


class GatewayUnavailable(Exception):
    """The gateway throttled a call, failed, or could not be reached, at every attempt."""


async def post_frame(connection_id: str, frame: str) -> None:
    """Send a frame. After a timeout it may arrive twice: a client drops an event whose `seq` it has received.

    Raises ConnectionGone, GatewayUnavailable, and botocore.exceptions.BotoCoreError or ClientError for a call that a
    retry would not change.
    """
    await _with_retries(lambda api: api.post_to_connection(ConnectionId=connection_id, Data=frame.encode()))


async def close_connection(connection_id: str) -> None:
    """Close a client's connection. Raises the same as `post_frame`."""
    await _with_retries(partial(_delete_connection, connection_id=connection_id))


def close_connection_once(connection_id: str) -> None:
    """Close a client's connection without retries, for callers outside an event loop. Raises as `post_frame` does."""
    _call_once(partial(_delete_connection, connection_id=connection_id))


def _delete_connection(api: Any, connection_id: str) -> None:
    api.delete_connection(ConnectionId=connection_id)


async def _with_retries(call: Callable[[Any], object]) -> None:
    for seconds in _RETRY_SECONDS:
        try:
            await run_in_thread(_call_once, call)
        except GatewayUnavailable as error:
            _log.warning("the WebSocket gateway is unavailable, retrying", extra=fields(reason=str(error)))
        else:
            return
        # Jitter, so that connections that were throttled together are not retried together.
        await asyncio.sleep(seconds * random.uniform(0.5, 1))  # noqa: S311 - not a secret
    await run_in_thread(_call_once, call)


def _call_once(call: Callable[[Any], object]) -> None:
    from botocore.exceptions import ClientError, HTTPClientError
    from botocore.exceptions import ConnectionError as NoConnection

    try:
        call(_management_api())
    except ClientError as error:
        # The local gateway's error names differ from the cloud's; the status codes are the same.
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if status == 410:
            raise ConnectionGone from None
        if status in _RETRIED_STATUSES:
            raise GatewayUnavailable(f"status {status}") from error
        raise
    except (NoConnection, HTTPClientError) as error:
        raise GatewayUnavailable(type(error).__name__) from error


@cache
def _management_api() -> Any:
    # Slow to import, and only needed when somebody is connected.
    import boto3
    from botocore.config import Config

    return boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=load(GatewaySettings).websocket_endpoint,
        # Retries are implemented here, without a waiting thread.
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=_CONNECT_SECONDS, read_timeout=_READ_SECONDS),
    )
