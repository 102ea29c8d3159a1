"""OpenAI's SDK on the checked outbound transport: for every call to a provider but the streamed chat.

The streamed chat is shared.llm.provider (decision 0019). The SDK is imported in the call: it takes longer to load than
the rest of a function together, and only functions that have its layer may call this.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx2

from shared.llm.authorization import authorization_headers
from shared.llm.base_url import request_url
from shared.llm.body import BodyTooLarge, Inflater, NotJson
from shared.llm.endpoint import ModelServer
from shared.llm.errors import ProviderError, ProviderUnreachable
from shared.llm.failures import MAX_REFUSAL_BYTES, error_of_connection, error_of_refusal, read_refusal
from shared.llm.provider import log_answer, provider_transports

if TYPE_CHECKING:
    from openai import AsyncOpenAI

# The SDK adds headers from the process's environment (OPENAI_ORG_ID, OPENAI_CUSTOM_HEADERS) and some about this machine
# (X-Stainless-*). They are no business of a server that a user names.
_SENT_HEADERS = ("host", "accept", "content-type", "content-length")


@asynccontextmanager
async def openai_client(server: ModelServer, max_bytes: int) -> AsyncIterator["AsyncOpenAI"]:
    """A client for one server, without retries. An answer may have `max_bytes` of body.

    Errors of the SDK inside the block leave it as ProviderError. The transport's limits on time apply; whoever has to
    answer a request bounds the block as well.
    """
    import openai

    async with httpx2.AsyncClient(transport=_ProviderTransport(server, max_bytes), trust_env=False) as http_client:
        client = openai.AsyncOpenAI(
            # The SDK requires a key. The transport sends the server's own, and its query.
            api_key="none",
            base_url=request_url(server.base_url, {}, "").copy_with(query=None),
            max_retries=0,
            http_client=http_client,
        )
        try:
            yield client
        except openai.APIStatusError as error:
            answer = error.response
            raise error_of_refusal(server, read_refusal(answer.status_code, answer.headers, answer.text)) from None
        except openai.APIConnectionError as error:
            raise _error_of_cause(error.__cause__) from None


class _TooLarge(httpx2.ReadError):
    """A body that is larger than its call takes."""


def _error_of_cause(cause: BaseException | None) -> ProviderError:
    if isinstance(cause, _TooLarge):
        return ProviderError("The model's server sent more data than this call accepts.")
    return error_of_connection(cause) if isinstance(cause, httpx2.HTTPError) else ProviderUnreachable()


class _ProviderTransport(httpx2.AsyncBaseTransport):
    """The outbound transport for one server, with the headers that may leave and a limit on the answer's size.

    Closing it leaves the outbound transport's connections open for the next call.
    """

    def __init__(self, server: ModelServer, max_bytes: int) -> None:
        self._server = server
        self._max_bytes = max_bytes

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        server = self._server
        headers = httpx2.Headers({name: request.headers[name] for name in _SENT_HEADERS if name in request.headers})
        # As shared.llm.provider: a small compressed body could unpack to any size.
        headers.update({"Accept-Encoding": "identity", "User-Agent": "chat"})
        headers.update(authorization_headers(server))
        headers.update(server.headers)
        base_path = request_url(server.base_url, {}, "").path
        query = {**server.query, **request.url.params}
        url = request_url(server.base_url, query, request.url.path.removeprefix(base_path))
        sent = httpx2.Request(request.method, url, headers=headers, stream=request.stream)
        response = await provider_transports.get().handle_async_request(sent)
        log_answer(server, response)
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        body = _BoundedBody(response.stream, self._max_bytes, is_cut=not response.is_success)
        return httpx2.Response(response.status_code, headers=response.headers, stream=body)


class _BoundedBody(httpx2.AsyncByteStream):
    """A body, decompressed if it was compressed, of at most `max_bytes`; a refusal's is cut at MAX_REFUSAL_BYTES.

    Raises _TooLarge, and httpx2.ReadError for a broken compression.
    """

    def __init__(self, body: httpx2.AsyncByteStream, max_bytes: int, *, is_cut: bool) -> None:
        self._body = body
        self._max_bytes = MAX_REFUSAL_BYTES if is_cut else max_bytes
        self._is_cut = is_cut

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._max_bytes
        async for part in self._inflated():
            if len(part) > left:
                if not self._is_cut:
                    raise _TooLarge("too large")
                yield part[:left]
                return
            left -= len(part)
            yield part

    async def _inflated(self) -> AsyncIterator[bytes]:
        # A refusal is cut by what reads this.
        inflater = Inflater(max_bytes=16 * self._max_bytes)
        try:
            async for part in self._body:
                yield inflater.feed(part)
            yield inflater.end()
        except BodyTooLarge:
            raise _TooLarge("too large") from None
        except NotJson:
            raise httpx2.ReadError("broken compression") from None

    async def aclose(self) -> None:
        await self._body.aclose()
