"""The client's address comes from the gateway, never from the client's headers."""

import json
from typing import Any

import pytest

from shared.web.client_address import client_address

PEER = "192.0.2.1"
CONTEXT = json.dumps({"stage": "prod", "identity": {"sourceIp": "198.51.100.1"}})


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TENCENTCLOUD_RUNENV", "AWS_LAMBDA_EXEC_WRAPPER", "AWS_LAMBDA_RUNTIME_API"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def on_scf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENCENTCLOUD_RUNENV", "SCF")


@pytest.fixture
def behind_the_web_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_EXEC_WRAPPER", "/opt/bootstrap")
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")


def address(*headers: tuple[str, str], client: Any = (PEER, 1)) -> str:
    encoded = [(name.encode(), value.encode()) for name, value in headers]
    return client_address({"type": "http", "headers": encoded, "client": client})


WRITTEN_BY_THE_CALLER = [
    ("x-forwarded-for", "203.0.113.9"),
    ("x-real-ip", "203.0.113.9"),
    ("forwarded", "for=203.0.113.9"),
    ("x-amzn-request-context", CONTEXT),
]


def test_elsewhere_it_is_the_peer_regardless_of_headers() -> None:
    assert address(*WRITTEN_BY_THE_CALLER) == PEER


@pytest.mark.parametrize("client", [None, (None, 0), ("", 0)])
def test_without_a_peer_it_is_unknown(client: Any) -> None:
    assert address(client=client) == "unknown"


def test_on_scf_it_is_the_rightmost_forwarded_address(on_scf: None) -> None:
    assert address(("x-forwarded-for", "203.0.113.9, 10.0.0.1 , 198.51.100.1 ")) == "198.51.100.1"
    assert address(("x-forwarded-for", "203.0.113.9"), ("x-forwarded-for", "198.51.100.1")) == "198.51.100.1"
    assert address(("x-forwarded-for", "198.51.100.1"), *WRITTEN_BY_THE_CALLER[1:]) == "198.51.100.1"
    assert address(("x-forwarded-for", "203.0.113.9,")) == "unknown"
    assert address(*WRITTEN_BY_THE_CALLER[1:]) == "unknown"


def test_behind_the_web_adapter_it_is_in_the_request_context(behind_the_web_adapter: None) -> None:
    assert address(*WRITTEN_BY_THE_CALLER, client=("127.0.0.1", 1)) == "198.51.100.1"
    function_url = json.dumps({"http": {"method": "GET", "sourceIp": "198.51.100.2"}})
    assert address(("x-amzn-request-context", function_url)) == "198.51.100.2"


@pytest.mark.parametrize(
    "context", ["", "null", "[]", "{}", '"text"', "{", '{"identity": {"sourceIp": null}}', '{"identity": []}']
)
def test_a_request_context_without_an_address_is_unknown(behind_the_web_adapter: None, context: str) -> None:
    assert address(("x-amzn-request-context", context), ("x-forwarded-for", "203.0.113.9")) == "unknown"


def test_the_wrapper_alone_is_not_the_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The local stage runs the server with the function's variables, but without the adapter."""
    monkeypatch.setenv("AWS_LAMBDA_EXEC_WRAPPER", "/opt/bootstrap")
    assert address(*WRITTEN_BY_THE_CALLER) == PEER
