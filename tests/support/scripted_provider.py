"""An OpenAI-compatible server that answers as a test instructs it.

In a test: `with ScriptedProvider().serve() as provider: provider.enqueue(Script([delta("Hi")]))`.
Beside a stack: `python -m tests.support.scripted_provider --port N`, controlled over HTTP:

    POST /script      a Script as JSON     answers the next request that it fits
    POST /gates/NAME                       lets replies go on that wait at `gate(NAME)`
    GET /requests     what was asked, and what became of it
    DELETE /requests  forget requests, scripts and gates

A request that no queued script fits is answered by NAMED_SCRIPTS under its model's name (so that a
person can try them in the SPA), or else by repeating what the user said.
"""

import argparse
import asyncio
import base64
import hashlib
import json
import threading
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.error import URLError

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.support.processes import serve

# One thing that happens in a reply. `after` is a delay in seconds before it.
Step = dict[str, Any]


def delta(text: str, after: float = 0) -> Step:
    """A piece of the reply's text."""
    return {"delta": text, "after": after}


def reasoning(text: str, name: str = "reasoning_content", after: float = 0) -> Step:
    """A piece of reasoning; providers call the field `reasoning_content` or `reasoning`."""
    return {"reasoning": text, "name": name, "after": after}


def call(name: str, call_id: str = "call-1", index: int = 0, **arguments: Any) -> Step:
    """A call of a tool, in two pieces as OpenAI sends them."""
    return {"call": {"index": index, "id": call_id, "name": name, "arguments": json.dumps(arguments)}}


def empty_choices() -> Step:
    """A chunk without choices, as Azure sends for its content filter."""
    return {"empty_choices": True}


def finish(reason: str = "stop") -> Step:
    return {"finish_reason": reason}


