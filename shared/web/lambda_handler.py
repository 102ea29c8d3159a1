"""An ASGI app as an AWS Lambda handler behind API Gateway."""

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from mangum import Mangum

from shared.config import AppSettings, load
from shared.web.blocking import run_inline

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def lambda_handler(app: FastAPI) -> Handler:
    """A handler for API Gateway proxy events. Lambda sends an instance one event at a time."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # Lifespan is off: Mangum would run it for every invocation. The gateway leaves a domain's base path in the path.
    mangum = Mangum(app, lifespan="off", api_gateway_base_path=load(AppSettings).api_base_path)

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        # Mangum uses the thread's current event loop, which asyncio.run removes.
        asyncio.set_event_loop(loop)
        with run_inline():
            return mangum(event, context)

    return handler
