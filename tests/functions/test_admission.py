"""Admission of concurrent requests that start a reply."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import anyio
import httpx2
from fastapi import APIRouter, FastAPI
from fastapi.responses import StreamingResponse

from functions.chat_stream.admission import MAX_PREPARING, AdmissionRoute
from functions.chat_stream.routes import router


class AdmissionApp:
    """An app whose handlers return, and whose streams end, on the test's command."""

    def __init__(self) -> None:
        self.admitted: list[str] = []
        self.prepared: list[str] = []
        self._may_finish = asyncio.Semaphore(0)
        self.may_end = asyncio.Event()
        routes = APIRouter(route_class=AdmissionRoute)
        routes.add_api_route("/{name}", self._prepare, methods=["POST"])
        app = FastAPI()
        app.include_router(routes)
        self._client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test")

    async def _prepare(self, name: str) -> StreamingResponse:
        self.admitted.append(name)
        await self._may_finish.acquire()
        self.prepared.append(name)
        return StreamingResponse(self._stream())

    async def _stream(self) -> AsyncIterator[bytes]:
        await self.may_end.wait()
        yield b"the end"

    def let_finish(self, count: int) -> None:
        for _ in range(count):
            self._may_finish.release()

    async def post(self, name: str, body: AsyncIterator[bytes] | bytes = b"") -> str:
        return (await self._client.post(f"/{name}", content=body)).text


def run(story: Callable[[AdmissionApp], Awaitable[None]]) -> None:
    async def in_time() -> None:
        with anyio.fail_after(20):
            await story(AdmissionApp())

    asyncio.run(in_time())


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - polls the app's progress, for which there is no event
        await asyncio.sleep(0)


NAMES = [f"request-{number}" for number in range(3 * MAX_PREPARING)]


def test_requests_are_admitted_in_order_and_few_at_a_time() -> None:
    async def story(app: AdmissionApp) -> None:
        requests = [asyncio.create_task(app.post(name)) for name in NAMES]
        for finished in range(len(NAMES) - MAX_PREPARING):
            await until(lambda finished=finished: len(app.admitted) == finished + MAX_PREPARING)  # type: ignore[misc]
            assert app.admitted == NAMES[: finished + MAX_PREPARING]
            app.let_finish(1)
        app.let_finish(MAX_PREPARING)
        # Streaming replies occupy no slot.
        await until(lambda: app.prepared == NAMES)
        app.may_end.set()
        assert await asyncio.gather(*requests) == ["the end"] * len(NAMES)

    run(story)


def test_slow_clients_do_not_delay_others() -> None:
    async def story(app: AdmissionApp) -> None:
        whole = asyncio.Event()

        async def slow_body() -> AsyncIterator[bytes]:
            yield b"{"
            await whole.wait()
            yield b"}"

        app.let_finish(MAX_PREPARING + 1)
        app.may_end.set()
        slow = [asyncio.create_task(app.post("slow", slow_body())) for _ in range(MAX_PREPARING)]
        await asyncio.sleep(0)
        assert await app.post("quick") == "the end"
        assert app.prepared == ["quick"]
        whole.set()
        await asyncio.gather(*slow)
        assert app.prepared == ["quick"] + ["slow"] * MAX_PREPARING

    run(story)


def test_a_message_with_images_does_not_delay_others_while_it_waits_for_the_store() -> None:
    async def story(app: AdmissionApp) -> None:
        with_images = [f"image-{number}" for number in range(2 * MAX_PREPARING)]
        requests = [asyncio.create_task(app.post(name, b'{"type": "image_url"}')) for name in with_images]
        await until(lambda: len(app.admitted) == len(with_images))
        requests += [asyncio.create_task(app.post(name)) for name in NAMES]
        await until(lambda: len(app.admitted) == len(with_images) + MAX_PREPARING)
        app.may_end.set()
        app.let_finish(len(requests))
        await asyncio.gather(*requests)

    run(story)


def test_every_streaming_call_has_admission() -> None:
    assert router.routes
    assert all(isinstance(route, AdmissionRoute) for route in router.routes)
