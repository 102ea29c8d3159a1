"""The client of API Gateway's @connections API."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import repeat

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from shared.web import gateway_client
from shared.web.gateway_client import ConnectionGone, GatewayUnavailable, close_connection, post_frame
from tests.support.aws import aws_server
from tests.support.management_api import ManagementApi

ATTEMPTS = 1 + len(gateway_client._RETRY_SECONDS)


@pytest.fixture
def aws(settings: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """moto's @connections API, which accepts calls for any connection."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with aws_server() as url:
        settings(WEBSOCKET_ENDPOINT=url)
        gateway_client._management_api.cache_clear()
        yield
    gateway_client._management_api.cache_clear()


def post(frame: str = '{"type":"pong"}', connection_id: str = "one") -> None:
    asyncio.run(post_frame(connection_id, frame))


def test_frames_are_posted_and_connections_closed_through_the_gateway_s_api(aws: None) -> None:
    sent: list[tuple[str, bytes]] = []
    events = gateway_client._management_api().meta.events
    events.register("before-send", lambda request, **_: sent.append((request.method, request.body)))

    post('{"type":"pong"}')
    asyncio.run(close_connection("one"))
    assert [method for method, _ in sent] == ["POST", "DELETE"]
    assert sent[0][1] == b'{"type":"pong"}'


def test_a_gateway_that_cannot_be_reached_is_unavailable(
    aws: None, settings: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway_client, "_RETRY_SECONDS", [0])
    settings(WEBSOCKET_ENDPOINT="http://127.0.0.1:9")
    with pytest.raises(GatewayUnavailable):
        post()


def test_a_gone_connection_is_recognized_by_its_status(api: ManagementApi) -> None:
    with pytest.raises(ConnectionGone):
        post(connection_id="another")
    with pytest.raises(ConnectionGone):
        asyncio.run(close_connection("another"))
    assert len(api.attempts["another"]) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_call_that_was_throttled_or_failed_is_retried(api: ManagementApi, status: int) -> None:
    api.statuses["one"] = iter([status] * (ATTEMPTS - 1))
    post()
    assert api.frames["one"] == [{"type": "pong"}]


def test_a_timeout_is_retried(api: ManagementApi, monkeypatch: pytest.MonkeyPatch) -> None:
    succeed = api.post_to_connection
    attempts = 0

    def time_out_once(**call: str) -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            raise ReadTimeoutError(endpoint_url="https://gateway.example")
        succeed(**call)  # type: ignore[arg-type]

    monkeypatch.setattr(api, "post_to_connection", time_out_once)
    post()
    assert attempts == 2


def test_retries_are_bounded(api: ManagementApi) -> None:
    api.statuses["one"] = repeat(429)
    with pytest.raises(GatewayUnavailable):
        post()
    assert len(api.attempts["one"]) == ATTEMPTS


def test_a_refusal_that_a_retry_would_not_change_is_not_retried(api: ManagementApi) -> None:
    api.statuses["one"] = repeat(403)
    with pytest.raises(ClientError):
        post()
    assert len(api.attempts["one"]) == 1
