"""An ASGI app as an AWS Lambda handler behind API Gateway."""

import asyncio
from collections.abc import Callable
from functools import cache
from typing import Any

from fastapi import FastAPI
from mangum import Mangum

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def lambda_handler(app: FastAPI) -> Handler:
    """A handler for API Gateway proxy events.

    Lifespan is off: Mangum would run it for every invocation.
    """
    mangum: Handler = Mangum(app, lifespan="off")

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        # Mangum takes the thread's current loop, which Python 3.14 does not make by itself.
        asyncio.set_event_loop(_event_loop())
        return mangum(event, context)

    return handler


@cache
def _event_loop() -> asyncio.AbstractEventLoop:
    """One for all invocations: connections to a model's server are kept by loop."""
    return asyncio.new_event_loop()
