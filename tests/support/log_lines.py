"""Capture of log lines in production's format."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shared.logging import JsonFormatter

Line = dict[str, Any]


class _Reader(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines: list[Line] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))


@contextmanager
def logged() -> Iterator[list[Line]]:
    """Captures the lines of all loggers and threads within the block."""
    reader = _Reader()
    logging.getLogger().addHandler(reader)
    try:
        yield reader.lines
    finally:
        logging.getLogger().removeHandler(reader)
