"""A real MariaDB in a temporary folder, for tests of what SQLite cannot show.

    with mariadb_server() as server:
        url = server.new_database()

It listens on a free port of 127.0.0.1 and on a socket in its folder, keeps nothing, and is gone
with the `with`, also when the test process is killed.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from tests.support.processes import end_with_parent, free_port, wait_until

_START_TIMEOUT_SECONDS = 60
_USER = "tests"


class MariaDbMissing(Exception):
    """The server is not installed; the message says how to install it."""


@dataclass
class MariaDbServer:
    port: int
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def new_database(self) -> str:
        """The SQLAlchemy URL of a new, empty database in utf8mb4."""
        name = f"chat_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        return f"mysql+pymysql://{_USER}@127.0.0.1:{self.port}/{name}?charset=utf8mb4"

    def drop_database(self, url: str) -> None:
        """Drop what `new_database` made."""
        self._execute(f"DROP DATABASE {url.rpartition('/')[2].partition('?')[0]}")

    def _execute(self, statement: str) -> None:
        _execute(f"mysql+pymysql://{_USER}@127.0.0.1:{self.port}/", statement)


def _execute(url: str, *statements: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


@contextmanager
def mariadb_server() -> Iterator[MariaDbServer]:
    """Raises MariaDbMissing, or RuntimeError with the server's log when it does not start."""
    mariadbd, install = _program("mariadbd"), _program("mariadb-install-db")
    # Short, because the path of a Unix socket has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="mariadb-", dir="/tmp") as folder:
        root = Path(folder)
        data, log, address = root / "data", root / "server.log", root / "s"
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
        with log.open("w") as output:
            server = subprocess.Popen(
                end_with_parent(
                    [
                        mariadbd,
                        "--no-defaults",
                        f"--datadir={data}",
                        f"--user={account}",
                        f"--socket={address}",
                        "--bind-address=127.0.0.1",
                        f"--port={port}",
                        f"--pid-file={root / 'pid'}",
                        "--character-set-server=utf8mb4",
                        "--max-connections=500",
                        # Nothing outlives the tests, so nothing need reach the disk.
                        "--skip-log-bin",
                        "--innodb-flush-log-at-trx-commit=0",
                        "--innodb-doublewrite=0",
                        "--innodb-buffer-pool-size=64M",
                        "--innodb-log-file-size=8M",
                        "--innodb-fast-shutdown=2",
                    ]
                ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _await_start(server, port, address, log)
            yield MariaDbServer(port)
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _await_start(server: "subprocess.Popen[bytes]", port: int, address: Path, log: Path) -> None:
    def accepts() -> bool:
        if server.poll() is not None:
            raise RuntimeError(f"mariadbd ended while starting:\n{log.read_text()}")
        # PyMySQL does not close a socket that could not connect.
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(address)) != 0:
                return False
        try:
            _execute(
                f"mysql+pymysql://root@localhost/?unix_socket={address}",
                f"CREATE USER {_USER}@'127.0.0.1'",
                f"GRANT ALL ON *.* TO {_USER}@'127.0.0.1'",
            )
        except OperationalError:
            return False
        return True

    wait_until(accepts, timeout=_START_TIMEOUT_SECONDS, what=f"mariadbd on port {port}")


def _program(name: str) -> str:
    # Debian keeps the server in sbin, which is not on everyone's path.
    found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if found is None:
        raise MariaDbMissing(f"{name} is not installed: apt-get install mariadb-server-core")
    return found
