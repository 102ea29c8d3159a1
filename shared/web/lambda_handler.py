"""An ASGI app as an AWS Lambda handler behind API Gateway."""

import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from mangum import Mangum

from shared.errors import InternalError

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def lambda_handler(app: FastAPI) -> Handler:
    """A handler for API Gateway proxy events.

    Lifespan is off: Mangum would run it for every invocation.
    """
    mangum: Handler = Mangum(app, lifespan="off")
    return _answer_always(mangum) if os.environ.get("IS_OFFLINE") == "true" else mangum


def _answer_always(handler: Handler) -> Handler:
    """serverless-offline's Python runner hangs until its timeout, and then answers 200, when a handler
    raises or leaves a line unfinished on stdout. The clouds do neither."""

    def answering(event: dict[str, Any], context: Any) -> dict[str, Any]:
        try:
            return handler(event, context)
        except Exception:  # noqa: BLE001 - the edge
            traceback.print_exc()
            body = json.dumps(InternalError().body(""))
            return {"statusCode": 500, "headers": {"content-type": "application/json"}, "body": body}
        finally:
            sys.stdout.write("\n")
            sys.stdout.flush()

    return answering
