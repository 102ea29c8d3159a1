"""A warm request of each JSON function, beside a bare route under Mangum in the same process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence

from tests.bench.figures import Figure, median, within
from tests.bench.stacks import ROOT, Database
from tests.bench.warm import FLOOR, READ
from tests.support.environment import ENVIRONMENT


def measure(databases: Sequence[tuple[str, Database]], *, quick: bool) -> Iterator[Figure]:
    for name, database in databases:
        account = database.new_account()
        conversation_id = database.new_conversation(account, turns=5)
        arguments = [account.user_id, account.token, conversation_id, "20" if quick else "300"]
        command = [sys.executable, "-m", "tests.bench.warm", *arguments]
        environ = {**ENVIRONMENT, "PATH": os.environ["PATH"], "DATABASE_URL": database.url, "DATABASE_POOL_SIZE": "1"}
        done = subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True, text=True)
        taken = {call: median(values) for call, values in json.loads(done.stdout).items()}
        floor, read = taken.pop(FLOOR), taken.pop(READ)
        yield Figure("a bare route that reads one row", f"through the driver, {name}", read, "ms", floor)
        for call, value in taken.items():
            case = f"{call}, {name}"
            if call == "GET /user/me":
                yield within("warm request under Mangum", case, value, "ms", floor, 2)
            else:
                yield Figure("warm request under Mangum", case, value, "ms", floor)
