"""Process supervision: starts processes, logs their output, restarts those that die, and ends them all."""

import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_KEPT_LINES = 60
# serverless-offline waits 5 s for open requests.
_GRACE_SECONDS = 6.0
_FIRST_DELAY_SECONDS = 0.5
_LONGEST_DELAY_SECONDS = 10.0


class ChildEnded(Exception):
    """A process ended or failed; the message has its last output."""

    def __init__(self, child: "Child", status: int) -> None:
        how = f"exit status {status}" if status >= 0 else f"signal {-status}"
        output = "".join(f"    {line}\n" for line in child.last_lines)
        super().__init__(f"{child.name} ended ({how}). Its last output:\n{output}".rstrip())


class StopRequested(Exception):
    """A stop of the supervisor was requested."""


class Child:
    """A process, leader of a process group of its own. Its output is written to a log file, and printed while
    `Supervisor.echo` is set.

    `is_ready` is set when the process has printed `ready_line`.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        directory: Path | None,
        process: subprocess.Popen[str],
        log: IO[str],
        ready_line: str | None,
    ) -> None:
        self.name = name
        self.command = command
        self.directory = directory
        self.process = process
        self.ready_line = ready_line
        self.is_ready = threading.Event()
        self.started_at = time.monotonic()
        self.last_lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._log = log

    def read_output(self, echo: Callable[[str], None]) -> None:
        if self.process.stdout is None:
            raise RuntimeError("the process was started without a pipe")
        with self._log, self.process.stdout:
            for line in self.process.stdout:
                text = line.rstrip()
                if text:
                    self.last_lines.append(text)
                    self._log.write(f"{text}\n")
                    self._log.flush()
                    echo(f"{self.name} | {text}")
                    if text == self.ready_line:
                        self.is_ready.set()


@dataclass(frozen=True)
class _Ended:
    child: Child
    status: int


@dataclass(frozen=True)
class _Restart:
    """The delay before a restart is over."""

    child: Child


class Supervisor:
    """The processes of one run. A context manager: its exit ends all of them.

    Each process has a process group of its own. A guardian process ends the groups when its standard input closes,
    which happens at the exit, and when this process dies in any way.
    """

    def __init__(
        self, environ: Mapping[str, str], directory: Path, logs: Path, grace_seconds: float = _GRACE_SECONDS
    ) -> None:
        self.echo = False
        self._environ = environ
        self._directory = directory
        self._logs = logs
        self._grace_seconds = grace_seconds
        # A SimpleQueue, because signal handlers put into it.
        self._events: queue.SimpleQueue[_Ended | _Restart | StopRequested] = queue.SimpleQueue()
        self._delays: dict[str, float] = {}
        self._guardian: subprocess.Popen[str] | None = None
        self._children: list[tuple[Child, threading.Thread]] = []

    def __enter__(self) -> "Supervisor":
        self._logs.mkdir(parents=True, exist_ok=True)
        self._guardian = subprocess.Popen(
            [sys.executable, "-m", "infra.local.guardian", str(self._grace_seconds)],
            stdin=subprocess.PIPE,
            cwd=self._directory,
            text=True,
            start_new_session=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.echo = False
        if self._guardian is not None and self._guardian.stdin is not None:
            self._guardian.stdin.close()
            self._guardian.wait()
        for child, reader in self._children:
            reader.join(timeout=1)
            if child.process.stdin is not None:
                child.process.stdin.close()

    def request_stop(self) -> None:
        """Make the current wait raise StopRequested. Safe in a signal handler."""
        self._events.put(StopRequested())

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        directory: Path | None = None,
        ready_line: str | None = None,
    ) -> Child:
        """Start a process that runs until the supervisor's exit."""
        is_restart = any(child.name == name for child, _ in self._children)
        log = (self._logs / f"{name}.log").open("a" if is_restart else "w", encoding="utf-8")
        process = subprocess.Popen(
            command,
            cwd=directory or self._directory,
            env=dict(self._environ),
            # Kept open, because some children end when it closes.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        if self._guardian is None or self._guardian.stdin is None:
            raise RuntimeError("processes can be started only inside the supervisor's context")
        self._guardian.stdin.write(f"{process.pid}\n")
        self._guardian.stdin.flush()
        child = Child(name, command, directory, process, log, ready_line)
        reader = threading.Thread(target=child.read_output, args=(self._show,), daemon=True)
        waiter = threading.Thread(target=self._await_end, args=(child, reader), daemon=True)
        self._children.append((child, reader))
        reader.start()
        waiter.start()
        return child

    def run(self, name: str, command: Sequence[str]) -> None:
        """Run a process to its end. Raises ChildEnded when it fails, or another one ends."""
        child = self.start(name, command)
        while True:
            ended = self._next_event(timeout=None)
            if ended is not None and ended.child is child and ended.status == 0:
                return
            if ended is not None:
                raise ChildEnded(ended.child, ended.status)

    def wait_until(self, condition: Callable[[], bool], what: str, timeout: float = 120) -> None:
        """Poll until `condition` is true. Raises ChildEnded, StopRequested, or TimeoutError."""
        deadline = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what}: not ready within {timeout:.0f} s")
            ended = self._next_event(timeout=0.05)
            if ended is not None:
                raise ChildEnded(ended.child, ended.status)

    def keep_running(self) -> None:
        """Restart every process that dies, until StopRequested is raised.

        Repeated crashes are restarted with exponential backoff.
        """
        while True:
            ended = self._next_event(timeout=None)
            if ended is None:
                continue
            child = ended.child
            self._show(f"{ChildEnded(child, ended.status)}\nrestarting {child.name}")
            if time.monotonic() - child.started_at > _LONGEST_DELAY_SECONDS:
                self._delays.pop(child.name, None)
            delay = self._delays.get(child.name, _FIRST_DELAY_SECONDS)
            self._delays[child.name] = min(delay * 2, _LONGEST_DELAY_SECONDS)
            timer = threading.Timer(delay, self._events.put, [_Restart(child)])
            timer.daemon = True
            timer.start()

    def _next_event(self, timeout: float | None) -> _Ended | None:
        try:
            event = self._events.get(timeout=timeout)
        except queue.Empty:
            return None
        if isinstance(event, StopRequested):
            raise event
        if isinstance(event, _Restart):
            child = event.child
            self.start(child.name, child.command, directory=child.directory, ready_line=child.ready_line)
            return None
        return event

    def _await_end(self, child: Child, reader: threading.Thread) -> None:
        status = child.process.wait()
        # Wait for its last output, unless a surviving child process keeps the pipe open.
        reader.join(timeout=1)
        self._events.put(_Ended(child, status))

    def _show(self, text: str) -> None:
        if self.echo:
            print(text, flush=True)
