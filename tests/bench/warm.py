"""Warm requests to a function under Mangum: `python -m tests.bench.warm USER TOKEN CONVERSATION COUNT`.

A separate process, because settings belong to a process. Prints a line of JSON: call → milliseconds of each request.
The floor is an empty route in a bare FastAPI app; another route reads one row by primary key, through the driver
alone, in one transaction.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from mangum import Mangum

from functions.chat.handler import handler as chat_handler
from functions.conversation.handler import handler as conversation_handler
from functions.model_config.handler import handler as model_config_handler
from functions.user.handler import handler as user_handler
from shared.config import DatabaseSettings, load
from shared.db.engine import make_engine
from tests.support.gateway_events import rest_event

FLOOR = "floor"
READ = "read"
_bare = FastAPI()


@_bare.get("/user/me")
async def _nothing() -> dict[str, str]:
    return {"status": "ok"}


def _reading(user_id: str) -> FastAPI:
    """A bare app that reads a user on an open connection."""
    app = FastAPI()
    engine = make_engine(load(DatabaseSettings).url)
    connection: Any = engine.raw_connection().driver_connection
    placeholder = "?" if engine.name == "sqlite" else "%s"
    query = f"SELECT id, username, email, user_group, created_at FROM users WHERE id = {placeholder}"

    @app.get("/user/me")
    async def read() -> dict[str, str]:
        cursor = connection.cursor()
        if engine.name == "sqlite":  # MariaDB's driver begins a transaction itself.
            cursor.execute("BEGIN")
        cursor.execute(query, (user_id,))
        row = cursor.fetchone()
        connection.commit()
        return dict(zip(("id", "username", "email", "group", "created_at"), map(str, row), strict=True))

    return app


def _milliseconds(handler: Callable[[Any, Any], Any], event: Any) -> float:
    started = time.perf_counter()
    answer = handler(event, None)
    taken = (time.perf_counter() - started) * 1000
    assert answer["statusCode"] == 200, answer
    return taken


def main(user_id: str, token: str, conversation_id: str, count: int) -> None:
    calls: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
        FLOOR: (Mangum(_bare, lifespan="off"), "/user/me"),
        "GET /user/me": (user_handler, "/user/me"),
        "GET /model_config": (model_config_handler, "/model_config"),
        # Not after the floor, which would leave its code in the processor's cache.
        READ: (Mangum(_reading(user_id), lifespan="off"), "/user/me"),
        "GET /conversation": (conversation_handler, "/conversation"),
        "GET /chat/{id}": (chat_handler, f"/chat/{conversation_id}"),
    }
    events = {name: rest_event("GET", path, token=token) for name, (_, path) in calls.items()}
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(count + 5):
        for name, (handler, _) in calls.items():
            milliseconds = _milliseconds(handler, events[name])
            if number >= 5:
                taken[name].append(milliseconds)
    print(json.dumps(taken))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
