"""The gateway's request id, which correlates its logs with ours."""

import json
from typing import Any

import pytest

from shared.web.gateway_context import gateway_request_id


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
