"""All HTTP functions as one WSGI app, for `make serve` (serverless-wsgi).

serverless-wsgi serves WSGI, and the functions are ASGI apps: a2wsgi runs them on an event loop in a thread, and
streams their responses chunk by chunk. It sends no lifespan events, so a reply that a reload interrupts is ended as
after a crash, by its next reader.
"""

import importlib
import traceback
from collections.abc import Iterable
from typing import Any

from a2wsgi import ASGIMiddleware
from werkzeug.serving import is_running_from_reloader

from infra.local.failure import FAILURE_BODY
from infra.local.routes import function_of


def _load() -> Any:
    """The app of all functions, or one that answers 500 while their code cannot be imported.

    The server must survive an error in changed code, so that its reloader detects the next change.
    """
    try:
        # Imports every function.
        from infra.openapi import APPS

        apps = {name: importlib.import_module(f"functions.{name}.app").app for name in APPS}
    except Exception:  # noqa: BLE001  (edited code can raise anything)
        traceback.print_exc()
        return _fail

    async def route(scope: Any, receive: Any, send: Any) -> None:
        """Route a request to its function by its path, as the cloud's gateway does."""
        # Any function answers an unknown path in the contract's format.
        await apps.get(function_of(scope["path"]), apps["user"])(scope, receive, send)

    return ASGIMiddleware(route)


def _fail(_environ: Any, start_response: Any) -> Iterable[bytes]:
    start_response("500 Internal Server Error", [("Content-Type", "application/json")])
    return [FAILURE_BODY.encode()]


# The reloader's parent process imports this module, too, but serves nothing.
app = _load() if is_running_from_reloader() else _fail
