"""Structured log lines."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from shared.logging import JsonFormatter, RequestContext, configure_logging, fields, request_context


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("tests.probe")
    logger.addHandler(handler)
    # Another test's handler may have left its request context in this thread.
    outside = request_context.set(None)
    yield stream
    request_context.reset(outside)
    logger.removeHandler(handler)


log = logging.getLogger("tests.probe")


def line(written: io.StringIO) -> dict[str, Any]:
    (text, end) = written.getvalue().split("\n")
    assert end == ""
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def test_a_line_is_one_flat_json_object(written: io.StringIO) -> None:
    log.warning("a %s\nwith two lines", "message", extra=fields(status=200, size=None))
    parsed = line(written)
    assert parsed.keys() == {"time", "level", "logger", "message", "status", "size"}
    assert parsed["message"] == "a message\nwith two lines"
    assert (parsed["level"], parsed["logger"], parsed["status"]) == ("WARNING", "tests.probe", 200)
    assert parsed["time"].endswith("+00:00")


def test_a_line_carries_the_request(written: io.StringIO) -> None:
    context = RequestContext("request-1", "trace-1", "192.0.2.1", "GET", "/user/me")
    token = request_context.set(context)
    try:
        log.warning("before the token is checked")
        before = line(written)
        context.user_id = "user-1"
        written.truncate(0)
        written.seek(0)
        log.warning("after it")
        after = line(written)
    finally:
        request_context.reset(token)
    assert "user_id" not in before
    assert (
        after.items()
        >= {
            "request_id": "request-1",
            "trace_id": "trace-1",
            "client_ip": "192.0.2.1",
            "method": "GET",
            "path": "/user/me",
            "user_id": "user-1",
        }.items()
    )


def test_a_traceback_stays_in_its_line(written: io.StringIO) -> None:
    try:
        int("no number")
    except ValueError:
        log.exception("failed")
    assert "ValueError: invalid literal" in line(written)["exception"]


def test_any_value_can_be_a_field(written: io.StringIO) -> None:
    log.warning("odd", extra=fields(value=object, text='引号"\u2028'))
    assert line(written)["text"] == '引号"\u2028'


def test_lines_go_to_stderr_once_however_often_logging_is_configured() -> None:
    configure_logging()
    configure_logging()
    ours = [handler for handler in logging.getLogger().handlers if isinstance(handler.formatter, JsonFormatter)]
    assert len(ours) == 1
    assert isinstance(ours[0], logging.StreamHandler)
    assert ours[0].stream is sys.stderr


def test_libraries_that_log_urls_are_quiet() -> None:
    configure_logging()
    for name in ("httpx2", "qcloud_cos", "urllib3"):
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)
