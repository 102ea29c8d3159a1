"""The whole stack on free ports with its own data folder, started like `make dev`."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.processes import end_with_parent, free_ports, wait_until

ROOT = Path(__file__).resolve().parents[2]
_PORTS = (
    "HTTP_PORT",
    "WEBSOCKET_PORT",
    "INVOKE_PORT",
    "OBJECT_STORE_PORT",
    "SEARCH_PORT",
    "MAIL_PORT",
    "MAIL_PAGE_PORT",
    "MODEL_PORT",
    "SPA_PORT",
)
_START_TIMEOUT_SECONDS = 120


@dataclass
class Stack:
    """A `make dev`, by default without the SPA and the model (`environ`)."""

    data_dir: Path
    environ: dict[str, str] = field(default_factory=dict)
    # The checkout to run.
    directory: Path = ROOT
    arguments: Sequence[str] = ()
    _process: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        ports = {name: str(port) for name, port in zip(_PORTS, free_ports(len(_PORTS)), strict=True)}
        # Without the tests' own settings, as in a developer's shell.
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environ = {
            **inherited,
            **ports,
            "CHAT_DATA_DIR": str(self.data_dir),
            "SPA": "0",
            "MODEL": "0",
            **self.environ,
        }

    @property
    def url(self) -> str:
        return f"http://localhost:{self.environ['HTTP_PORT']}"

    @property
    def websocket_url(self) -> str:
        return f"ws://localhost:{self.environ['WEBSOCKET_PORT']}"

    @property
    def output(self) -> str:
        log = self.data_dir / "output.log"
        return log.read_text(encoding="utf-8") if log.exists() else ""

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None, "the stack is not started"
        return self._process

    def start(self) -> None:
        """Start without waiting; see `wait_until_ready`."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with (self.data_dir / "output.log").open("wb") as output:
            self._process = subprocess.Popen(
                end_with_parent([sys.executable, "-m", "infra.local.dev", *self.arguments]),
                cwd=self.directory,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> str:
        """Wait for the `ready:` line and return it. Raises RuntimeError with the output when the start fails."""

        def ready() -> str:
            found = re.search(r"^ready: .*$", self.output, re.M)
            if found:
                return found[0]
            if self.process.poll() is not None:
                raise RuntimeError(f"the stack did not start:\n{self.output}")
            return ""

        return wait_until(ready, timeout=_START_TIMEOUT_SECONDS, what="the stack")

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal and wait; returns the exit status."""
        self.process.send_signal(number)
        return self.process.wait(30)

    def processes(self) -> dict[int, str]:
        """Every running process of this stack: pid → command line.

        They are identified by their environment, which contains the stack's folder.
        """
        mark = f"CHAT_DATA_DIR={self.data_dir}".encode()
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal():
                continue
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    command = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
                    found[int(entry.name)] = command.decode(errors="replace")
            except OSError:  # It has ended, or belongs to another user.
                continue
        return found


@contextmanager
def running_stack(data_dir: Path, **environ: str) -> Iterator[Stack]:
    """A running stack, which ends with the `with` block."""
    stack = Stack(data_dir, environ)
    stack.start()
    try:
        stack.wait_until_ready()
        yield stack
    finally:
        if stack.process.poll() is None:
            stack.end()
