"""The app around routes: errors, request ids, access log, body limits, CORS."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine, text
from starlette.exceptions import HTTPException
from starlette.requests import Request

from shared.errors import Forbidden
from shared.logging import JsonFormatter
from shared.schemas import RequestBody
from shared.web.app import create_app
from shared.web.dependencies import ClientIp, DbSession
from shared.web.routing import Router
from tests.support.api import Client, error_code
from tests.support.concurrency import at_once
from tests.support.processes import serve, wait_until

Settings = Callable[..., None]
ORIGIN = "https://chat.example"
# Defined outside the route, because a traceback quotes its lines.
IN_A_ROW = "s3cret-of-a-row"
router = Router("probe")


class Body(RequestBody):
    text: str
    number: int = 0


@router.post("/echo")
def echo(body: Body) -> int:
    return len(body.text)


@router.post("/read")
async def read(request: Request) -> int:
    return len(await request.body())


@router.post("/unread")
def unread() -> str:
    return "done"


@router.get("/fail")
def fail() -> None:
    raise RuntimeError("s3cret-of-the-server")


@router.get("/things/{name}")
def thing(name: str) -> str:
    return name


@router.post("/things/create")
def create_thing() -> None:
    pass


@router.get("/forbidden")
def forbidden() -> None:
    raise Forbidden


@router.get("/teapot")
def teapot() -> None:
    raise HTTPException(418, "s3cret-of-the-framework")


@router.get("/database")
def database_error(session: DbSession) -> None:
    session.execute(text("SELECT * FROM nowhere WHERE secret = :secret"), {"secret": IN_A_ROW})


@router.get("/address")
def address(client_ip: ClientIp) -> str:
    return client_ip


@pytest.fixture(scope="module")
def client() -> Iterator[httpx2.Client]:
    patch = pytest.MonkeyPatch()
    patch.setenv("CORS_ORIGINS", f"{ORIGIN}, http://localhost:5173")
    from shared import config

    config.clear_cache()
    app = create_app("probe", [router], max_body_bytes=1000)
    patch.undo()
    config.clear_cache()
    with serve(app) as url, httpx2.Client(base_url=url, timeout=30) as client:
        yield client


class Lines(logging.Handler):
    """Captured log lines, formatted."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.written: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(json.loads(self.format(record)))

    def of(self, response: httpx2.Response) -> list[dict[str, Any]]:
        """The lines of one request. The access line may follow the response."""
        request_id = response.headers["x-request-id"]

        def lines() -> list[dict[str, Any]]:
            return [line for line in self.written if line.get("request_id") == request_id]

        wait_until(lambda: any(line["message"] == "request" for line in lines()), what="the access line")
        return lines()


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler = Lines()
    logging.getLogger("shared").addHandler(handler)
    yield handler
    logging.getLogger("shared").removeHandler(handler)


def test_every_response_has_a_request_id_and_is_not_cached(client: httpx2.Client) -> None:
    preflight = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    answers = [
        client.get("/probe/health"),
        client.get("/probe/fail"),
        client.get("/nowhere"),
        client.post("/probe/echo", content=b"x" * 1001),
        client.options("/probe/echo", headers=preflight),
    ]
    assert len({answer.headers["x-request-id"] for answer in answers}) == len(answers)
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/probe/forbidden", (403, "forbidden")),
        ("GET", "/probe/fail", (500, "internal_error")),
        ("GET", "/probe/teapot", (500, "internal_error")),
        ("GET", "/probe/nothing", (404, "not_found")),
        ("GET", "/probe/echo/", (404, "not_found")),
        ("GET", "/probe/echo", (405, "method_not_allowed")),
    ],
)
def test_errors_have_the_contracts_format_and_nothing_else(
    client: httpx2.Client, method: str, path: str, expected: tuple[int, str]
) -> None:
    response = client.request(method, path)
    assert (response.status_code, error_code(response)) == expected
    assert "s3cret" not in response.text


def test_a_wrong_method_is_answered_with_the_allowed_ones(client: httpx2.Client) -> None:
    assert client.get("/probe/echo").headers["allow"] == "POST"


def test_a_wrong_method_is_answered_with_the_methods_of_all_matching_routes(client: httpx2.Client) -> None:
    assert client.put("/probe/things/create").headers["allow"] == "GET, POST"


def test_validation_errors_name_the_field_and_never_the_value(client: httpx2.Client) -> None:
    response = client.post("/probe/echo", json={"text": ["s3cret"], "number": "s3cret", "stray": "s3cret"})
    assert (response.status_code, error_code(response)) == (422, "validation_error")
    details = response.json()["error"]["details"]
    assert {detail["field"] for detail in details} == {"text", "number", "stray"}
    assert all(detail.keys() == {"field", "message"} and detail["message"] for detail in details)
    assert "s3cret" not in response.text


def test_an_unhandled_error_is_logged_with_its_traceback(client: httpx2.Client, lines: Lines) -> None:
    response = client.get("/probe/fail")
    failure, request = lines.of(response)
    assert (failure["level"], failure["message"]) == ("ERROR", "unhandled error")
    assert "RuntimeError" in failure["exception"]
    assert "in fail" in failure["exception"]
    assert failure["request_id"] == request["request_id"] == response.headers["x-request-id"]
    assert (request["message"], request["status"]) == ("request", 500)


