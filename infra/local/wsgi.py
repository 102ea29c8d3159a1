"""All HTTP functions as one WSGI app, for `make serve` (serverless-wsgi).

serverless-wsgi serves WSGI, and the functions are ASGI apps: a2wsgi runs them on an event loop in a thread and passes
each piece of a streamed response on as it comes.
"""

import importlib
from typing import Any

from a2wsgi import ASGIMiddleware

from infra.openapi import APPS

_STREAMED = ("/chat/send", "/chat/regenerate", "/chat/continue", "/chat/resume/")
_apps = {name: importlib.import_module(f"functions.{name}.app").app for name in APPS}


async def _gateway(scope: Any, receive: Any, send: Any) -> None:
    """Route a request to its function by its path, as the cloud's gateway does."""
    path = scope["path"]
    name = "chat_stream" if path.startswith(_STREAMED) else path.split("/")[1]
    # An unknown path is answered in the contract's form by any function.
    await _apps.get(name, _apps["user"])(scope, receive, send)


app = ASGIMiddleware(_gateway)
