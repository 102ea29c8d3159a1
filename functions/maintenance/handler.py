"""Entry of the maintenance function, invoked by the deploy and by a timer."""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from functions.maintenance import service
from functions.maintenance.stack import run_step
from shared.db.retry import retry_if_rolled_back
from shared.db.types import utc_now
from shared.ids import new_id
from shared.logging import RequestContext, configure_logging, fields, request_context

configure_logging()
_log = logging.getLogger(__name__)

Event = Mapping[str, Any]

_TASKS: Mapping[str, Callable[[], Mapping[str, int]]] = {
    "migrate": service.migrate,
    "sweep": lambda: service.sweep(utc_now()),
    "poll_tasks": lambda: service.poll_tasks(utc_now()),
    "renew_api_keys": service.renew_api_keys,
}


def handler(event: Event, context: Any) -> dict[str, Any]:
    """Run `{"task": "migrate" | "sweep" | "poll_tasks" | "renew_api_keys"}`; returns its counts.

    A custom resource event migrates. `{"task": "manage", "arguments": [...]}` runs a command of `infra.manage`;
    returns its `output` and `error`.

    Raises ValueError for any other event, and the exceptions of the task, so that the platform counts the invocation
    as failed.
    """
    is_step = "ResponseURL" in event
    name = "migrate" if is_step else _task_name(event)
    if name not in _TASKS and name != "manage":
        raise ValueError("the event names no task")
    request_id = getattr(context, "aws_request_id", None) or new_id()
    request_context.set(RequestContext(request_id, request_id, "unknown", "INVOKE", name))
    if is_step:
        run_step(event, _TASKS[name])
        return {"task": name}
    if name == "manage":
        # Not logged: it can contain accounts.
        return {"task": name, **service.manage([str(argument) for argument in event["arguments"]])}
    done = retry_if_rolled_back(_TASKS[name])
    _log.info("task done", extra=fields(**done))
    return {"task": name, **done}


def _task_name(event: Event) -> str:
    """The task of an event. AWS delivers the event itself; an SCF timer wraps it, as text, in `Message`
    (https://cloud.tencent.com/document/product/583/9708)."""
    if event.get("Type") == "Timer":
        event = json.loads(event["Message"])
    return str(event.get("task"))
