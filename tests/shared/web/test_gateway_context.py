"""The gateway's request id, which correlates its logs with ours."""

import json
import time
from typing import Any

import pytest

from shared.web.gateway_context import gateway_request_id, invocation_seconds_left


def request_id(scope: dict[str, Any] | None = None, **headers: str) -> str | None:
    encoded = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return gateway_request_id({"type": "http", "headers": encoded, **(scope or {})})


def test_a_lambda_has_it_in_the_event() -> None:
    assert request_id({"aws.event": {"requestContext": {"requestId": "r1"}}}) == "r1"


def test_behind_the_web_adapter_it_is_in_the_request_context(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_EXEC_WRAPPER", "/opt/bootstrap")
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    assert request_id(x_amzn_request_context=json.dumps({"requestId": "r1"})) == "r1"
    assert request_id(x_amzn_request_context="{") is None


def test_on_scf_it_is_a_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENCENTCLOUD_RUNENV", "SCF")
    assert request_id(x_scf_request_id="r1") == "r1"


def test_without_a_gateway_the_callers_headers_are_ignored() -> None:
    assert request_id(x_scf_request_id="r1", x_amzn_request_context=json.dumps({"requestId": "r1"})) is None


def seconds_left(context: str) -> float | None:
    return invocation_seconds_left({"type": "http", "headers": [(b"x-amzn-lambda-context", context.encode())]})


def test_behind_the_web_adapter_the_deadline_is_in_the_lambda_context(monkeypatch: pytest.MonkeyPatch) -> None:
    context = json.dumps({"request_id": "r1", "deadline": round((time.time() + 100) * 1000)})
    assert seconds_left(context) is None
    monkeypatch.setenv("AWS_LAMBDA_EXEC_WRAPPER", "/opt/bootstrap")
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    left = seconds_left(context)
    assert left is not None
    # The clock of this process may be a little behind.
    assert left == pytest.approx(100, abs=60)
    assert [seconds_left(broken) for broken in ("", "{", "[]", "{}", '{"deadline": "soon"}')] == [None] * 5
