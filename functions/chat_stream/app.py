"""The ASGI server of the streaming function, run by uvicorn: behind the Lambda Web Adapter, as an SCF
web function, or locally."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from functions.chat_stream.routes import router
from shared.chat.turn import end_turns
from shared.web.app import create_app


@asynccontextmanager
async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
    yield
    await end_turns()


app = create_app("chat_stream", [router], _lifespan)
