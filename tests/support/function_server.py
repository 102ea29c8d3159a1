"""A function's server in a separate process, which can be killed and restarted."""

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
    """uvicorn with `app` (such as `functions.chat_stream.app:app`), with settings in addition to those of the tests."""

    app: str
    environment: Mapping[str, str]
    # The log file, including uvicorn's lines.
    log: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def pid(self) -> int:
        assert self.process is not None, "the server is not started"
        return self.process.pid

    def ensure(self) -> None:
        """Start the server unless it is running."""
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
        """End it with SIGKILL, without a shutdown."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


@contextmanager
def function_server(app: str, environment: Mapping[str, str], log: Path | None = None) -> Iterator[FunctionServer]:
    """A running server, killed at the end. The log watch checks its log."""
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
