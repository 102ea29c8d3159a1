"""The floor of a streaming server: an ASGI app that proxies a model's bytes."""

import os
from collections.abc import AsyncIterator

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

_client = httpx2.AsyncClient(base_url=os.environ["MODEL_URL"], timeout=None, limits=httpx2.Limits(max_connections=None))


async def _pass(request: Request) -> StreamingResponse:
    body = await request.body()

    async def answer() -> AsyncIterator[bytes]:
        async with _client.stream("POST", request.url.path, content=body) as response:
            async for piece in response.aiter_raw():
                yield piece

    return StreamingResponse(answer(), media_type="text/event-stream")


app = Starlette(routes=[Route("/{path:path}", _pass, methods=["POST"])])
