"""`make dev`: ready line, error messages, reloading, restarts, and cleanup of all processes."""

import os
import shutil
import signal
import socket
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event

import httpx2
import pytest

from infra.local.environment import InvalidSetting, local_stage
from infra.local.source_files import SourceWatch
from infra.local.supervisor import ChildEnded, StopRequested, Supervisor
from tests.support.api import Client
from tests.support.processes import free_port, is_listening, wait_until
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish, gate
from tests.support.stack import ROOT, Stack, running_stack


def test_it_starts_with_a_demo_account_and_a_signal_ends_every_process(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    stack.start()

    assert stack.wait_until_ready() == f"ready: {stack.url}  (demo@example.com / demo-pass-1)"
    client = Client(stack.url)
    assert client.post("/user/login", email="demo@example.com", password="demo-pass-1").status_code == 200
    client.close()
    started = stack.processes()
    for part in ("infra.local.object_store", "serverless", "uvicorn", "invoke.py"):
        assert any(part in command for command in started.values()), f"{part} is not running: {started}"

    assert stack.end(signal.SIGTERM) == 0
    wait_until(lambda: not stack.processes(), what="the end of every process")
    assert not any(is_listening(int(stack.environ[name])) for name in ("HTTP_PORT", "OBJECT_STORE_PORT"))


def test_sigkill_ends_every_process_and_the_next_start_keeps_accounts_and_keys(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack:
        client = Client(stack.url)
        registered = client.post("/user/register", email="a@example.com", username="A", password="a-password-1")
        client.sign_in(registered)
        secrets = (tmp_path / "secrets.json").read_text()

        stack.end(signal.SIGKILL)
        wait_until(lambda: not stack.processes(), what="the end of every process")

        stack.start()
        stack.wait_until_ready()
        assert client.get("/user/me").json()["email"] == "a@example.com"
        assert (tmp_path / "secrets.json").read_text() == secrets
        client.close()


def find_process(stack: Stack, part: str) -> int:
    """The pid of the process with this command."""
    (found,) = [pid for pid, command in stack.processes().items() if part in command and "sh -c" not in command]
    return found


def test_a_crashed_process_is_restarted(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack:
        client = Client(stack.url)
        # The object store, started by the supervisor.
        port = int(stack.environ["OBJECT_STORE_PORT"])
        os.kill(find_process(stack, "infra.local.object_store"), signal.SIGKILL)
        wait_until(lambda: "restarting object_store" in stack.output, what="the news of its death")
        assert "object_store ended (signal 9)" in stack.output
        wait_until(lambda: is_listening(port), what="the object store")

        # The streaming server, started by the gateway.
        os.kill(find_process(stack, "uvicorn functions.chat_stream"), signal.SIGKILL)
        wait_until(lambda: "chat_stream/run.sh ended (-9); restarting" in stack.output, what="the news")
        wait_until(lambda: client.get("/chat_stream/health").status_code == 200, what="the streaming server")

        # The process that runs a function.
        os.kill(worker_of(stack, "functions.user"), signal.SIGKILL)
        wait_until(lambda: answers(client, "/user/health"), what="another process of the function")

        # The process by which the gateway calls the function.
        os.kill(runner_of(stack, "functions.user"), signal.SIGKILL)
        wait_until(lambda: answers(client, "/user/health"), what="another process of the function")

        # The gateway itself, with all its child processes.
        os.kill(find_process(stack, "serverless offline"), signal.SIGKILL)
        wait_until(lambda: "restarting functions" in stack.output, what="the news of its death")
        wait_until(lambda: answers(client, "/user/health"), timeout=120, what="the gateway")
        client.close()


def test_a_call_fails_when_its_process_dies(tmp_path: Path, provider: ScriptedProvider) -> None:
    with running_stack(tmp_path) as stack, ThreadPoolExecutor() as threads:
        client = Client(stack.url)
        client.sign_in(client.post("/user/login", email="demo@example.com", password="demo-pass-1"))
        provider.enqueue(Script([gate("held"), delta("Late"), finish()]))
        model = {"base_url": provider.base_url, "model": "m", "api_key": "sk-scripted-key"}
        call = threads.submit(client.post, "/model_config/test", **model)
        wait_until(lambda: provider.requests, what="the call to the model")

        os.kill(runner_of(stack, "functions.model_config"), signal.SIGKILL)

        answer = call.result()
        assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal_error")
        assert client.get("/model_config").status_code == 200
        provider.open_all_gates()
        client.close()


def test_reads_wait_for_a_streaming_server_that_restarts(tmp_path: Path) -> None:
    with running_stack(tmp_path) as stack, ThreadPoolExecutor() as threads:
        statuses: list[int] = []
        cut: list[httpx2.HTTPError] = []
        done = Event()

        def read() -> None:
            client = Client(stack.url)
            while not done.is_set():
                try:
                    statuses.append(client.get("/chat_stream/health").status_code)
                except (httpx2.RemoteProtocolError, httpx2.ReadError) as error:
                    cut.append(error)
            client.close()

        # Without a pause between their requests, so that the server ends while it handles some of them.
        readers = [threads.submit(read) for _ in range(4)]
        try:
            for _ in range(2):
                before, answered = server_of(stack), len(statuses)
                wait_until(partial(has_more, statuses, answered + 8), what="responses before the end of the server")
                assert before is not None
                os.kill(before, signal.SIGKILL)
                wait_until(lambda: server_of(stack) not in (None, before), what="another server")  # noqa: B023
                wait_until(partial(has_more, statuses, len(statuses) + 8), what="responses of the other server")
        finally:
            done.set()
        for reader in readers:
            reader.result()
        assert set(statuses) == {200}
        # A response whose head was sent cannot be repeated; the server sends one at a time.
        assert len(cut) <= 2, cut


def has_more(items: list[int], than: int) -> bool:
    return len(items) > than


def server_of(stack: Stack) -> int | None:
    """The pid of the streaming server, if it runs."""
    found = [pid for pid, command in stack.processes().items() if "-m uvicorn functions.chat_stream" in command]
    return found[0] if found else None


def worker_of(stack: Stack, package: str) -> int:
    """The pid of the process that runs a function's handler."""
    return process_of_function(stack, package, "infra.local.lambda_guard")


def runner_of(stack: Stack, package: str) -> int:
    """The pid of the process by which serverless-offline calls a function."""
    return process_of_function(stack, package, "python3 -u /")


def process_of_function(stack: Stack, package: str, part: str) -> int:
    for pid, command in stack.processes().items():
        environ = Path(f"/proc/{pid}/environ").read_bytes()
        if part in command and "sh -c" not in command and f"GUARDED_HANDLER={package}.".encode() in environ:
            return pid
    raise AssertionError(f"no process runs {package}")


def answers(client: Client, path: str) -> bool:
    try:
        return client.get(path).status_code == 200
    except httpx2.HTTPError:
        return False


def copy_of_the_product(folder: Path) -> Path:
    """A checkout whose files a test may change."""
    folder.mkdir()
    for name in ("functions", "shared", "infra"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("serverless.yml", "pyproject.toml", "package.json"):
        shutil.copy(ROOT / name, folder)
    for name in (".venv", "node_modules"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def both_say(client: Client, message: str) -> bool:
    """Whether a JSON function and the streaming server answer with this error message; neither refuses connections
    meanwhile."""
    responses = [client.get(path) for path in ("/user/me", "/chat/resume/1")]
    assert [response.status_code for response in responses] == [401, 401]
    return all(message in response.text for response in responses)


def test_changed_code_is_reloaded(tmp_path: Path) -> None:
    """In the JSON functions and in the streaming server; a syntax error is printed and stops neither."""
    checkout = copy_of_the_product(tmp_path / "checkout")
    stack = Stack(tmp_path / "data", directory=checkout)
    stack.start()
    try:
        stack.wait_until_ready()
        client = Client(stack.url)
        errors = checkout / "shared/errors.py"
        source = errors.read_text()
        before = client.get("/user/me").json()["error"]["message"]

        errors.write_text(source.replace(before, "Changed once."))
        wait_until(lambda: both_say(client, "Changed once."), what="the changed text")

        errors.write_text("def broken(:\n")
        wait_until(lambda: "SyntaxError" in stack.output, what="the traceback")
        for path in ("/user/me", "/chat/resume/1"):
            refused = client.get(path)
            assert (refused.status_code, refused.json()["error"]["code"]) == (500, "internal_error")

        errors.write_text(source)
        wait_until(lambda: answers(client, "/user/health") and answers(client, "/chat_stream/health"), what="the start")
        errors.write_text(source.replace(before, "Changed again."))
        wait_until(lambda: both_say(client, "Changed again."), what="the changed text")
        client.close()
    finally:
        if stack.process.poll() is None:
            stack.end()
    wait_until(lambda: not stack.processes(), what="the end of every process")


def test_a_port_in_use_is_reported_before_the_start(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        stack = Stack(tmp_path, {"OBJECT_STORE_PORT": str(number)})
        stack.start()

        assert stack.process.wait(30) == 1
        assert f"port {number} (the object store) is in use" in stack.output
        assert "OBJECT_STORE_PORT" in stack.output
        assert stack.processes() == {}


@pytest.mark.parametrize("name", ["functions/chat_stream/run.sh", "functions/user/app.py", "shared/new.py"])
def test_a_change_of_code_or_of_a_start_command_is_noticed_once(tmp_path: Path, name: str) -> None:
    for folder in ("functions/chat_stream", "functions/user", "shared"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "functions/chat_stream/run.sh").write_text("exec true\n")
    (tmp_path / "functions/user/app.py").write_text("")
    watch = SourceWatch(tmp_path)
    (tmp_path / "shared/notes.txt").write_text("not code")
    assert not watch.has_changed()

    (tmp_path / name).write_text("changed")
    assert watch.has_changed()
    assert not watch.has_changed()


# Settings.


def test_secrets_are_generated_once_and_private_to_the_owner(tmp_path: Path) -> None:
    first = local_stage({"CHAT_DATA_DIR": str(tmp_path)})
    second = local_stage({"CHAT_DATA_DIR": str(tmp_path)})
    other = local_stage({"CHAT_DATA_DIR": str(tmp_path / "other")})

    for name in ("JWT_KEYS", "API_KEY_ENCRYPTION_KEYS", "OBJECT_STORE_SECRET_ACCESS_KEY"):
        assert first.environ[name] == second.environ[name] != other.environ[name]
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_without_the_embedded_model_the_callers_model_is_used(tmp_path: Path) -> None:
    given = {"CHAT_DATA_DIR": str(tmp_path), "DEFAULT_MODEL_BASE_URL": "http://127.0.0.1:1/v1", "DEFAULT_MODEL": "m"}

    embedded = local_stage({**given, "MODEL_PORT": "9101"})
    theirs = local_stage({**given, "MODEL": "0"})

    assert embedded.environ["DEFAULT_MODEL_BASE_URL"] == "http://127.0.0.1:9101/v1"
    assert (theirs.environ["DEFAULT_MODEL_BASE_URL"], theirs.environ["DEFAULT_MODEL"]) == ("http://127.0.0.1:1/v1", "m")


def test_a_database_of_the_callers_is_used(tmp_path: Path) -> None:
    stage = local_stage({"CHAT_DATA_DIR": str(tmp_path), "DATABASE_URL": "mysql+pymysql://u@h/d"})

    assert stage.environ["DATABASE_URL"] == "mysql+pymysql://u@h/d"


@pytest.mark.parametrize(("name", "value"), [("HTTP_PORT", "http"), ("MODEL_PORT", "70000"), ("SPA", "no")])
def test_an_invalid_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(InvalidSetting, match=name):
        local_stage({"CHAT_DATA_DIR": str(tmp_path), name: value})


# The supervisor.


def supervisor(tmp_path: Path) -> Supervisor:
    return Supervisor({"PATH": os.environ["PATH"]}, ROOT, tmp_path / "logs", grace_seconds=0.5)


def test_a_failing_step_shows_its_last_output(tmp_path: Path) -> None:
    with supervisor(tmp_path) as processes, pytest.raises(ChildEnded) as ended:
        processes.run("migrate", ["sh", "-c", "echo one; echo two >&2; exit 3"])

    message = str(ended.value)
    assert message.startswith("migrate ended (exit status 3)")
    assert message.index("one") < message.index("two")
    assert (tmp_path / "logs" / "migrate.log").read_text() == "one\ntwo\n"


def test_waiting_for_a_crashed_process_fails_with_its_output(tmp_path: Path) -> None:
    with supervisor(tmp_path) as processes:
        processes.start("gateway", ["sh", "-c", "echo cannot bind; exit 1"])

        with pytest.raises(ChildEnded, match="cannot bind"):
            processes.wait_until(lambda: False, "gateway")


def test_a_stop_interrupts_the_start(tmp_path: Path) -> None:
    with supervisor(tmp_path) as processes:
        processes.request_stop()

        with pytest.raises(StopRequested):
            processes.wait_until(lambda: False, "gateway")


def test_a_process_that_ignores_the_signal_is_ended_with_its_children(
    tmp_path: Path,
) -> None:
    port = free_port()
    grandchild = f"{sys.executable} -m http.server {port} --bind 127.0.0.1"
    stubborn = f"trap '' TERM; {grandchild} & echo listening; wait; wait"

    with supervisor(tmp_path) as processes:
        child = processes.start("stubborn", ["sh", "-c", stubborn], ready_line="listening")
        processes.wait_until(lambda: child.is_ready.is_set() and is_listening(port), "the grandchild")

    wait_until(lambda: not is_listening(port), what="the end of the grandchild")
    assert child.process.wait(30) < 0


def test_serve_streams_replies_in_one_reloading_process(tmp_path: Path, provider: ScriptedProvider) -> None:
    """`make serve`: the HTTP functions under serverless-wsgi. A delta arrives before the model has ended its answer; a
    document is read."""
    checkout = copy_of_the_product(tmp_path / "checkout")
    stack = Stack(tmp_path / "data", directory=checkout, arguments=["--wsgi"])
    stack.start()
    try:
        stack.wait_until_ready()
        client = Client(stack.url)
        client.sign_in(client.post("/user/login", email="demo@example.com", password="demo-pass-1"))
        config = client.post(
            "/model_config/create", name="Scripted", base_url=provider.base_url, model="m", api_key="sk-scripted-key"
        )
        conversation = client.post("/conversation/create", model_config_id=config.json()["id"]).json()
        provider.enqueue(Script([delta("First"), gate("serve"), delta(" last"), finish()]))
        with client.stream("/chat/send", conversation_id=conversation["id"], message="Hi") as stream:
            texts = []
            for event in stream.events():
                if event["type"] == "delta":
                    texts.append(event["text"])
                    provider.open_gate("serve")
        assert texts == ["First", " last"]

        # Without the function that reads documents on its own, the one that takes uploads reads them.
        text = b"A note about nothing."
        created = client.post("/file/create", name="note.txt", media_type="text/plain", size=len(text)).json()
        put = httpx2.put(created["upload_url"], content=text, headers=created["headers"], timeout=30)
        assert put.status_code == 200
        uploaded = client.post("/file/uploaded", id=created["file"]["id"])
        assert uploaded.status_code == 202, uploaded.text
        assert uploaded.json()["state"] == "ready"

        errors = checkout / "shared/errors.py"
        source = errors.read_text()
        errors.write_text(source.replace('message = "Not found."', 'message = "Changed."'))
        wait_until(lambda: answer_of(client, "/conversation/unknown") == "Changed.", what="the reload")

        errors.write_text("def broken(:\n")
        wait_until(lambda: "the traceback" in (answer_of(client, "/user/health") or ""), what="the refusal")
        wait_until(lambda: "SyntaxError" in stack.output, what="the traceback")
        errors.write_text(source)
        wait_until(lambda: answers(client, "/user/health"), what="the mended code")
        assert "restarting" not in stack.output
        client.close()
    finally:
        if stack.process.poll() is None:
            stack.end()
    wait_until(lambda: not stack.processes(), what="the end of every process")


def answer_of(client: Client, path: str) -> str | None:
    try:
        answer = client.get(path)
    except httpx2.HTTPError:  # The server is restarting.
        return None
    return None if answer.is_success else answer.json()["error"]["message"]
