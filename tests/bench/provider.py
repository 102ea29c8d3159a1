"""A model server that uses almost no processor time: `python -m tests.bench.provider --port N`.

A request's `model` selects the answer: `12` is twelve tokens at once, `1000@100` a thousand at a hundred per second.
The text of a token is its send time, by this machine's monotonic clock in nanoseconds, and a space, so that every
process that receives it can compute its latency.
"""

import argparse
import asyncio
import json
import time

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
_CHUNK = (
    'data: {"id":"bench","object":"chat.completion.chunk","choices":[{"index":0,"delta":%s,"finish_reason":%s}]}\n\n'
)


def _framed(data: str) -> bytes:
    body = data.encode()
    return b"%x\r\n%s\r\n" % (len(body), body)


_END = _framed(_CHUNK % ("{}", '"stop"')) + _framed("data: [DONE]\n\n") + b"0\r\n\r\n"


def _token() -> bytes:
    return _framed(_CHUNK % (f'{{"content":"{time.monotonic_ns()} "}}', "null"))


class _ClientConnection(asyncio.Protocol):
    """One client's keep-alive connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end:
            return
        lines = head.lower().split(b"\r\n")
        length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))
        if len(body) < length:
            return
        self._received = body[length:]
        count, _, rate = json.loads(body[:length])["model"].partition("@")
        self._transport.write(_HEAD)
        if rate:
            loop = asyncio.get_running_loop()
            self._next(loop, loop.time(), int(count), 1 / float(rate))
        else:
            self._transport.write(b"".join(_token() for _ in range(int(count))) + _END)

    def _next(self, loop: asyncio.AbstractEventLoop, due: float, left: int, interval: float) -> None:
        if self._transport.is_closing():
            return
        self._transport.write(_token() if left else _END)
        if left:
            loop.call_at(due + interval, self._next, loop, due + interval, left - 1, interval)


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_ClientConnection, "127.0.0.1", port, backlog=1000)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(_serve(parser.parse_args().port))
