"""A function's server as a process of its own, as on a platform: it can be killed and started again."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.log_watch import log_watch
from tests.support.processes import end_with_parent, free_port, is_listening, wait_until


@dataclass
class FunctionServer:
    """uvicorn with `app` (`functions.chat_stream.app:app`), with settings added to the tests' own."""

    app: str
    environment: Mapping[str, str]
    # Where its log lines go, those of uvicorn included.
    log: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def pid(self) -> int:
        assert self.process is not None, "the server is not started"
        return self.process.pid

    def ensure(self) -> None:
        """Start it, unless it runs."""
        if self.process is not None and self.process.poll() is None:
            return
        command = [sys.executable, "-m", "uvicorn", self.app, "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                end_with_parent([*command, "--no-access-log", "--no-proxy-headers", "--no-server-header"]),
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_until(lambda: is_listening(self.port), timeout=60, what=self.app)

    def kill(self) -> None:
        """SIGKILL: it gets no chance to say anything."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


@contextmanager
def function_server(app: str, environment: Mapping[str, str], log: Path | None = None) -> Iterator[FunctionServer]:
    """A running one, killed at the end. The log watch sees what it has written."""
    with TemporaryDirectory() as folder:
        server = FunctionServer(app, environment, log or Path(folder) / "log")
        try:
            server.ensure()
            yield server
        finally:
            with suppress(ProcessLookupError):
                server.kill()
            for line in server.log.read_text(encoding="utf-8").splitlines():
                log_watch().see_line(line)
