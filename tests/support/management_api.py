"""API Gateway's @connections API in memory, behind boto3's interface."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from shared.web import gateway_client

Frame = dict[str, Any]


class ManagementApi:
    """Answers a connection's calls with its `statuses` first, then with success."""

    def __init__(self, *connection_ids: str) -> None:
        self.open = set(connection_ids)
        # One status per call; 200 lets the call through.
        self.statuses: dict[str, Iterator[int]] = {}
        self.attempts: dict[str, list[Frame]] = defaultdict(list)
        self.frames: dict[str, list[Frame]] = defaultdict(list)
        self.closed: list[str] = []

    def replace_gateway(self, monkeypatch: pytest.MonkeyPatch, retries: int = 6) -> None:
        """Have the gateway client call this instead of the gateway, and not wait before its retries."""
        monkeypatch.setattr(gateway_client, "_management_api", lambda: self)
        monkeypatch.setattr(gateway_client, "_RETRY_SECONDS", [0] * retries)

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> None:  # noqa: N803 - boto3's names
        assert len(Data) <= 32 * 1024
        frame = json.loads(Data)
        self.attempts[ConnectionId].append(frame)
        self._answer(ConnectionId, "PostToConnection")
        self.frames[ConnectionId].append(frame)

    def delete_connection(self, *, ConnectionId: str) -> None:  # noqa: N803 - boto3's name
        self._answer(ConnectionId, "DeleteConnection")
        self.open.discard(ConnectionId)
        self.closed.append(ConnectionId)

    def _answer(self, connection_id: str, operation: str) -> None:
        status = next(self.statuses.get(connection_id, iter(())), 200) if connection_id in self.open else 410
        if status != 200:
            metadata = {"HTTPStatusCode": status, "RequestId": "", "HostId": "", "HTTPHeaders": {}, "RetryAttempts": 0}
            raise ClientError({"Error": {}, "ResponseMetadata": metadata}, operation)
