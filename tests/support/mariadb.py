"""A real MariaDB server in a temporary folder.

    with mariadb_server() as server:
        url = server.new_database()

It listens on a free port of 127.0.0.1 and on a socket in its folder, persists nothing, and ends with the `with`
block, also when the test process is killed.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from tests.support.processes import end_with_parent, free_port, wait_until

_START_TIMEOUT_SECONDS = 60
_USER = "tests"


class MariaDbMissing(Exception):
    """The server is not installed; the message has the installation command."""


@dataclass
class MariaDbServer:
    port: int
    _command: Sequence[str]
    _folder: Path
    _process: "subprocess.Popen[bytes] | None" = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def start(self) -> None:
        """Raises RuntimeError with the server's log when it does not start."""
        with self._log.open("w") as output:
            self._process = subprocess.Popen(
                end_with_parent(self._command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_until(self._accepts, timeout=_START_TIMEOUT_SECONDS, what=f"mariadbd on port {self.port}")

    def kill(self) -> None:
        """End the server with SIGKILL. Committed data is available after the next start."""
        assert self._process is not None, "it is not started"
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        assert self._process is not None, "it is not started"
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def new_database(self) -> str:
        """The SQLAlchemy URL of a new, empty database in utf8mb4."""
        name = f"chat_{next(self._numbers)}"
        _execute(f"mysql+pymysql://{_USER}@127.0.0.1:{self.port}/", f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        return f"mysql+pymysql://{_USER}@127.0.0.1:{self.port}/{name}?charset=utf8mb4"

    def new_user(self, url: str) -> str:
        """The URL of a database for a new user, who obeys `read_only`."""
        user = f"writer_{next(self._numbers)}"
        self.execute(
            f"CREATE USER {user}@'127.0.0.1'",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON *.* TO {user}@'127.0.0.1'",
        )
        return url.replace(f"//{_USER}@", f"//{user}@")

    def execute(self, *statements: str) -> None:
        """Run statements as an administrator."""
        _execute(f"mysql+pymysql://{_USER}@127.0.0.1:{self.port}/", *statements)

    def query(self, statement: str) -> Sequence[Any]:
        """The first column of a query's rows, as an administrator."""
        engine = create_engine(f"mysql+pymysql://{_USER}@127.0.0.1:{self.port}/", poolclass=NullPool)
        with engine.connect() as connection:
            return connection.scalars(text(statement)).all()

    @property
    def _log(self) -> Path:
        return self._folder / "server.log"

    def _accepts(self) -> bool:
        assert self._process is not None, "it is not started"
        if self._process.poll() is not None:
            raise RuntimeError(f"mariadbd ended while starting:\n{self._log.read_text()}")
        address = self._folder / "s"
        # PyMySQL does not close the socket after a failed connection.
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(address)) != 0:
                return False
        try:
            _execute(
                f"mysql+pymysql://root@localhost/?unix_socket={address}",
                f"CREATE USER IF NOT EXISTS {_USER}@'127.0.0.1'",
                f"GRANT ALL ON *.* TO {_USER}@'127.0.0.1' WITH GRANT OPTION",
            )
        except OperationalError:
            return False
        return True


def _execute(url: str, *statements: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


@contextmanager
def mariadb_server(*options: str, durable: bool = False) -> Iterator[MariaDbServer]:
    """A running server, with additional `options`; a `durable` one can be killed and restarted.

    Raises MariaDbMissing, or RuntimeError with the server's log when it does not start.
    """
    mariadbd, install = _program("mariadbd"), _program("mariadb-install-db")
    # Short, because a Unix socket's path is limited to 107 bytes.
    with tempfile.TemporaryDirectory(prefix="mariadb-", dir="/tmp") as folder:
        root = Path(folder)
        data = root / "data"
        account = pwd.getpwuid(os.geteuid()).pw_name
        subprocess.run(
            [
                install,
                "--no-defaults",
                f"--datadir={data}",
                f"--user={account}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--innodb-log-file-size=8M",
            ],
            check=True,
            capture_output=True,
        )
        port = free_port()
        command = [
            mariadbd,
            "--no-defaults",
            f"--datadir={data}",
            f"--user={account}",
            f"--socket={root / 's'}",
            "--bind-address=127.0.0.1",
            f"--port={port}",
            f"--pid-file={root / 'pid'}",
            "--character-set-server=utf8mb4",
            "--max-connections=500",
            # Nothing outlives the tests, so data need not be flushed to the disk; committed data must only
            # survive the server's process.
            "--skip-log-bin",
            f"--innodb-flush-log-at-trx-commit={2 if durable else 0}",
            "--innodb-doublewrite=0",
            "--innodb-buffer-pool-size=64M",
            "--innodb-log-file-size=8M",
            "--innodb-fast-shutdown=2",
            *options,
        ]
        server = MariaDbServer(port, command, root)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _program(name: str) -> str:
    # Debian installs servers in sbin, which is not in every user's PATH.
    found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if found is None:
        raise MariaDbMissing(f"{name} is not installed: apt-get install mariadb-server-core")
    return found
