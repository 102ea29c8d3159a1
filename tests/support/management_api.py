"""API Gateway's @connections API in memory, behind boto3's interface."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

Frame = dict[str, Any]


def refusal(status: int, operation: str) -> ClientError:
    metadata = {"HTTPStatusCode": status, "RequestId": "", "HostId": "", "HTTPHeaders": {}, "RetryAttempts": 0}
    return ClientError({"Error": {}, "ResponseMetadata": metadata}, operation)


class ManagementApi:
    """Answers a connection's calls with its `statuses` first, then with success."""

    def __init__(self, *connection_ids: str) -> None:
        self.open = set(connection_ids)
        # One status per call; 200 lets the call through.
        self.statuses: dict[str, Iterator[int]] = {}
        self.attempts: dict[str, list[Frame]] = defaultdict(list)
        self.frames: dict[str, list[Frame]] = defaultdict(list)
        self.closed: list[str] = []

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
        if connection_id not in self.open:
            raise refusal(410, operation)
        status = next(self.statuses.get(connection_id, iter(())), 200)
        if status != 200:
            raise refusal(status, operation)
