"""Servers that lie, send too much, or die in the middle of a call: the call fails, with words."""

import asyncio
import gzip
import json
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from shared.event_loop import PerEventLoop
from shared.outbound.connection import HttpConnection
from shared.outbound.pool import Origin
from shared.outbound.transport import outbound_transport
from shared.tools import http
from shared.tools.errors import AnswerTooLarge, NotAnMcpServer, ServerFailed, ServerUnreachable
from shared.tools.mcp import client as client_module
from shared.tools.mcp.client import STATELESS, McpClient, ToolList
from shared.tools.mcp.schema import read_definition
from tests.support.processes import serve
from tests.support.raw_server import RawServer

ADD = {"name": "add", "inputSchema": {"type": "object"}}


def http_answer(body: bytes, content_type: str = "application/json", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (content_type.encode(), size) + body


def rpc(result: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "result": result}).encode()


def tools_of(*answer: bytes) -> ToolList:
    """The client's reading of a server's answer to tools/list."""
    with RawServer(answer).serve() as server:
        return asyncio.run(McpClient(server.base_url, None, protocol=STATELESS).list_tools())


def call(answer: Iterable[bytes]) -> dict[str, Any]:
    with RawServer(answer).serve() as server:
        client = McpClient(server.base_url, None, protocol=STATELESS)
        return asyncio.run(client.call(read_definition(ADD), {}))


def test_an_answer_of_ten_megabytes_is_not_read_to_its_end() -> None:
    body = rpc({"content": [{"type": "text", "text": "x" * 10_000_000}]})
    with pytest.raises(AnswerTooLarge):
        call([http_answer(body)])


def test_a_compressed_answer_is_read() -> None:
    """As of servers that compress whatever they are asked for, or store their answers so."""
    body = rpc({"content": [{"type": "text", "text": "tea"}]})
    assert call([http_answer(gzip.compress(body))])["content"][0]["text"] == "tea"
    stream = http_answer(gzip.compress(b"data: %s\n\n" % body), "text/event-stream")
    assert call([stream])["content"][0]["text"] == "tea"


def test_a_compressed_stream_is_read_as_it_arrives() -> None:
    async def parts() -> list[bytes]:
        async with http.exchange("GET", server.base_url, {}) as answer:
            async for part in answer.parts():
                read.set()
                return [part]
        return []

    def stream() -> Iterator[bytes]:
        compressor = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n\r\n"
        yield head + compressor.compress(b"data: 1\n\n") + compressor.flush(zlib.Z_SYNC_FLUSH)
        assert read.wait(30)
        yield compressor.flush()

    read = threading.Event()
    with RawServer(stream()).serve() as server:
        assert asyncio.run(parts()) == [b"data: 1\n\n"]


def test_a_compressed_answer_that_is_too_large_or_broken_fails() -> None:
    body = gzip.compress(rpc({"content": [{"type": "text", "text": "x" * 10_000_000}]}))
    assert len(body) < 20_000
    with pytest.raises(AnswerTooLarge):
        call([http_answer(body)])
    with pytest.raises(ServerUnreachable):
        call([http_answer(gzip.compress(rpc({}))[:10] + b"\xff" * 8)])


def test_a_stream_of_events_without_end_fails_by_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_ANSWER_BYTES", 200_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    progress = {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progress": 1, "message": "x" * 100}}
    event = b"data: %s\n\n" % json.dumps(progress).encode()

    def forever() -> Iterator[bytes]:
        yield head
        while True:
            yield event

    with pytest.raises(AnswerTooLarge):
        call(forever())


def test_progress_does_not_extend_the_time_of_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "CALL_SECONDS", 0.5)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"

    def slowly() -> Iterator[bytes]:
        yield head
        for _ in range(1000):
            time.sleep(0.05)
            yield b": still here\n\n"

    with pytest.raises(ServerUnreachable, match="in time"):
        call(slowly())


