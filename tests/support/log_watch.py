"""Leak detection: checks every log line of the test run for tokens, passwords and API keys.

It covers the loggers of this process and the logs of servers in separate processes.

Tests register secrets with `keep_secret`; the client of `tests.support.api` registers those that it sends and
receives. Secrets with a recognizable format need no registration.
"""

import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from shared.logging import JsonFormatter

SECRET_FIELDS = frozenset(
    {
        "password",
        "confirm_password",
        "new_password",
        "api_key",
        "access_token",
        "refresh_token",
        "device_token",
        "password_hash",
    }
)
_SECRET_SETTINGS = frozenset(
    {"JWT_KEYS", "API_KEY_ENCRYPTION_KEYS", "OBJECT_STORE_SECRET_ACCESS_KEY", "DEFAULT_MODEL_API_KEY"}
)
# Formats: a JWT, a bcrypt hash, a presigned URL's signature.
_SHAPES = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}|\$2[aby]\$\d\d\$|[?&](?:q-signature|X-Amz-Signature)=")
# Shorter values would match by chance.
_SHORTEST = 8


@dataclass(frozen=True)
class Leak:
    test: str
    line: str
    secret: str


@dataclass
class LogWatch:
    """Lines in production's format, each with the running test."""

    _lines: list[tuple[str, str]] = field(default_factory=list)
    _secrets: set[str] = field(default_factory=set)
    _formatter: JsonFormatter = field(default_factory=JsonFormatter)

    def keep_secret(self, value: str) -> None:
        if len(value) >= _SHORTEST:
            self._secrets.add(value)

    def see(self, record: logging.LogRecord) -> None:
        self.see_line(self._formatter.format(record))

    def see_line(self, line: str) -> None:
        """Add a formatted line, from our formatter or a server's own."""
        self._lines.append((os.environ.get("PYTEST_CURRENT_TEST", "outside of tests"), line))

    def lines(self) -> list[str]:
        """All lines so far."""
        return [line for _, line in self._lines]

    def leaks(self) -> list[Leak]:
        """Every line with a secret, including secrets that were registered after the line."""
        # In the form of a line: JSON escapes quotes and non-ASCII characters.
        written = {secret: json.dumps(secret)[1:-1] for secret in self._secrets}
        everything = "\n".join(line for _, line in self._lines)
        present = [secret for secret, form in written.items() if form in everything]
        leaks = [
            Leak(test, line, secret) for secret in present for test, line in self._lines if written[secret] in line
        ]
        leaks += [Leak(test, line, shape[0]) for test, line in self._lines if (shape := _SHAPES.search(line))]
        return leaks

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Observe the records of all loggers, also of those that do not propagate."""
        take = logging.Logger.callHandlers

        def see_and_take(logger: logging.Logger, record: logging.LogRecord) -> None:
            self.see(record)
            take(logger, record)

        logging.Logger.callHandlers = see_and_take  # type: ignore[assignment,method-assign]
        try:
            yield
        finally:
            logging.Logger.callHandlers = take  # type: ignore[method-assign]


_of_the_run = LogWatch()


def log_watch() -> LogWatch:
    """The instance for the whole run."""
    return _of_the_run


def keep_secret(value: str) -> None:
    _of_the_run.keep_secret(value)


def keep_secrets_of(body: Any) -> None:
    """Register the values of secret fields in a JSON document."""
    if isinstance(body, Mapping):
        for name, value in body.items():
            if name in SECRET_FIELDS and isinstance(value, str):
                keep_secret(value)
            elif name == "headers" and isinstance(value, Mapping):
                # Headers of a model; short values, such as a version, stand in lines for other reasons.
                for header in value.values():
                    if isinstance(header, str) and len(header) >= 12:
                        keep_secret(header)
            else:
                keep_secrets_of(value)
    elif isinstance(body, list):
        for value in body:
            keep_secrets_of(value)


def keep_secret_settings(variables: Mapping[str, str]) -> None:
    for name in _SECRET_SETTINGS & variables.keys():
        for entry in variables[name].split(","):
            keep_secret(entry.rpartition(":")[2])
