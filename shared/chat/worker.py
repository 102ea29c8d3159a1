"""The worker, the function `turn`: its jobs, and its asynchronous invocation.

On AWS the function that receives a frame must answer its gateway within seconds; on SCF an instance is stopped when
its connection drops. A turn must outlive both, and so must one that nobody follows, so it runs in a function of its
own.
"""

import logging
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from shared.config import Settings, load
from shared.invocation import RoleKeys, invoke_function
from shared.logging import fields, request_context

_log = logging.getLogger(__name__)


class WorkerSettings(Settings):
    """The function that runs turns which no process streams."""

    # `name:alias`. Absent where turns run in the process of the connection.
    turn_function_name: str | None = None


class TurnJob(BaseModel):
    """The event of the `turn` function: a prepared turn to run, an abandoned reply to go on with, or a reply to follow.

    It passes through a queue of the platform, so it contains a request's API key, and the values of its headers and
    query, only encrypted.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    user_id: str
    # The connection that asked for it; empty where none did.
    connection_id: str = ""
    request_id: str | None = None
    trace_id: str
    message_id: str
    # Absent: follow the reply after `after`, or take it over.
    turn_id: str | None = None
    take_over: bool = False
    after: int = 0
    # A follow's number (functions.websocket.follows), and whether it counts as one of the user's follows.
    follow_number: int | None = None
    is_counted: bool = False
    # The model fields of the request (shared.chat.job_fields).
    fields: dict[str, Any] = Field(default_factory=dict)
    api_key_encrypted: str | None = None
    # shared.llm.params.SecretParams.
    headers_encrypted: str | None = None
    notices: bool = False

    def to_json(self) -> str:
        """The event, without fields that have their default: during a deploy it may reach a worker of the previous
        release, which refuses fields that it does not know."""
        return self.model_dump_json(exclude_defaults=True)


def has_worker() -> bool:
    """Whether there is a worker, so that a turn need not run in the process that received the request."""
    return load(WorkerSettings).turn_function_name is not None


def hand_over(user_id: str, message_id: str) -> bool:
    """Invoke the worker to go on with an abandoned reply, where there is one; otherwise its next reader does.

    Returns whether the platform has accepted the job. Does not raise: a worker that cannot be invoked leaves the reply
    to its next reader, too.
    """
    if not has_worker():
        return False
    context = request_context.get()
    try:
        invoke_worker(
            TurnJob(
                user_id=user_id, message_id=message_id, trace_id=context.trace_id if context else "", take_over=True
            )
        )
    except Exception:  # noqa: BLE001 - an edge of the platform's SDK
        _log.warning("the worker could not be invoked", exc_info=True, extra=fields(message_id=message_id))
        return False
    return True


def invoke_worker(job: TurnJob, keys: RoleKeys | None = None) -> None:
    """Invoke the worker; returns as soon as the platform has accepted the job."""
    invoke_function(load(WorkerSettings).turn_function_name or "", job.to_json(), keys)
    # The worker logs the same ids and trace_id.
    _log.info("worker invoked", extra=fields(message_id=job.message_id, worker_request_id=job.request_id))