@pytest.mark.parametrize(
    "answer",
    [
        [http_answer(rpc({"content": []})[:-5], length=len(rpc({"content": []})))],
        [http_answer(b"", length=10**9)],
        [b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", b'data: {"jsonrpc"'],
        [b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n{"],
        [],
    ],
    ids=["cut body", "lying length", "cut stream", "cut chunk", "no answer"],
)
def test_a_server_that_dies_in_the_middle_of_a_call_fails_the_call(answer: list[bytes]) -> None:
    with pytest.raises(ServerUnreachable):
        call(answer)


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        b'{"jsonrpc": "2.0", "id": 1}',
        b'{"jsonrpc": "2.0", "id": 1, "result": 5}',
        b'{"id": 1, "result": {}}',
        b"[" * 100_000,
    ],
)
def test_an_answer_that_is_no_json_rpc_is_named_so(body: bytes) -> None:
    with pytest.raises(NotAnMcpServer):
        call([http_answer(body)])


def test_a_redirect_to_another_server_is_not_followed() -> None:
    with RawServer([http_answer(rpc({"content": []}))]).serve() as other:
        moved = b"HTTP/1.1 307 Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % other.base_url.encode()
        with pytest.raises(ServerFailed, match="redirects"):
            call([moved])
        assert not other.requested.is_set()


def test_a_name_that_comes_to_resolve_to_a_private_address_is_not_called(
    monkeypatch: pytest.MonkeyPatch, settings: Callable[..., None]
) -> None:
    addresses = iter(["93.184.215.14", "169.254.169.254"])
    connected: list[str] = []

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return [next(addresses)]

    async def connect(address: str, _origin: Origin, _tls: ssl.SSLContext) -> HttpConnection:
        connected.append(address)
        raise ConnectionRefusedError

    settings(OUTBOUND_ALLOW_PRIVATE="false")
    transports = PerEventLoop(lambda: outbound_transport(resolver=resolve, connector=connect))
    monkeypatch.setattr(http, "_transports", transports)

    async def run() -> None:
        client = McpClient("https://tools.example.com/mcp", None, protocol=STATELESS)
        with pytest.raises(ServerUnreachable, match="cannot be reached"):
            await client.list_tools()
        with pytest.raises(ServerUnreachable, match="not on the public internet"):
            await client.call(read_definition(ADD), {})

    asyncio.run(run())
    assert connected == ["93.184.215.14"]


def test_broken_tools_are_left_out_with_words() -> None:
    schema: dict[str, Any] = {"type": "object"}
    deep: dict[str, Any] = {"type": "object"}
    for _ in range(40):
        deep = {"type": "object", "properties": {"a": deep}}
    tools = [
        ADD,
        {"name": "no_schema"},
        {"name": "an_array", "inputSchema": {"type": "array"}},
        {"name": "unknown_type", "inputSchema": {"type": "object", "properties": {"a": {"type": "date"}}}},
        {"name": "no_properties", "inputSchema": {"type": "object", "properties": []}},
        {"name": "too_deep", "inputSchema": deep},
        {"name": "x" * 200, "inputSchema": schema},
        {"name": "add", "inputSchema": schema},
        {"inputSchema": schema},
        "not an object",
    ]
    listed = tools_of(http_answer(rpc({"tools": tools})))
    assert [tool.name for tool in listed.tools] == ["add"]
    assert len(listed.problems) == len(tools) - 1
    assert "The tool 'unknown_type' was left out. The schema of its parameters has an unknown type." in listed.problems


async def stream_of_2024(_request: Request) -> StreamingResponse:
    return StreamingResponse(iter(["event: endpoint\ndata: /messages\n\n"]), media_type="text/event-stream")


def test_a_server_with_the_transport_of_2024_is_refused_with_words() -> None:
    with serve(Starlette(routes=[Route("/sse", stream_of_2024, methods=["GET"])])) as base:
        with pytest.raises(NotAnMcpServer, match="old transport"):
            asyncio.run(McpClient(f"{base}/sse", None).list_tools())


def test_half_a_character_in_a_result_is_replaced() -> None:
    """As a server sends that cuts an emoji in two: no database and no UTF-8 can carry a lone surrogate."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"content": [{"type": "text", "text": "so \ud83d"}]}})
    stream = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: %s\n\n" % body.encode()
    for answer in (http_answer(body.encode()), stream):
        assert call([answer])["content"][0]["text"] == "so \ufffd"


@pytest.mark.parametrize("status", [401, 404], ids=["its token", "its session"])
def test_a_call_is_sent_once_where_the_server_forgets_what_belongs_to_it(status: int) -> None:
    """The answer has begun, so the tool runs: it must not run a second time with a new session or a new token."""
    calls = []

    async def answer(request: Request) -> Response:
        if request.method == "GET":
            return Response(status_code=status if "last-event-id" in request.headers else 405)
        message = await request.json()
        if message["method"] == "initialize":
            result = {"protocolVersion": "2025-11-25", "capabilities": {}, "serverInfo": {"name": "x", "version": "1"}}
            found = {"jsonrpc": "2.0", "id": message["id"], "result": result}
            return JSONResponse(found, headers={"Mcp-Session-Id": "a session"})
        if message["method"] == "tools/call":
            calls.append(message)
            return Response("id: 1\nretry: 0\ndata: \n\n", media_type="text/event-stream")
        return Response(status_code=202)

    async def run(url: str) -> None:
        client = McpClient(url, "a token", protocol="2025-11-25")
        with pytest.raises(ServerUnreachable):
            await client.call(read_definition(ADD), {})

    with serve(Starlette(routes=[Route("/mcp", answer, methods=["GET", "POST", "DELETE"])])) as base:
        asyncio.run(run(f"{base}/mcp"))
    assert len(calls) == 1
