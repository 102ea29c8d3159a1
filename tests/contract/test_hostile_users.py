"""Attacks that apply to every route and handler; README.md lists all security tests."""

import base64
import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, get_args

import pytest

from functions.maintenance import handler as maintenance
from functions.websocket import turn
from functions.websocket.schemas import ClientFrame
from infra.openapi import merged_document
from shared.chat.worker import TurnJob
from shared.ids import new_id
from shared.logging import JsonFormatter
from shared.schemas import RequestBody
from tests.contract.test_authentication import ROUTES, Route, call
from tests.support.api import Client, error_code
from tests.support.processes import wait_until
from tests.support.scripted_provider import ScriptedProvider

DOCUMENT = merged_document()
# Columns that no client may set.
NOT_THE_CLIENTS: dict[str, Any] = {
    "user_id": "x",
    "group": "admin",
    "scope": "model_config:create",
    "created_at": "x",
    "status": "x",
}
NOT_THE_CLIENTS |= {"password_hash": "x", "api_key_encrypted": "x", "turn_id": "x", "family_id": "x", "is_admin": True}


def with_bodies() -> list[Route]:
    found = [
        Route(method.upper(), path)
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
        if "requestBody" in operation
    ]
    assert len(found) > 15
    return found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_body_sets_server_side_fields(user: Client, admin: Client) -> None:
    for route in with_bodies():
        caller = admin if route.path.startswith("/admin/") else user
        token = caller.tokens[f"{route.token}_token"]
        known = body_fields(route)
        tried = {name: value for name, value in NOT_THE_CLIENTS.items() if name not in known}
        response = user.request(route.method, route.path, headers={"Authorization": f"Bearer {token}"}, json=tried)
        assert (response.status_code, error_code(response)) == (422, "validation_error"), route
        refused = {detail["field"] for detail in response.json()["error"]["details"]}
        assert tried.keys() <= refused, route


def body_fields(route: Route) -> set[str]:
    operation = DOCUMENT["paths"][route.path][route.method.lower()]
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    fields: dict[str, Any] = DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]]["properties"]
    return set(fields)


def test_frames_and_jobs_reject_unknown_fields() -> None:
    for shape in (*get_args(ClientFrame), TurnJob):
        assert shape.model_config["extra"] == "forbid", shape
    assert all(issubclass(frame, RequestBody) for frame in get_args(ClientFrame))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_token_is_read_from_its_header_only(user: Client) -> None:
    """Credentials that browsers add to cross-site requests are ignored."""
    for route in ROUTES:
        token = user.tokens[f"{route.token}_token"]
        path = route.path.replace("{", "").replace("}", "")
        ways: list[dict[str, Any]] = [
            {"headers": {"Cookie": f"Authorization=Bearer {token}; access_token={token}; token={token}"}},
            {"params": {"token": token, "access_token": token}},
            {"data": {"token": token, "access_token": token}},
        ]
        for options in ways:
            if route.method == "GET" and "data" in options:
                continue
            headers = {"Origin": "https://elsewhere.example", **options.pop("headers", {})}
            response = user.request(route.method, path, headers=headers, **options)
            assert response.status_code in (401, 422), (route, options)
            assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_response_sets_a_cookie_or_redirects(user: Client) -> None:
    for route in ROUTES:
        for suffix in ("", "/", "//elsewhere.example", "/..%2f..%2f", "?next=https://elsewhere.example"):
            tried = Route(route.method, f"{route.path}{suffix}")
            for token in (None, user.tokens[f"{route.token}_token"]):
                response = call(user, tried, token)
                assert "set-cookie" not in response.headers, tried
                assert "location" not in response.headers, tried
                assert not 300 <= response.status_code < 400, tried
                assert "elsewhere.example" not in str(response.headers), tried


@contextmanager
def lines_logged() -> Iterator[io.StringIO]:
    """The root logger's lines, in production's format."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    try:
        yield stream
    finally:
        logging.getLogger().removeHandler(handler)


# Line ends of every kind, both forms of terminal sequences, right-to-left text, and a field of our log lines.
INJECTED = 'a\r\nb\n{"level":"ERROR"}\x1b[31m\x9b31m\x85\u2028\u2029\u202e\x00'


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_client_input_injects_no_log_lines_or_headers(user: Client) -> None:
    bearer = f"Bearer {user.tokens['access_token']}"
    headers = {
        "Authorization": bearer,
        "X-Request-Id": 'x" \x1b[31m{"a":1}',
        "User-Agent": "\x1b[31m%0d%0aSet-Cookie: a=b",
    }
    with lines_logged() as log:
        for path in ("/conversation/", "/user/", "/chat/resume/", "/nowhere/"):
            encoded = "".join(f"%{byte:02x}" for byte in INJECTED.encode())
            response = user.request("GET", f"{'/chat' if path == '/nowhere/' else ''}{path}{encoded}", headers=headers)
            assert response.status_code == 404, path
            assert "[31m" not in str(response.headers)
        refused = user.request("POST", "/user/me/username", json={"username": INJECTED}, headers=headers)
        assert refused.status_code == 422
        # The access line follows the response, so the line of the account's registration may still arrive.
        wait_until(lambda: len(re.findall(r'"request".*"path": "(?!/user/register)', log.getvalue())) == 5)
    lines = log.getvalue().split("\n")
    assert lines.pop() == ""
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert all(line.isascii() and line.isprintable() for line in lines)


def test_a_worker_job_for_another_users_reply_does_nothing(
    user: Client, new_user: Any, provider: ScriptedProvider, conversation_id: str
) -> None:
    reply_id = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[0]["assistant_message_id"]
    before, asked = user.history(conversation_id), len(provider.requests)
    stranger = new_user().get("/user/me").json()["id"]
    job = {"user_id": stranger, "connection_id": "c", "request_id": None, "trace_id": "t", "message_id": reply_id}
    events: list[Any] = [
        job,
        {**job, "turn_id": new_id()},
        {**job, "user_id": user.get("/user/me").json()["id"], "turn_id": new_id(), "group": "admin"},
        {**job, "fields": {"base_url": "http://169.254.169.254/"}, "turn_id": new_id()},
        {**job, "message_id": "' OR 1=1 --", "turn_id": "' OR 1=1 --"},
        {},
        [],
        None,
        "job",
    ]
    assert [turn.handler(event, None)["status"] for event in events] == ["refused"] * len(events)
    assert (user.history(conversation_id), len(provider.requests)) == (before, asked)


@pytest.mark.parametrize("event", [{}, {"task": "migrate; sweep"}, {"task": None}, {"Type": "Timer", "Message": "{}"}])
def test_maintenance_refuses_unknown_tasks(event: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="names no task"):
        maintenance.handler(event, None)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_cursor_cannot_inject_into_a_query(user: Client) -> None:
    forged = [
        "' OR 1=1 --",
        base64.urlsafe_b64encode(b'[true, 0, "\' OR 1=1 --"]').decode(),
        "[]",
        "0",
        "\0",
        "a" * 5000,
    ]
    for cursor in forged:
        response = user.get("/conversation", cursor=cursor)
        assert response.status_code in (200, 422), cursor
        assert response.status_code == 422 or response.json()["items"] == []