def usage(prompt_tokens: int, completion_tokens: int) -> Step:
    """The usage to report; without this step it is counted, in words."""
    return {"usage": {"prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens}}


def no_usage() -> Step:
    """As of a server that does not know `stream_options.include_usage`."""
    return {"usage": None}


def error_event(message: str = "the model failed", code: str = "server_error") -> Step:
    """An error object inside the stream, after which nothing comes."""
    return {"error": {"message": message, "type": code, "code": code}}


def raw(text: str) -> Step:
    """Bytes that may be no event at all."""
    return {"raw": text}


def gate(name: str) -> Step:
    """Wait here until the test opens the gate."""
    return {"gate": name}


def drop() -> Step:
    """Cut the connection."""
    return {"drop": True}


def stall() -> Step:
    """Send nothing more and keep the connection."""
    return {"stall": True}


@dataclass(frozen=True)
class Script:
    """What one request is answered with, and which request: any, or one that fits `model` and
    `stream`. With a `status` other than 200 the answer is an error; with `html` it is a web page.
    """

    steps: list[Step] = field(default_factory=list)
    model: str | None = None
    stream: bool | None = None
    status: int = 200
    error: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    html: bool = False

    def fits(self, body: Mapping[str, Any]) -> bool:
        return self.model in (None, body.get("model")) and self.stream in (
            None,
            bool(body.get("stream")),
        )


@dataclass(frozen=True)
class ModelList:
    """The answer to `GET /models`: `body` as JSON or, where it is text, as it is. With `stalls` none comes."""

    body: Any
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    stalls: bool = False


def http_error(status: int, **options: Any) -> Script:
    """The error that OpenAI's API gives with this status: 401, 404, 429, 500 or another."""
    code = {401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}.get(status)
    error = {"message": f"scripted {status}", "type": "invalid_request_error", "code": code}
    return Script(status=status, error=error, **options)


_WORDS = [f"word{n} " for n in range(1, 41)]

NAMED_SCRIPTS: Mapping[str, Script] = {
    "slow": Script([delta(word, after=0.1) for word in _WORDS]),
    "steady": Script([delta(word, after=0.5) for word in _WORDS[:20]]),
    "reasoning": Script([reasoning("Let me think. "), reasoning("Done."), delta("It is 42.")]),
    "length": Script([delta("This is cut"), finish("length")]),
    "no-usage": Script([delta("Uncounted."), no_usage()]),
    "fails-midway": Script([delta("So far "), delta("so good."), error_event()]),
    "drops": Script([delta("So far "), delta("so good."), drop()]),
    "stalls": Script([delta("So far "), stall()]),
    "html": Script(html=True),
    **{f"error-{status}": http_error(status) for status in (400, 401, 404, 429, 500, 503)},
}


@dataclass
class FetchedImage:
    """An image the provider was given: by URL, which it fetched, or inline."""

    url: str
    ok: bool
    sha256: str | None = None
    size: int | None = None
    content_type: str | None = None
    error: str | None = None


@dataclass
class RecordedRequest:
    body: dict[str, Any]
    authorization: str | None
    # The client's end of its connection.
    client: str = ""
    images: list[FetchedImage] = field(default_factory=list)
    # The reply was sent to its end; or the client left, or was cut off, before that.
    completed: bool = False
    aborted: bool = False

    @property
    def model(self) -> str:
        return str(self.body.get("model"))

    @property
    def stream(self) -> bool:
        return bool(self.body.get("stream"))


class ConnectionCut(Exception):
    """Raised through the server, which then closes the connection in the middle of the reply."""


class ScriptedProvider:
    """The server and what it was asked. `base_url` is what a client is configured with."""

    def __init__(self) -> None:
        self.requests: list[RecordedRequest] = []
        self.base_url = ""
        # The answer to `GET /models`, and of each request for it the target, the headers and the client's end of its
        # connection.
        self.model_list = _named_models()
        self.list_targets: list[str] = []
        self.list_headers: list[Mapping[str, str]] = []
        self.list_clients: list[str] = []
        # Answers the requests that no queued script fits, by their bodies.
        self.answer_with: Callable[[Mapping[str, Any]], Script] | None = None
        self._scripts: list[Script] = []
        self._gates: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        self.app = Starlette(
            routes=[
                Route("/v1/chat/completions", self._complete, methods=["POST"]),
                Route("/v1/models", self._list_models),
                Route("/v1/{deployment:path}/models", self._list_models),
                Route("/script", self._post_script, methods=["POST"]),
                Route("/gates/{name}", self._post_gate, methods=["POST"]),
                Route("/requests", self._get_requests, methods=["GET"]),
                Route("/requests", self._delete_requests, methods=["DELETE"]),
            ]
        )

    @contextmanager
    def serve(self, port: int | None = None) -> Iterator["ScriptedProvider"]:
        """Serve from a thread of this process."""
        with serve(self.app, port) as url:
            self.base_url = f"{url}/v1"
            try:
                yield self
            finally:
                # Requests that still wait would hold up the end.
                self.open_all_gates()

    def enqueue(self, *scripts: Script) -> None:
        with self._lock:
            self._scripts.extend(scripts)

    def open_gate(self, name: str) -> None:
        self._gate(name).set()

    def open_all_gates(self) -> None:
        with self._lock:
            gates = list(self._gates.values())
        for event in gates:
            event.set()

    def reset(self) -> None:
        self.open_all_gates()
        with self._lock:
            self.requests.clear()
            self.model_list = _named_models()
            self.list_targets.clear()
            self.list_headers.clear()
            self.list_clients.clear()
            self.answer_with = None
            self._scripts.clear()
            self._gates.clear()

    def _gate(self, name: str) -> threading.Event:
        with self._lock:
            return self._gates.setdefault(name, threading.Event())

    def _script_for(self, body: Mapping[str, Any]) -> Script:
        with self._lock:
            for index, script in enumerate(self._scripts):
                if script.fits(body):
                    return self._scripts.pop(index)
            if self.answer_with is not None:
                return self.answer_with(body)
        return NAMED_SCRIPTS.get(str(body.get("model")), _repetition(body))

    async def _complete(self, request: Request) -> Response:
        body = await request.json()
        recorded = RecordedRequest(body, request.headers.get("authorization"), _address_of(request))
        recorded.images = await run_in_threadpool(_fetch_images, body)
        self.requests.append(recorded)
        script = self._script_for(body)
        headers = dict(script.headers)
        if script.html:
            recorded.completed = True
            page = "<!doctype html><title>Welcome</title><h1>It works!</h1>"
            return HTMLResponse(page, script.status, headers)
        if script.status != 200:
            recorded.completed = True
            return JSONResponse({"error": script.error}, script.status, headers)
        if recorded.stream:
            events = self._events(recorded, script)
            return StreamingResponse(events, media_type="text/event-stream", headers=headers)
        return await self._whole(recorded, script)

    async def _events(self, recorded: RecordedRequest, script: Script) -> AsyncIterator[str]:
        base = _reply_frame(recorded, "chat.completion.chunk")
        wants_usage = bool((recorded.body.get("stream_options") or {}).get("include_usage"))

        finished = False
        counted: Mapping[str, int] | None = _count(recorded.body, script.steps)
        try:
            yield _chunk(base, {"role": "assistant", "content": ""})
            for step in script.steps:
                await self._reach(step)
                finished = finished or "finish_reason" in step
                if "usage" in step:
                    counted = step["usage"]
                yield _rendered(step, base)
                if "error" in step:
                    recorded.completed = True
                    return
            if not finished:
                yield _chunk(base, {}, "stop")
            if wants_usage and counted is not None:
                yield _event({**base, "choices": [], "usage": _totalled(counted)})
            yield "data: [DONE]\n\n"
            recorded.completed = True
        finally:
            recorded.aborted = not recorded.completed

    async def _whole(self, recorded: RecordedRequest, script: Script) -> Response:
        message = {"role": "assistant", "content": ""}
        reason = "stop"
        counted: Mapping[str, int] | None = _count(recorded.body, script.steps)
        for step in script.steps:
            await self._reach(step)
            if "delta" in step:
                message["content"] += step["delta"]
            elif "reasoning" in step:
                message[step["name"]] = message.get(step["name"], "") + step["reasoning"]
            elif "finish_reason" in step:
                reason = step["finish_reason"]
            elif "usage" in step:
                counted = step["usage"]
            elif "error" in step:
                recorded.completed = True
                return JSONResponse({"error": step["error"]}, 500)
        reply = _reply_frame(recorded, "chat.completion")
        reply["choices"] = [_choice("message", message, reason)]
        if counted is not None:
            reply["usage"] = _totalled(counted)
        recorded.completed = True
        return JSONResponse(reply)

    async def _reach(self, step: Step) -> None:
        """Wait as the step says; raise ConnectionCut if this is where the connection ends."""
        if step.get("after"):
            await asyncio.sleep(step["after"])
        if "gate" in step:
            event = self._gate(step["gate"])
            # A threading event, because the test that opens the gate is in another thread.
            while not event.is_set():  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        if "stall" in step:
            await asyncio.Event().wait()
        if "drop" in step:
            raise ConnectionCut

    async def _list_models(self, request: Request) -> Response:
        self.list_targets.append(f"{request.url.path}?{request.url.query}".rstrip("?"))
        self.list_headers.append(dict(request.headers))
        self.list_clients.append(_address_of(request))
        listed = self.model_list
        while listed.stalls and (await request.receive())["type"] != "http.disconnect":
            pass
        content = listed.body if isinstance(listed.body, str) else json.dumps(listed.body)
        return Response(content, listed.status, dict(listed.headers), listed.content_type)

    async def _post_script(self, request: Request) -> Response:
        self.enqueue(Script(**await request.json()))
        return Response(status_code=204)

    async def _post_gate(self, request: Request) -> Response:
        self.open_gate(request.path_params["name"])
        return Response(status_code=204)

    async def _get_requests(self, _request: Request) -> Response:
        return JSONResponse([asdict(recorded) for recorded in self.requests])

    async def _delete_requests(self, _request: Request) -> Response:
        self.reset()
        return Response(status_code=204)


def _address_of(request: Request) -> str:
    return f"{request.client.host}:{request.client.port}" if request.client else ""


def _named_models() -> ModelList:
    models = [{"id": name, "object": "model", "owned_by": "tests"} for name in NAMED_SCRIPTS]
    return ModelList({"object": "list", "data": models})


def _reply_frame(recorded: RecordedRequest, kind: str) -> dict[str, Any]:
    return {
        "id": "chatcmpl-scripted",
        "object": kind,
        "created": int(time.time()),
        "model": recorded.model,
    }


def _choice(name: str, content: Mapping[str, Any], reason: str | None) -> dict[str, Any]:
    return {"index": 0, name: content, "finish_reason": reason}


def _rendered(step: Step, base: Mapping[str, Any]) -> str:
    """What a step puts on the wire: an event, raw text, or nothing."""
    if "delta" in step:
        return _chunk(base, {"content": step["delta"]})
    if "reasoning" in step:
        return _chunk(base, {step["name"]: step["reasoning"]})
    if "call" in step:
        return "".join(_chunk(base, {"tool_calls": [piece]}) for piece in _pieces_of(step["call"]))
    if "finish_reason" in step:
        return _chunk(base, {}, step["finish_reason"])
    if "empty_choices" in step:
        return _event({**base, "choices": []})
    if "error" in step:
        return _event({"error": step["error"]})
    return str(step.get("raw", ""))


def _pieces_of(called: Mapping[str, Any]) -> list[dict[str, Any]]:
    index, arguments = called["index"], called["arguments"]
    half = len(arguments) // 2
    first = {"name": called["name"], "arguments": arguments[:half]}
    return [
        {"index": index, "id": called["id"], "type": "function", "function": first},
        {"index": index, "function": {"arguments": arguments[half:]}},
    ]


def _chunk(base: Mapping[str, Any], change: Mapping[str, Any], reason: str | None = None) -> str:
    return _event({**base, "choices": [_choice("delta", change, reason)]})


def _event(payload: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(payload)}\n\n"


def _totalled(counted: Mapping[str, int]) -> dict[str, int]:
    return {**counted, "total_tokens": sum(counted.values())}


def _count(body: Mapping[str, Any], steps: list[Step]) -> dict[str, int]:
    prompt = " ".join(_text(message) for message in body.get("messages", []))
    reply = "".join(str(step.get("delta", "")) for step in steps)
    return {"prompt_tokens": len(prompt.split()), "completion_tokens": len(reply.split())}


def _text(message: Mapping[str, Any]) -> str:
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return " ".join(part.get("text", "") for part in content)


def _repetition(body: Mapping[str, Any]) -> Script:
    """The reply to an unscripted request: what the user said last, word by word."""
    questions = [_text(message) for message in body.get("messages", []) if message["role"] == "user"]
    words = f"You said: {questions[-1].strip()}" if questions else "You said nothing."
    if images := sum(1 for _ in _image_urls(body)):
        words += f" ({images} image{'s' if images > 1 else ''})"
    return Script([delta(word) for word in words.replace(" ", " \0").split("\0")])


def _image_urls(body: Mapping[str, Any]) -> Iterator[str]:
    for message in body.get("messages", []):
        content = message.get("content")
        for part in content if isinstance(content, list) else []:
            if part.get("type") == "image_url":
                yield part["image_url"]["url"]


def _fetch_images(body: Mapping[str, Any]) -> list[FetchedImage]:
    return [_fetch_image(url) for url in _image_urls(body)]


def _fetch_image(url: str) -> FetchedImage:
    try:
        if url.startswith("data:"):
            kind, _, encoded = url.removeprefix("data:").partition(";base64,")
            content, content_type = base64.b64decode(encoded, validate=True), kind
        else:
            with urllib.request.urlopen(url, timeout=10) as response:
                content, content_type = response.read(), response.headers.get_content_type()
    except (URLError, OSError, ValueError) as error:
        return FetchedImage(url, ok=False, error=str(error))
    digest = hashlib.sha256(content).hexdigest()
    return FetchedImage(url, True, digest, len(content), content_type)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--port", type=int, required=True)
    # A cut connection is an exception that the server would report with a traceback.
    uvicorn.run(
        ScriptedProvider().app,
        host="127.0.0.1",
        port=parser.parse_args().port,
        log_level="critical",
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
