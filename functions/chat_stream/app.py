"""The ASGI server of the streaming function, run by uvicorn: behind the Lambda Web Adapter, as an SCF
web function, or locally."""

from shared.startup import without_gc

with without_gc():
    import asyncio
    from collections.abc import AsyncIterator
    from contextlib import asynccontextmanager
    from functools import partial

    from fastapi import FastAPI

    from functions.chat_stream.routes import router
    from shared.chat.detached import interrupt_turns
    from shared.chat.events import ChatEvent
    from shared.chat.model_reader import load_provider
    from shared.threads import run_in_thread
    from shared.web.app import create_app
    from shared.web.responses import component_schemas


@asynccontextmanager
async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
    loading = asyncio.create_task(run_in_thread(load_provider))
    yield
    await interrupt_turns()
    await loading


app = create_app(
    "chat_stream",
    [router],
    _lifespan,
    schemas=partial(component_schemas, "ChatEvent", ChatEvent, "serialization"),
)
