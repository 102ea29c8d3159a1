"""HTTP exchanges with tool servers and with authorization servers, on the checked outbound transport.

An exchange is bounded in bytes here, and in time by its caller. A redirect is followed once, and only on the same
origin: an access token must not reach another server.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import anyio
import httpx2

from shared.event_loop import PerEventLoop
from shared.llm.body import BodyTooLarge, Inflater, NotJson
from shared.outbound.transport import OutboundTransport, UnsafeAddress, outbound_transport
from shared.surrogates import parse_json
from shared.tools.errors import AnswerTooLarge, NotAnMcpServer, ServerUnreachable

# Limit of one answer, with everything that a stream carries besides: images are base64 in JSON.
MAX_ANSWER_BYTES = 8 * 1024 * 1024
# Replaces the transport's own time-outs, which are those of a model that thinks.
_IDLE_SECONDS = 300.0
_REDIRECTS = (307, 308)

# A warm instance keeps its connections.
_transports: PerEventLoop[OutboundTransport] = PerEventLoop(outbound_transport)


@contextmanager
def time_limit(seconds: float) -> Iterator[anyio.CancelScope]:
    """Limit the time of the exchanges in the block. Raises ServerUnreachable when it is over."""
    try:
        with anyio.fail_after(seconds) as scope:
            yield scope
    except TimeoutError:
        raise ServerUnreachable("The server did not answer in time.") from None


class Answer:
    """An answer whose body has not been read."""

    def __init__(self, response: httpx2.Response) -> None:
        self._body = response.stream
        self.status = response.status_code
        self.headers = response.headers

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    async def parts(self) -> AsyncIterator[bytes]:
        """The body, as it arrives, decompressed: object stores keep files that are gzip, whatever is asked for. Raises
        AnswerTooLarge, ServerUnreachable."""
        received = 0
        inflater = Inflater(MAX_ANSWER_BYTES, takes_zlib=False)
        assert isinstance(self._body, httpx2.AsyncByteStream)
        try:
            async for part in self._body:
                received += len(part)
                if received > MAX_ANSWER_BYTES:
                    raise AnswerTooLarge
                if whole := inflater.feed(part):
                    yield whole
            if rest := inflater.end():
                yield rest
        except BodyTooLarge:
            raise AnswerTooLarge from None
        except (httpx2.HTTPError, NotJson):
            raise ServerUnreachable("The tool server's answer broke off.") from None

    async def content(self, max_bytes: int = MAX_ANSWER_BYTES) -> bytes:
        """The whole body, or at least its first `max_bytes`. Raises AnswerTooLarge, ServerUnreachable."""
        body = bytearray()
        async for part in self.parts():
            body += part
            if len(body) >= max_bytes:
                break
        return bytes(body)

    async def json(self) -> Any:
        """The whole body. Raises NotAnMcpServer when it is not JSON, AnswerTooLarge, ServerUnreachable."""
        try:
            return parse_json(await self.content())
        except (ValueError, RecursionError):
            raise NotAnMcpServer("The server's answer is not JSON.") from None


@asynccontextmanager
async def exchange(
    method: str,
    url: httpx2.URL | str,
    headers: Mapping[str, str],
    content: bytes | None = None,
    *,
    follows_redirects: bool = True,
    is_sent_once: bool = False,
) -> AsyncIterator[Answer]:
    """Send a request. `is_sent_once`: it must not be sent again when its connection is lost.

    Raises ServerUnreachable, NotAnMcpServer for a redirect to another origin.
    """
    target = httpx2.URL(url)
    extensions = {"idle_seconds": _IDLE_SECONDS, "is_sent_once": is_sent_once}
    response = await _send(method, target, headers, content, extensions)
    try:
        is_redirect = follows_redirects and response.status_code in _REDIRECTS
        location = response.headers.get("location") if is_redirect else None
        if location is not None:
            moved = target.join(location)
            if (moved.scheme, moved.raw_host, moved.port) != (target.scheme, target.raw_host, target.port):
                raise NotAnMcpServer("The server redirects to another address. Enter that one if you trust it.")
            await _close(response)
            response = await _send(method, moved, headers, content, extensions)
        yield Answer(response)
    finally:
        await _close(response)


async def _send(
    method: str, url: httpx2.URL, headers: Mapping[str, str], content: bytes | None, extensions: dict[str, Any]
) -> httpx2.Response:
    sent = {"Accept-Encoding": "identity", "User-Agent": "chat", **headers}
    request = httpx2.Request(method, url, headers=sent, content=content, extensions=extensions)
    try:
        return await _transports.get().handle_async_request(request)
    except UnsafeAddress:
        raise ServerUnreachable("The tool server's address is not on the public internet.") from None
    except httpx2.HTTPError:
        raise ServerUnreachable from None


async def _close(response: httpx2.Response) -> None:
    assert isinstance(response.stream, httpx2.AsyncByteStream)
    await response.stream.aclose()
