"""The local stack: `python -m infra.local.dev` runs the whole product on this machine until it is interrupted.

With `--wsgi` the HTTP functions run in one process (`make serve`), without the WebSocket gateway.

The README lists its settings; `infra/local/setup.py` installs its dependencies. A process that dies is restarted, as
a cloud would start another instance, and changed Python files are reloaded (reloader.py, lambda_guard.py). Every
process ends with this one, see supervisor.py.
"""

import http.client
import os
import signal
import sys
import time
from collections.abc import Sequence
from types import FrameType

from infra.local.environment import (
    HTTP,
    MAIL_PAGE,
    MODEL,
    OBJECT_STORE,
    ROOT,
    SPA,
    VIRTUAL_ENV,
    InvalidSetting,
    LocalStage,
    local_stage,
)
from infra.local.supervisor import ChildEnded, StopRequested, Supervisor

_PYTHON = str(VIRTUAL_ENV / "bin" / "python")
_SERVERLESS = str(ROOT / "node_modules" / ".bin" / "serverless")
_DEMO_EMAIL, _DEMO_PASSWORD = "demo@example.com", "demo-pass-1"


def main(arguments: Sequence[str]) -> int:
    started_at = time.monotonic()
    with_wsgi = list(arguments) == ["--wsgi"]
    try:
        stage = local_stage(os.environ)
    except InvalidSetting as error:
        return _fail(str(error))
    if taken := stage.taken_ports():
        return _fail("\n".join(taken))

    # There is no WebSocket gateway, so replies are not posted to connections, and no function that sends mails.
    environ = {**stage.environ, "WEBSOCKET_ENDPOINT": "", "MAIL_FROM": ""} if with_wsgi else stage.environ
    supervisor = Supervisor(environ, ROOT, stage.data_dir / "logs")

    def stop(_signal: int, _frame: FrameType | None) -> None:
        supervisor.request_stop()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)

    failure: Exception | None = None
    with supervisor:
        try:
            _start(supervisor, stage, with_wsgi)
            print(f"started in {time.monotonic() - started_at:.1f} s; logs: {stage.data_dir / 'logs'}")
            if not with_wsgi:
                print(f"mails: http://localhost:{stage.ports[MAIL_PAGE]}")
            print(f"ready: {stage.url}  ({_DEMO_EMAIL} / {_DEMO_PASSWORD})", flush=True)
            supervisor.echo = True
            supervisor.keep_running()
        except StopRequested:
            print("stopping", flush=True)
        except (ChildEnded, TimeoutError) as error:
            failure = error
    return _fail(str(failure)) if failure else 0


def _start(supervisor: Supervisor, stage: LocalStage, with_wsgi: bool) -> None:
    """Start all processes, in parallel where their dependencies allow."""
    supervisor.start("object_store", [_PYTHON, "-m", "infra.local.object_store"])
    supervisor.start("search", [_PYTHON, "-m", "infra.local.search_server"])
    if not with_wsgi:
        supervisor.start("mail", [_PYTHON, "-m", "infra.local.mail_catcher"])
    if stage.with_spa:
        address = ["--host", "127.0.0.1", "--port", str(stage.ports[SPA]), "--strictPort"]
        supervisor.start("spa", ["node_modules/.bin/vite", *address], directory=ROOT / "fd")
    # The functions need the database only for their first request.
    if with_wsgi:
        address = ["--host", "127.0.0.1", "--port", str(stage.ports[HTTP])]
        functions = supervisor.start("functions", [_SERVERLESS, "wsgi", "serve", "--stage", "local", *address])
    else:
        gateway = [_SERVERLESS, "offline", "start", "--stage", "local"]
        functions = supervisor.start("functions", gateway, ready_line="gateway ready")
    manage = [_PYTHON, "-m", "infra.manage"]
    supervisor.run("migrate", [*manage, "migrate"])
    account = ["create-user", _DEMO_EMAIL, "--password", _DEMO_PASSWORD, "--group", "admin", "--if-missing"]
    supervisor.run("demo_account", [*manage, *account])
    if stage.with_model:
        supervisor.start("model", [_PYTHON, "-m", "infra.local.model_server"])

    def answers(port: int, path: str, *statuses: int) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path, headers={"Accept": "text/html"})
            return connection.getresponse().status in statuses
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    # The refusal of an unsigned request shows that the store is up.
    supervisor.wait_until(lambda: answers(stage.ports[OBJECT_STORE], "/", 403), "object store")
    if stage.with_model:
        supervisor.wait_until(lambda: answers(stage.ports[MODEL], "/health", 200), "model")
    if stage.with_spa:
        supervisor.wait_until(lambda: answers(stage.ports[SPA], "/", 200), "SPA")
    if with_wsgi:
        supervisor.wait_until(lambda: answers(stage.ports[HTTP], "/user/health", 200), "functions")
    else:
        supervisor.wait_until(functions.is_ready.is_set, "functions")


def _fail(message: str) -> int:
    print(message, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
