"""Structured logging: one flat JSON object per line, with the request's ids from a context variable.

CloudWatch and CLS index such lines (CLS one level deep). Every logged value is a named field: tokens, keys and message
text have none.
"""

import json
import logging
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timezone

from shared.config import AppSettings, load


@dataclass
class RequestContext:
    """The fields of every log line of a request. `user_id` is set when the token has been verified.

    `request_id` is ours, which the response carries; `gateway_request_id` is the gateway's, and `client_request_id` the
    client's, where there is one. A turn that another function runs has a request of its own, with the same `trace_id`.
    """

    request_id: str
    trace_id: str
    client_ip: str
    method: str
    path: str
    user_id: str | None = None
    gateway_request_id: str | None = None
    client_request_id: str | None = None


request_context: ContextVar[RequestContext | None] = ContextVar("request_context", default=None)

# Attributes of a LogRecord that are not `extra` fields.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


# `json.dumps` would create an encoder for each line.
_encode = json.JSONEncoder(default=str).encode


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        context = request_context.get()
        if context is not None:
            line.update({key: value for key, value in vars(context).items() if value is not None})
        line.update({k: v for k, v in vars(record).items() if k not in _STANDARD})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        # In ASCII: a path may hold line ends and terminal sequences that JSON leaves as they are.
        return _encode(line)


def configure_logging() -> None:
    """Make the root logger write JSON lines to stderr, at LOG_LEVEL.

    Lambda's runtime puts a handler of its own on the root logger; it is replaced. Lines go to stderr
    because the local runner communicates with the function over stdout.
    """
    # Skip the caller, thread and process of each record, which no line contains
    # (https://docs.python.org/3/howto/logging.html#optimization).
    logging._srcfile = None  # noqa: SLF001 - as the document has it
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    root = logging.getLogger()
    for handler in list(root.handlers):
        if isinstance(handler.formatter, JsonFormatter) or type(handler).__module__.startswith("awslambdaric"):
            root.removeHandler(handler)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root.addHandler(handler)
    root.setLevel(load(AppSettings).log_level)
    # These log URLs, including presigned ones; our own access line replaces them. uvicorn.error logs the URL of a
    # WebSocket's handshake, with its access token, even without an access log. uvicorn sets its own levels before it
    # imports an application, so these hold whatever the command that started it.
    for name in (
        "httpx2",
        "mangum",
        "openai",
        "qcloud_cos",
        "urllib3",
        "uvicorn.access",
        "uvicorn.error",
    ):
        logging.getLogger(name).setLevel(logging.WARNING)


def fields(**values: object) -> Mapping[str, object]:
    """Named fields for a log call: `log.info("turn", extra=fields(status=...))`."""
    return values
