"""Handing a turn to the worker that runs it: the `turn` function, invoked asynchronously.

On AWS the function that took the frame must answer its gateway within seconds; on SCF the instance that
holds the connection is stopped when the connection drops. In both a turn that is to outlive them runs
elsewhere.
"""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from functions.websocket.schemas import ClientFrame, TurnJob
from functions.websocket.service import Follow
from functions.websocket.settings import WorkerSettings
from shared.chat.model_choice import ModelFields
from shared.chat.prepare import PreparedTurn
from shared.config import load
from shared.logging import fields, request_context

_log = logging.getLogger(__name__)


def has_worker() -> bool:
    """Whether turns are handed over, or run where they are asked for."""
    return load(WorkerSettings).turn_function_name is not None


def job_for(user_id: str, connection_id: str, frame: ClientFrame, outcome: PreparedTurn | Follow) -> TurnJob:
    """What a worker needs to know of what a frame asked for."""
    context = request_context.get()
    job = TurnJob(
        user_id=user_id,
        connection_id=connection_id,
        request_id=frame.request_id,
        trace_id=context.trace_id if context else "",
        message_id=outcome.message_id if isinstance(outcome, Follow) else outcome.ids.message_id,
    )
    if isinstance(outcome, Follow):
        return job.model_copy(update={"after": outcome.after})
    job = job.model_copy(update={"turn_id": outcome.turn_id})
    return job.with_fields(frame) if isinstance(frame, ModelFields) else job


@dataclass(frozen=True)
class RoleKeys:
    """Keys of the function's role, which last for hours."""

    secret_id: str
    secret_key: str = field(repr=False)
    token: str = field(repr=False)


def role_keys(headers: Mapping[str, str]) -> RoleKeys | None:
    """The keys that SCF gives a web function with each request; None where the platform gives none.

    They are newer than those in the environment, which are of the time when the instance was started. They serve the
    connection that they came with alone: a client that made them up would have only its own turns fail.
    https://cloud.tencent.com/document/product/583/56124
    """
    names = ("x-scf-secret-id", "x-scf-secret-key", "x-scf-session-token")
    values = [headers.get(name, "") for name in names]
    return RoleKeys(*values) if all(values) else None


def hand_over(job: TurnJob, keys: RoleKeys | None = None) -> None:
    """Invoke the worker and return as soon as the platform has taken the job."""
    name = load(WorkerSettings).turn_function_name
    if os.environ.get("TENCENTCLOUD_RUNENV") == "SCF":
        from tencentcloud.scf.v20180416.models import InvokeRequest

        request = InvokeRequest()
        request.FunctionName = name
        request.Namespace = os.environ.get("SCF_NAMESPACE", "default")
        request.InvocationType = "Event"
        request.ClientContext = job.model_dump_json()
        _scf(keys).Invoke(request)
    else:
        _lambda().invoke(FunctionName=name, InvocationType="Event", Payload=job.model_dump_json().encode())
    # The worker's lines have these ids, and the same trace_id.
    _log.info("handed over", extra=fields(message_id=job.message_id, worker_request_id=job.request_id))


@cache
def _lambda() -> Any:
    import boto3  # Heavy; a ping or a stop does without.

    return boto3.client("lambda", endpoint_url=load(WorkerSettings).invoke_endpoint)


def _scf(keys: RoleKeys | None) -> Any:
    from tencentcloud.common.credential import Credential
    from tencentcloud.scf.v20180416.scf_client import ScfClient

    environ = os.environ
    keys = keys or RoleKeys(
        environ["TENCENTCLOUD_SECRETID"], environ["TENCENTCLOUD_SECRETKEY"], environ["TENCENTCLOUD_SESSIONTOKEN"]
    )
    return ScfClient(Credential(keys.secret_id, keys.secret_key, keys.token), environ["TENCENTCLOUD_REGION"])
