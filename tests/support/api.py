"""HTTP client of the product's API, and a gateway with all functions behind one address."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx2
from starlette.types import ASGIApp, Receive, Scope, Send

from infra.local.routes import function_of
from tests.support.contract_errors import check_error
from tests.support.log_watch import keep_secret, keep_secrets_of


class Gateway:
    """Routes a request to its function, like the cloud's gateway."""

    def __init__(self, apps: Mapping[str, ASGIApp]) -> None:
        self._apps = apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._apps[function_of(scope["path"])](scope, receive, send)


@dataclass
class Stream:
    """A streamed reply."""

    status: int
    headers: httpx2.Headers
    _response: httpx2.Response

    def events(self) -> Iterator[dict[str, Any]]:
        """The events as they arrive. Fails if `event:` and `id:` contradict `data:`."""
        name = event_id = None
        for line in self._response.iter_lines():
            field, _, value = line.partition(": ")
            if field == "event":
                name = value
            elif field == "id":
                event_id = value
            elif field == "data":
                event = json.loads(value)
                assert (name, event_id) == (event["type"], str(event["seq"]) if "seq" in event else None)
                yield event
                name = event_id = None

    def next_event(self) -> dict[str, Any]:
        return next(self.events())

    def error(self) -> Any:
        self._response.read()
        return self._response.json()["error"]


class Client:
    """One user's client. Errors are returned as responses, not raised, but one that its operation does not document
    fails the test."""

    def __init__(self, base_url: str) -> None:
        # Certificates are not needed on this machine, and loading them takes as long as a request.
        self._http = httpx2.Client(
            base_url=base_url,
            timeout=30,
            event_hooks={"request": [_keep_secrets], "response": [_check_error]},
            verify=False,
        )
        self.tokens: dict[str, Any] = {}
        self.headers: dict[str, str] = {}
        self.email = ""

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, **query: Any) -> httpx2.Response:
        return self._http.get(path, params=query, headers=self._headers("access_token"))

    def post(self, path: str, /, token: str = "access_token", **body: Any) -> httpx2.Response:
        response = self._http.post(path, json=body, headers=self._headers(token))
        if response.content and response.headers["content-type"] == "application/json":
            keep_secrets_of(response.json())
        return response

    def request(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """Send a request without a token, and with any mistake that a client could make."""
        return self._http.request(method, path, **options)

    def sign_in(self, response: httpx2.Response) -> None:
        """Use the tokens in the response of a register, login, refresh or password call."""
        assert response.status_code in (200, 201), response.text
        self.tokens = response.json()

    @contextmanager
    def stream(self, path: str, **body: Any) -> Iterator[Stream]:
        method = "GET" if path.startswith("/chat/resume") else "POST"
        options: dict[str, Any] = {"params": body} if method == "GET" else {"json": body}
        with self._http.stream(method, path, headers=self._headers("access_token"), **options) as response:
            yield Stream(response.status_code, response.headers, response)

    def turn(self, path: str, **body: Any) -> list[dict[str, Any]]:
        """All events of a turn."""
        with self.stream(path, **body) as stream:
            assert stream.status == 200, stream.error()
            return list(stream.events())

    def history(self, conversation_id: str) -> list[dict[str, Any]]:
        """Every message, oldest first."""
        items: list[dict[str, Any]] = []
        query: dict[str, str] = {}
        while True:
            response = self.get(f"/chat/{conversation_id}", **query)
            assert response.status_code == 200, response.text
            page = response.json()
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            query = {"cursor": page["next_cursor"]}

    def _headers(self, token: str) -> dict[str, str]:
        headers = dict(self.headers)
        if token in self.tokens:
            headers["Authorization"] = f"Bearer {self.tokens[token]}"
        return headers


def _keep_secrets(request: httpx2.Request) -> None:
    keep_secret(request.headers.get("authorization", "").rpartition(" ")[2])
    if request.headers.get("content-type") == "application/json":
        with suppress(ValueError, RecursionError):  # Some tests send invalid JSON.
            keep_secrets_of(json.loads(request.read()))


def _check_error(response: httpx2.Response) -> None:
    if response.status_code >= 400:
        check_error(response)


def error_code(response: httpx2.Response) -> str:
    """The code of an error; asserts the contract's format."""
    error = response.json()["error"]
    assert error["message"]
    assert error["request_id"] == response.headers["x-request-id"]
    code: str = error["code"]
    return code
