"""An ASGI app as an AWS Lambda handler behind API Gateway."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from mangum import Mangum

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def lambda_handler(app: FastAPI) -> Handler:
    """A handler for API Gateway proxy events.

    Lifespan is off: Mangum would run it for every invocation.
    """
    handler: Handler = Mangum(app, lifespan="off")
    return handler
