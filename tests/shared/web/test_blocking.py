"""Threads of routes and queries: a server uses a thread pool, a Lambda function runs them inline."""

import threading
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine, event, func, select

from shared.db.models import RateLimit
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.web.app import create_app
from shared.web.dependencies import DbSession
from shared.web.lambda_handler import lambda_handler
from shared.web.routing import Router
from tests.support.concurrency import at_once
from tests.support.gateway_events import rest_event
from tests.support.processes import serve

router = Router("blocked")
_may_go_on = threading.Event()


@router.get("/wait")
def wait() -> bool:
    return _may_go_on.wait(timeout=20)


@router.get("/write")
def write(session: DbSession, keep: bool = True) -> int:
    session.add(RateLimit(key="k", window_ends_at=utc_now(), count=1))
    session.flush()
    if not keep:
        raise RuntimeError
    return threading.get_ident()


@pytest.fixture
def threads(database: Engine) -> Iterator[set[int]]:
    """The threads that executed statements."""
    seen: set[int] = set()

    def note(*_arguments: Any) -> None:
        seen.add(threading.get_ident())

    event.listen(database, "before_cursor_execute", note)
    yield seen
    event.remove(database, "before_cursor_execute", note)


def rows() -> int:
    with transaction() as session:
        return session.scalars(select(func.count()).select_from(RateLimit)).one()


def test_a_function_runs_its_request_in_the_calling_thread(threads: set[int]) -> None:
    handler = lambda_handler(create_app("blocked", [router]))

    answer = handler(rest_event("GET", "/blocked/write"), None)

    assert answer["statusCode"] == 200
    assert threads == {threading.get_ident()} == {int(answer["body"])}
    assert rows() == 1


def test_a_failed_inline_request_leaves_no_transaction(database: Engine) -> None:
    handler = lambda_handler(create_app("blocked", [router]))
    failing = rest_event("GET", "/blocked/write")
    failing["multiValueQueryStringParameters"] = {"keep": ["false"]}

    assert handler(failing, None)["statusCode"] == 500
    assert rows() == 0
    assert handler(rest_event("GET", "/blocked/write"), None)["statusCode"] == 200


def test_a_server_answers_other_requests_while_one_blocks(database: Engine) -> None:
    _may_go_on.clear()
    with serve(create_app("blocked", [router])) as url, httpx2.Client(base_url=url, timeout=30) as client:

        def let_go() -> httpx2.Response:
            answer = client.get("/blocked/write")
            _may_go_on.set()
            return answer

        blocked, other = at_once(lambda: client.get("/blocked/wait"), let_go)

    assert blocked.json() is True
    assert other.status_code == 200
