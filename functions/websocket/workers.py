"""Asynchronous invocation of the worker, the `turn` function, which runs turns for WebSocket connections.

On AWS the function that receives a frame must answer its gateway within seconds; on SCF an instance is stopped when
its connection drops. A turn must outlive both, so it runs in a function of its own.
"""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from functions.websocket.follows import number_follow
from functions.websocket.schemas import ClientFrame, TurnJob
from functions.websocket.service import Follow
from functions.websocket.settings import WorkerSettings
from shared.chat.prepare import PreparedTurn
from shared.chat.requests import TurnFields
from shared.config import load
from shared.logging import fields, request_context

_log = logging.getLogger(__name__)


def has_worker() -> bool:
    """Whether a worker runs turns, instead of the process that received the frame."""
    return load(WorkerSettings).turn_function_name is not None


def job_for(user_id: str, connection_id: str, frame: ClientFrame, outcome: PreparedTurn | Follow) -> TurnJob:
    """The worker's job for a frame and its outcome."""
    context = request_context.get()
    job = TurnJob(
        user_id=user_id,
        connection_id=connection_id,
        request_id=frame.request_id,
        trace_id=context.trace_id if context else "",
        message_id=outcome.message_id if isinstance(outcome, Follow) else outcome.ids.message_id,
    )
    if isinstance(outcome, Follow):
        number = number_follow(connection_id, outcome.message_id)
        return job.model_copy(
            update={"after": outcome.after, "follow_number": number, "is_counted": outcome.is_counted}
        )
    job = job.model_copy(update={"turn_id": outcome.turn_id, "notices": outcome.notices})
    return job.with_fields(frame) if isinstance(frame, TurnFields) else job


def job_to_go_on(user_id: str, connection_id: str, turn: PreparedTurn) -> TurnJob:
    """The worker's job for an abandoned reply that was taken over."""
    context = request_context.get()
    return TurnJob(
        user_id=user_id,
        connection_id=connection_id,
        request_id=None,
        trace_id=context.trace_id if context else "",
        message_id=turn.ids.message_id,
        turn_id=turn.turn_id,
    )


@dataclass(frozen=True)
class RoleKeys:
    """Temporary credentials of the function's role, valid for hours."""

    secret_id: str
    secret_key: str = field(repr=False)
    token: str = field(repr=False)


def role_keys(headers: Mapping[str, str]) -> RoleKeys | None:
    """The credentials that SCF sends a web function with each request; None on other platforms.

    They are newer than those in the environment, which date from the start of the instance. They are used only for the
    connection that sent them: a client that forges them makes only its own turns fail.
    https://cloud.tencent.com/document/product/583/56124
    """
    names = ("x-scf-secret-id", "x-scf-secret-key", "x-scf-session-token")
    values = [headers.get(name, "") for name in names]
    return RoleKeys(*values) if all(values) else None


def invoke_worker(job: TurnJob, keys: RoleKeys | None = None) -> None:
    """Invoke the worker; returns as soon as the platform has accepted the job."""
    name = load(WorkerSettings).turn_function_name or ""
    if os.environ.get("TENCENTCLOUD_RUNENV") == "SCF":
        from tencentcloud.scf.v20180416.models import InvokeRequest

        request = InvokeRequest()
        # Lambda reads an alias from the name itself.
        request.FunctionName, _, qualifier = name.partition(":")
        request.Qualifier = qualifier or "$LATEST"
        request.Namespace = os.environ.get("SCF_NAMESPACE", "default")
        request.InvocationType = "Event"
        request.ClientContext = job.to_json()
        _scf(keys).Invoke(request)
    else:
        _lambda().invoke(FunctionName=name, InvocationType="Event", Payload=job.to_json().encode())
    # The worker logs the same ids and trace_id.
    _log.info("worker invoked", extra=fields(message_id=job.message_id, worker_request_id=job.request_id))


@cache
def _lambda() -> Any:
    import boto3  # Slow to import; a ping or a stop does not need it.

    return boto3.client("lambda", endpoint_url=load(WorkerSettings).invoke_endpoint)


def _scf(keys: RoleKeys | None) -> Any:
    from tencentcloud.common.credential import Credential
    from tencentcloud.scf.v20180416.scf_client import ScfClient

    environ = os.environ
    keys = keys or RoleKeys(
        environ["TENCENTCLOUD_SECRETID"], environ["TENCENTCLOUD_SECRETKEY"], environ["TENCENTCLOUD_SESSIONTOKEN"]
    )
    return ScfClient(Credential(keys.secret_id, keys.secret_key, keys.token), environ["TENCENTCLOUD_REGION"])
