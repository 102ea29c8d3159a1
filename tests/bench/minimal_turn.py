"""The floor of a turn: a minimal implementation with the product's libraries (FastAPI, PyJWT, PyMySQL, uvicorn).

It implements `/chat/send` for a new conversation on MariaDB, without errors, limits, logs, images, context, other
devices or other models. It keeps a turn's guarantees: the login is checked, the conversation is locked, both messages
are stored before the model is called, a token is stored before it is sent, and the end of the reply is stored.
Admission is the product's: in order, four at a time.
"""

import asyncio
import json
import os
import uuid
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from functools import partial
from queue import Empty, LifoQueue
from typing import Annotated, Any, TypeVar

import jwt
import pymysql  # type: ignore[import-untyped]
from fastapi import FastAPI, Header
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from sqlalchemy import make_url

from tests.bench.client import HttpConnection

_LOGIN = "SELECT 1 FROM refresh_tokens WHERE user_id = %s AND family_id = %s AND revoked_at IS NULL LIMIT 1"
_LOCK = "SELECT title, active_leaf_id, model_config_id FROM conversations WHERE id = %s AND user_id = %s FOR UPDATE"
_ADD = (
    "INSERT INTO messages (id, conversation_id, user_id, parent_id, role, text, status, turn_id, created_at) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_SHOW = "UPDATE conversations SET active_leaf_id = %s, updated_at = %s WHERE id = %s AND user_id = %s"
_APPEND = (
    "INSERT INTO message_chunks (message_id, seq, kind, text, created_at) SELECT id, %s, 'delta', %s, %s FROM messages "
    "WHERE id = %s AND status = 'streaming' AND turn_id = %s AND stop_requested_at IS NULL"
)
_ACTIVITY = "UPDATE conversations SET updated_at = %s WHERE id = %s AND user_id = %s"
_END = (
    "UPDATE messages SET text = %s, status = 'completed', finish_reason = 'stop', event_lengths = %s "
    "WHERE id = %s AND status = 'streaming' AND turn_id = %s"
)
_FOLD = "DELETE FROM message_chunks WHERE message_id = %s"

_T = TypeVar("_T")
_url = make_url(os.environ["DATABASE_URL"])
_connections: LifoQueue[Any] = LifoQueue()
_threads = ThreadPoolExecutor(int(os.environ["DATABASE_POOL_SIZE"]))
_models: list[HttpConnection] = []
_key = os.environ["JWT_KEYS"].partition(":")[2]
_preparing = asyncio.Semaphore(4)
app = FastAPI()


class _Body(BaseModel):
    conversation_id: str
    message: str


async def _in_transaction(work: Callable[[Any], _T]) -> _T:
    def run() -> _T:
        try:
            connection = _connections.get_nowait()
        except Empty:
            connection = _connect()
        result = work(connection.cursor())
        connection.commit()
        _connections.put(connection)
        return result

    return await asyncio.get_running_loop().run_in_executor(_threads, run)


def _connect() -> Any:
    return pymysql.connect(
        host=_url.host,
        port=_url.port or 3306,
        user=_url.username,
        password=_url.password or "",
        database=_url.database,
    )


@app.post("/chat/send")
async def send(body: _Body, authorization: Annotated[str, Header()]) -> StreamingResponse:
    token = authorization.removeprefix("Bearer ")
    claims = jwt.decode(token, _key, algorithms=["HS256"], audience="chat-api", issuer="chat")
    user_id, conversation_id = claims["sub"], body.conversation_id
    question_id, reply_id, turn_id = (str(uuid.uuid4()) for _ in range(3))

    def prepare(cursor: Any) -> None:
        now = datetime.now(timezone.utc)
        cursor.execute(_LOGIN, (user_id, claims["fam"]))
        cursor.execute(_LOCK, (conversation_id, user_id))
        _, leaf_id, _ = cursor.fetchone()
        question = (question_id, conversation_id, user_id, leaf_id, "user", body.message, "completed", None, now)
        reply = (reply_id, conversation_id, user_id, question_id, "assistant", "", "streaming", turn_id, now)
        cursor.executemany(_ADD, (question, reply))
        cursor.execute(_SHOW, (reply_id, now, conversation_id, user_id))

    async with _preparing:
        await _in_transaction(prepare)

    async def events() -> AsyncIterator[bytes]:
        yield _event("started", 1, assistant_message_id=reply_id)
        reply, seq = "", 1
        async for text in _ask(body.message):
            reply, seq = reply + text, seq + 1
            await _in_transaction(partial(_append, (seq, text, datetime.now(timezone.utc), reply_id, turn_id)))
            yield _event("delta", seq, text=text)

        def finish(cursor: Any) -> None:
            cursor.execute(_ACTIVITY, (datetime.now(timezone.utc), conversation_id, user_id))
            cursor.execute(_END, (reply, "[0, 1]", reply_id, turn_id))
            cursor.execute(_FOLD, (reply_id,))

        await _in_transaction(finish)
        yield _event("completed", seq + 1, status="completed")

    return StreamingResponse(events(), media_type="text/event-stream")


def _append(values: tuple[object, ...], cursor: Any) -> None:
    cursor.execute(_APPEND, values)


async def _ask(message: str) -> AsyncIterator[str]:
    connection = _models.pop() if _models else await HttpConnection(os.environ["MODEL_URL"]).open()
    body = {"model": "1", "stream": True, "messages": [{"role": "user", "content": message}]}
    async for _, piece in connection.post("/v1/chat/completions", body):
        for line in piece.split(b"\n"):
            if line.startswith(b"data: {"):
                text = json.loads(line[6:])["choices"][0]["delta"].get("content")
                if text:
                    yield text
    _models.append(connection)


def _event(kind: str, seq: int, **fields: object) -> bytes:
    return f"event: {kind}\nid: {seq}\ndata: {json.dumps({'type': kind, 'seq': seq, **fields})}\n\n".encode()
