"""The client of API Gateway's @connections API."""

from collections.abc import Callable, Iterator

import pytest
from botocore.exceptions import ClientError

from shared.web import gateway_client
from shared.web.gateway_client import ConnectionGone, post_frame
from tests.support.aws import aws_server


@pytest.fixture
def management_api(settings: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """moto's @connections, which takes frames for any connection."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with aws_server() as url:
        settings(WEBSOCKET_ENDPOINT=url)
        gateway_client._management_api.cache_clear()
        yield url
    gateway_client._management_api.cache_clear()


def test_frames_are_posted_through_the_gateways_api(management_api: str) -> None:
    post_frame("connection-1", '{"type":"pong"}')


class _Answers:
    """The gateway's API, answering with the given statuses and then with success."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.posted = 0

    def post_to_connection(self, **_call: object) -> None:
        if self.statuses:
            status = self.statuses.pop(0)
            metadata = {"HTTPStatusCode": status, "RequestId": "", "HostId": "", "HTTPHeaders": {}, "RetryAttempts": 0}
            raise ClientError({"Error": {}, "ResponseMetadata": metadata}, "PostToConnection")
        self.posted += 1


def test_a_gone_connection_is_known_by_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_client, "_management_api", lambda: _Answers(410))
    with pytest.raises(ConnectionGone):
        post_frame("connection-1", "{}")


def test_a_throttled_frame_is_posted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    api = _Answers(429, 503)
    monkeypatch.setattr(gateway_client, "_management_api", lambda: api)
    post_frame("connection-1", "{}")
    assert api.posted == 1
