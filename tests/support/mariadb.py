"""A real MariaDB in a temporary folder, for tests of what SQLite cannot show.

    with mariadb_server() as server:
        url = server.new_database()

It listens on a free port of 127.0.0.1 and on a socket in its folder, keeps nothing, and is gone
with the `with`, also when the test process is killed.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pymysql

from tests.support.processes import end_with_parent, free_port, wait_until

_START_TIMEOUT_SECONDS = 60
_USER = "tests"


class MariaDbMissing(Exception):
    """The server is not installed; the message says how to install it."""


@dataclass
class MariaDbServer:
    port: int
    socket: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def new_database(self) -> str:
        """The SQLAlchemy URL of a new, empty database in utf8mb4."""
        name = f"chat_{next(self._numbers)}"
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        return f"mysql+pymysql://{_USER}@127.0.0.1:{self.port}/{name}?charset=utf8mb4"

    def drop_database(self, url: str) -> None:
        """Drop what `new_database` made."""
        name = url.rpartition("/")[2].partition("?")[0]
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")

    def connect(self) -> "pymysql.Connection[pymysql.cursors.Cursor]":
        return pymysql.connect(host="127.0.0.1", port=self.port, user=_USER, autocommit=True)


@contextmanager
def mariadb_server() -> Iterator[MariaDbServer]:
    """Raises MariaDbMissing, or RuntimeError with the server's log when it does not start."""
    mariadbd, install = _program("mariadbd"), _program("mariadb-install-db")
    # Short, because the path of a Unix socket has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="mariadb-", dir="/tmp") as folder:
        root = Path(folder)
        data, log, socket = root / "data", root / "server.log", root / "s"
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
                        f"--socket={socket}",
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
            _await_start(server, port, socket, log)
            yield MariaDbServer(port, socket)
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _await_start(server: "subprocess.Popen[bytes]", port: int, socket: Path, log: Path) -> None:
    def accepts() -> bool:
        if server.poll() is not None:
            raise RuntimeError(f"mariadbd ended while starting:\n{log.read_text()}")
        try:
            connection = pymysql.connect(unix_socket=str(socket), user="root")
        except pymysql.err.OperationalError:
            return False
        with connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE USER {_USER}@'127.0.0.1'")
            cursor.execute(f"GRANT ALL ON *.* TO {_USER}@'127.0.0.1'")
        return True

    wait_until(accepts, timeout=_START_TIMEOUT_SECONDS, what=f"mariadbd on port {port}")


def _program(name: str) -> str:
    # Debian keeps the server in sbin, which is not on everyone's path.
    found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if found is None:
        raise MariaDbMissing(f"{name} is not installed: apt-get install mariadb-server-core")
    return found