def test_a_database_error_is_logged_without_its_parameters(
    client: httpx2.Client, lines: Lines, database: Engine
) -> None:
    response = client.get("/probe/database")
    assert response.status_code == 500
    failure, _ = lines.of(response)
    assert "nowhere" in failure["exception"]
    assert IN_A_ROW not in json.dumps(failure)


def test_the_access_line(client: httpx2.Client, lines: Lines) -> None:
    trace = "Root=1-65f0c0de-0123456789abcdef01234567"
    headers = {"X-Amzn-Trace-Id": trace, "X-Request-Id": "request-1"}
    (line,) = lines.of(client.get("/probe/health?cursor=s3cret", headers=headers))
    assert (
        line.items()
        >= {
            "level": "INFO",
            "client_request_id": "request-1",
            "trace_id": trace,
            "client_ip": "127.0.0.1",
            "method": "GET",
            "path": "/probe/health",
            "status": 200,
        }.items()
    )
    assert line["duration_ms"] >= 0
    assert "s3cret" not in json.dumps(line)


def test_a_client_does_not_choose_the_request_id(client: httpx2.Client, lines: Lines) -> None:
    answers = [client.get("/probe/health", headers={"X-Request-Id": "request-1"}) for _ in range(2)]
    assert len({"request-1", *(answer.headers["x-request-id"] for answer in answers)}) == 3
    assert [line["client_request_id"] for answer in answers for line in lines.of(answer)] == ["request-1"] * 2


def test_a_callers_headers_do_not_set_its_address(client: httpx2.Client) -> None:
    response = client.get("/probe/address", headers={"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9"})
    assert response.json() == "127.0.0.1"


def chunks(size: int) -> Iterator[bytes]:
    """A chunked body without a Content-Length."""
    for start in range(0, size, 100):
        yield b"x" * min(100, size - start)


@pytest.mark.parametrize("path", ["/probe/echo", "/probe/read"])
def test_a_body_that_is_too_large_is_refused(client: httpx2.Client, path: str) -> None:
    headers = {"Content-Type": "application/json"}
    for body in (b"x" * 1001, chunks(1001), chunks(100_000)):
        response = client.post(path, content=body, headers=headers)
        assert (response.status_code, error_code(response)) == (413, "payload_too_large")


def test_a_body_of_the_largest_size_is_taken(client: httpx2.Client) -> None:
    assert client.post("/probe/read", content=b"x" * 1000).json() == 1000
    assert client.post("/probe/read", content=chunks(1000)).json() == 1000
    # A route that does not read the body does not check its size.
    assert client.post("/probe/unread", content=chunks(1001)).json() == "done"


@pytest.mark.parametrize("path", ["/probe/health", "/probe/fail", "/probe/forbidden", "/nowhere"])
def test_the_spa_can_read_every_response(client: httpx2.Client, path: str) -> None:
    for origin in (ORIGIN, "http://localhost:5173"):
        response = client.get(path, headers={"Origin": origin})
        assert response.headers["access-control-allow-origin"] == origin
        assert "X-Request-Id" in response.headers["access-control-expose-headers"]
        assert "Retry-After" in response.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in client.get(path, headers={"Origin": "https://evil.example"}).headers


def test_the_spa_may_send_what_it_needs(client: httpx2.Client) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    asked["Access-Control-Request-Headers"] = "authorization,content-type,idempotency-key,x-request-id"
    response = client.options("/probe/echo", headers=asked)
    assert response.status_code == 200
    assert "access-control-allow-credentials" not in response.headers


@pytest.mark.parametrize(
    "asked",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": ORIGIN, "Access-Control-Request-Method": "DELETE"},
        {"Origin": ORIGIN, "Access-Control-Request-Headers": "x-anything"},
    ],
)
def test_a_preflight_that_is_refused_has_the_contracts_form(client: httpx2.Client, asked: dict[str, str]) -> None:
    response = client.options("/probe/echo", headers={"Access-Control-Request-Method": "POST", **asked})
    assert (response.status_code, error_code(response)) == (403, "forbidden")
    assert "access-control-allow-origin" not in response.headers
    assert "Origin" in response.headers["vary"]


def test_a_413_can_be_read_by_the_spa(client: httpx2.Client) -> None:
    response = client.post("/probe/echo", content=b"x" * 1001, headers={"Origin": ORIGIN})
    assert response.status_code == 413
    assert response.headers["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize(("stage", "status"), [("local", 200), ("prod", 404)])
def test_openapi_is_served_in_the_local_stage_only(settings: Settings, stage: str, status: int) -> None:
    settings(STAGE=stage)
    app = create_app("probe", [router], max_body_bytes=1000)
    with serve(app) as url, httpx2.Client(base_url=url, timeout=30) as client:
        assert client.get("/probe/openapi.json").status_code == status
        assert {client.get(f"/{path}").status_code for path in ("docs", "redoc", "openapi.json")} == {404}


def test_more_concurrent_requests_than_connections_and_threads_are_all_answered(user: Client) -> None:
    # 40 threads and 10 connections: see tests/support/environment.py.
    answers = at_once(*[lambda: user.get("/user/me").status_code] * 80)
    assert answers == [200] * 80
