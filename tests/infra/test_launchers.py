"""Each platform's launcher with the built artifacts only: a function's archive and layers, unpacked, on the platform's
Python version."""

import base64
import json
import os
import subprocess
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from infra.migrations.migrate import upgrade
from infra.openapi import APPS
from infra.tencent.service import CODE_FOLDER, INTERPRETER, Function, Stage, read_stage
from layers.build import TARGETS, build, find_python, layer_file
from shared.db.engine import make_engine
from tests.contract.test_new_function import WEBSOCKET, behind_the_websocket_gateway, deployed
from tests.infra.test_tencent import ENVIRON as TENCENT_ENVIRON
from tests.support.aws_package import run_serverless
from tests.support.documents import checked_in, docx, paragraph, pdf, text_page
from tests.support.environment import ENVIRONMENT
from tests.support.gateway_events import rest_event
from tests.support.lambda_runtime import LambdaRuntime
from tests.support.launchers import AWS, runtime_client, web_adapter
from tests.support.processes import free_port, wait_until
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish, gate
from tests.support.sockets import Refused, WebSocket
from tests.support.stack import ROOT

Connect = Callable[..., LambdaRuntime]

_SOCKET_EVENT = {"headers": {}, "requestContext": {"connectionId": "c1", "requestId": "r1", "routeKey": "any"}}
# A function without HTTP calls → an event that needs no rows, and fields of its answer.
EVENTS: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "connect": (_SOCKET_EVENT, {"statusCode": 401}),
    "disconnect": (_SOCKET_EVENT, {"statusCode": 200}),
    "message": (_SOCKET_EVENT, {"statusCode": 200}),
    "turn": ({"not": "a job"}, {"status": "refused"}),
    "extract": ({"not": "a job"}, {"status": "refused"}),
    "mailer": ({}, {"sent": 0, "dropped": 0, "left": 0}),
    "maintenance": ({"Type": "Timer", "Message": '{"task": "migrate"}'}, {"task": "migrate"}),
}
# Documents whose readers use each package of the layer `documents`, by name, with words of their texts.
DOCUMENTS = {
    "letter.pdf": (pdf([text_page("Hello from a PDF")]), "Hello from a PDF"),
    "letter.docx": (docx(paragraph("Hello from Word")), "Hello from Word"),
    "sales.xls": (checked_in("sales.xls"), "销售报告"),
    "page.html": (b"<html><body><p>Hello from a page</p></body></html>", "Hello from a page"),
    "letter.rtf": (rb"{\rtf1\ansi Hello from RTF}", "Hello from RTF"),
    "letter.txt": ("你好，来自一个没有说明编码的文本文件。".encode("gb18030"), "你好"),
}
_READ_DOCUMENTS = """
import base64, json, sys
from functions.file.readers.process import read_in_process

documents = json.load(sys.stdin).items()
print(json.dumps({name: read_in_process(base64.b64decode(data), name).text for name, data in documents}))
"""


def unread_documents(python: Path, code: Path, environ: Mapping[str, str]) -> set[str]:
    """The DOCUMENTS that the deployed files of `extract` cannot read."""
    done = subprocess.run(
        [python, "-c", _READ_DOCUMENTS],
        cwd=code,
        env=environ,
        input=json.dumps({name: base64.b64encode(data).decode() for name, (data, _) in DOCUMENTS.items()}),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    texts = json.loads(done.stdout)
    return {name for name, (_, words) in DOCUMENTS.items() if words not in texts[name]}


def unpack(archive: Path, into: Path) -> None:
    with ZipFile(archive) as content:
        for entry in content.infolist():
            path = Path(content.extract(entry, into))
            path.chmod((entry.external_attr >> 16) & 0o777 or 0o644)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of `serverless package`."""
    for target in TARGETS:
        build(target)
    folder = tmp_path_factory.mktemp("package")
    run_serverless(
        [ROOT / "node_modules/.bin/serverless", "package", "--stage", "prod", "--package", folder],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """A function's environment, in the local stage, which allows models on this machine."""
    database = tmp_path_factory.mktemp("database") / "chat.db"
    return {**ENVIRONMENT, "DATABASE_URL": f"sqlite:///{database}"}


class Lambda:
    """Starts functions of the AWS package like Lambda."""

    def __init__(self, package: Path, folder: Path, settings: Mapping[str, str]) -> None:
        template = json.loads((package / "cloudformation-template-update-stack.json").read_text())
        self._functions = {
            resource["Properties"]["FunctionName"].removeprefix("chat-prod-"): resource["Properties"]
            for resource in template["Resources"].values()
            if resource["Type"] == "AWS::Lambda::Function"
        }
        self._package = package
        self._folder = folder
        self._settings = settings

    def unpacked(self, key: str) -> tuple[Path, Path, str]:
        """The folders /var/task and /opt, and the handler."""
        task, opt = self._folder / key / "task", self._folder / key / "opt"
        definition = self._functions[key]
        if not task.exists():
            unpack(self._package / f"{key}.zip", task)
            for layer in definition["Layers"]:
                if isinstance(layer, dict):
                    unpack(layer_file(AWS.name, layer["Ref"].removesuffix("LambdaLayer").lower()), opt)
        return task, opt, definition["Handler"]

    @property
    def python(self) -> Path:
        """The runtime's Python, under the name that start commands use."""
        python = self._folder / "bin" / "python3"
        if not python.exists():
            python.parent.mkdir()
            python.symlink_to(find_python(AWS.python))
        return python

    def environment(self, opt: Path, **more: str) -> dict[str, str]:
        return {
            **self._settings,
            "PATH": f"{self.python.parent}:/usr/bin:/bin",
            "PYTHONPATH": f"{opt / 'python'}",
            "PYTHONDONTWRITEBYTECODE": "1",
            # https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
            "AWS_LAMBDA_FUNCTION_NAME": "chat-prod",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/chat-prod",
            "AWS_LAMBDA_LOG_STREAM_NAME": "2026/01/01/[$LATEST]0",
            **more,
        }

    @contextmanager
    def start(self, key: str) -> Iterator[LambdaRuntime]:
        """A function under Lambda's own runtime client."""
        task, opt, handler = self.unpacked(key)
        with LambdaRuntime().serve() as runtime:
            environ = self.environment(opt, AWS_LAMBDA_RUNTIME_API=runtime.address, LAMBDA_TASK_ROOT=str(task))
            environ["PYTHONPATH"] += f":{runtime_client()}"
            process = subprocess.Popen([self.python, "-m", "awslambdaric", handler], cwd=task, env=environ)
            try:
                yield runtime
                assert runtime.init_error is None
            finally:
                process.terminate()
                process.wait()


@pytest.fixture(scope="module")
def aws(package: Path, settings: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connect]:
    """A function that starts an instance of a function, and returns its Runtime API."""
    platform = Lambda(package, tmp_path_factory.mktemp("lambda"), settings)
    with ExitStack() as running:
        started: dict[str, LambdaRuntime] = {}

        def connect(key: str) -> LambdaRuntime:
            if key not in started:
                started[key] = running.enter_context(platform.start(key))
            return started[key]

        connect.platform = platform  # type: ignore[attr-defined]
        # `connect`, from its own archive with its own layers.
        done = connect("maintenance").invoke({"task": "migrate"}).answer()
        assert done["task"] == "migrate"
        yield connect


def call(runtime: LambdaRuntime, method: str, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any]:
    answer = runtime.invoke(rest_event(method, path, body, token)).answer()
    return answer["statusCode"], json.loads(answer["body"])


@pytest.fixture(scope="module")
def token(aws: Connect) -> str:
    account = {"email": "someone@example.com", "username": "Someone", "password": "correct-horse-1"}
    status, tokens = call(aws("user"), "POST", "/user/register", account)
    assert status == 201, tokens
    return str(tokens["access_token"])


# The Lambda Web Adapter starts `chat_stream`, below.
@pytest.mark.parametrize("key", [key for key in deployed() if key != "chat_stream"])
def test_a_function_answers_under_lambdas_runtime(aws: Connect, key: str) -> None:
    if key in APPS:
        assert call(aws(key), "GET", f"/{key}/health") == (200, {"status": "ok"})
    else:
        event, expected = EVENTS[key]
        assert expected.items() <= aws(key).invoke(event).answer().items()


def test_documents_are_read_from_the_layer_on_lambda(aws: Connect) -> None:
    platform: Lambda = aws.platform  # type: ignore[attr-defined]
    task, opt, _ = platform.unpacked("extract")
    assert unread_documents(platform.python, task, platform.environment(opt)) == set()


def test_functions_share_the_database_and_the_contract(aws: Connect, token: str) -> None:
    assert call(aws("user"), "GET", "/user/me", token=token)[1]["email"] == "someone@example.com"
    assert call(aws("conversation"), "GET", "/conversation", token=token)[1]["items"] == []
    status, body = call(aws("chat"), "GET", "/chat/no-such-conversation", token=token)
    assert (status, body["error"]["code"]) == (404, "not_found")


def test_functions_call_a_model_with_a_stored_key(aws: Connect, token: str) -> None:
    with ScriptedProvider().serve() as provider:
        model = {"name": "Mine", "base_url": provider.base_url, "model": "scripted", "api_key": "key-of-the-user"}
        _, config = call(aws("model_config"), "POST", "/model_config/create", model, token)
        provider.enqueue(Script([delta("Hello"), finish()]))
        tested = call(aws("model_config"), "POST", "/model_config/test", {"id": config["id"]}, token)
        listed = call(aws("model_config"), "POST", "/model_config/discover", {"id": config["id"]}, token)
        body = {"model_config_id": config["id"]}
        _, conversation = call(aws("conversation"), "POST", "/conversation/create", body, token)
        provider.enqueue(Script([delta("A greeting"), finish()]))
        body = {"conversation_id": conversation["id"], "message": "Hi"}
        titled = call(aws("conversation"), "POST", "/conversation/generate_title", body, token)

    assert tested[0] == 200
    assert tested[1]["ok"]
    # Through OpenAI's SDK, which has a layer of its own.
    assert listed[0] == 200
    assert {"id": "slow", "owned_by": "tests"} in listed[1]["models"]
    assert titled == (200, {"title": "A greeting"})


@pytest.mark.parametrize("key", ["model_config", "conversation"])
def test_a_start_imports_no_certificate_code(aws: Connect, key: str) -> None:
    """PyJWT would import them for unused algorithms if cryptography contained them."""
    platform: Lambda = aws.platform  # type: ignore[attr-defined]
    task, opt, handler = platform.unpacked(key)
    module = handler.removesuffix(".handler").replace("/", ".")
    program = f"import {module}, json, sys; print(json.dumps(list(sys.modules)))"
    environ = platform.environment(opt)
    done = subprocess.run(
        [platform.python, "-c", program], cwd=task, env=environ, capture_output=True, text=True, check=True
    )

    loaded = set(json.loads(done.stdout))
    assert module in loaded
    assert not {"cryptography.x509.base", "cryptography.hazmat.primitives.serialization"} & loaded


@pytest.mark.timeout(1200)  # `make test` builds the adapter in parallel.
def test_a_reply_streams_through_the_web_adapter_and_the_runtime_api(aws: Connect, token: str) -> None:
    adapter = web_adapter()
    if adapter is None:
        pytest.skip("the Lambda Web Adapter is built with cargo, which is not installed")
    _, conversation = call(aws("conversation"), "POST", "/conversation/create", {}, token)
    platform: Lambda = aws.platform  # type: ignore[attr-defined]
    task, opt, handler = platform.unpacked("chat_stream")
    port = free_port()
    with ScriptedProvider().serve() as provider, LambdaRuntime().serve() as runtime:
        provider.enqueue(Script([delta("Hello"), gate("rest"), delta(" there"), finish()]))
        environ = platform.environment(
            opt,
            PORT=str(port),
            AWS_LAMBDA_RUNTIME_API=runtime.address,
            AWS_LAMBDA_EXEC_WRAPPER="/opt/bootstrap",
            AWS_LWA_INVOKE_MODE="response_stream",
            AWS_LWA_READINESS_CHECK_PATH="/chat_stream/health",
            AWS_LWA_REMOVE_BASE_PATH="/v1",
            DEFAULT_MODEL_BASE_URL=provider.base_url,
            DEFAULT_MODEL="scripted",
            DEFAULT_MODEL_API_KEY="key",
        )
        # The adapter is an extension, and the wrapper starts the handler as a program.
        processes = [
            subprocess.Popen([task / handler], cwd=task, env=environ),
            subprocess.Popen([adapter], cwd=task, env=environ),
        ]
        try:
            body = {"conversation_id": conversation["id"], "message": "Hi"}
            invocation = runtime.invoke(rest_event("POST", "/v1/chat/send", body, token))
            early = invocation.read_until(b'"Hello"')
            provider.open_gate("rest")
            late = invocation.body()
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait()

    assert invocation.headers["lambda-runtime-function-response-mode"].lower() == "streaming"
    prelude, _, events = early.partition(b"\0" * 8)
    assert json.loads(prelude)["statusCode"] == 200
    assert json.loads(prelude)["headers"]["content-type"].startswith("text/event-stream")
    assert b"event: started" in events
    assert b" there" not in early
    assert b" there" in late
    assert b"event: completed" in late


@pytest.fixture(scope="module")
def tencent() -> Stage:
    return read_stage("prod", {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **TENCENT_ENVIRON})


@pytest.mark.parametrize("key", [*APPS, WEBSOCKET])
def test_a_web_function_starts_from_its_artefacts_as_scf_starts_it(
    tencent: Stage, settings: Mapping[str, str], tmp_path: Path, key: str
) -> None:
    function = next(function for function in tencent.functions if function.name == f"chat-prod-{key}")
    code, opt = unpack_scf(function, tmp_path)
    script = code / "scf_bootstrap"
    assert script.stat().st_mode & 0o777 == 0o755
    # The platform's folders and its fixed port are replaced, so that functions can run in parallel.
    port = free_port()
    local = {INTERPRETER: str(find_python("3.10")), CODE_FOLDER: str(code), ":/opt": f":{opt}", "9000": str(port)}
    text = script.read_text()
    for given, replacement in local.items():
        assert given in text
        text = text.replace(given, replacement)
    script.write_text(text)

    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [script],
            cwd=code,
            env={**settings, "PATH": "/usr/bin:/bin", "TENCENTCLOUD_RUNENV": "SCF"},
            stdout=output,
            stderr=output,
        )
    try:
        wait_until(lambda: health(port, key), timeout=60, what=f"{key} on SCF")
        with pytest.raises(Refused):
            WebSocket(f"ws://127.0.0.1:{port}/chat/ws/chat", "a-token-of-nobody")
    finally:
        process.terminate()
        process.wait()
    assert "a-token-of-nobody" not in log.read_text()


@pytest.fixture(scope="module")
def migrated(settings: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """A function's environment with a migrated database."""
    url = f"sqlite:///{tmp_path_factory.mktemp('migrated') / 'chat.db'}"
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
    return {**settings, "DATABASE_URL": url}


@pytest.mark.parametrize(
    "key", [key for key in deployed() if key not in APPS and key not in behind_the_websocket_gateway()]
)
def test_an_event_function_is_imported_from_its_artefacts(
    tencent: Stage, migrated: Mapping[str, str], tmp_path: Path, key: str
) -> None:
    function = next(function for function in tencent.functions if function.name == f"chat-prod-{key}")
    code, opt = unpack_scf(function, tmp_path)
    event, expected = EVENTS[key]
    program = f"import index, json; print(json.dumps(index.main_handler({event!r}, None)))"

    done = subprocess.run(
        [find_python("3.10"), "-c", program],
        cwd=code,
        env={**migrated, "PYTHONPATH": f"{code}:{opt}"},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert expected.items() <= json.loads(done.stdout.splitlines()[-1]).items()


def test_documents_are_read_from_the_layer_on_scf(tencent: Stage, settings: Mapping[str, str], tmp_path: Path) -> None:
    function = next(function for function in tencent.functions if function.name == "chat-prod-extract")
    code, opt = unpack_scf(function, tmp_path)
    assert unread_documents(find_python("3.10"), code, {**settings, "PYTHONPATH": f"{code}:{opt}"}) == set()


# Prints the ids of a server's models.
_LIST_MODELS = """
import asyncio, json, sys
from shared.llm.endpoint import ModelServer
from shared.llm.sdk import openai_client

async def list_models():
    async with openai_client(ModelServer(sys.argv[1], "key"), 10_000) as client:
        return [model.id async for model in client.models.list()]

print(json.dumps(asyncio.run(list_models())))
"""


def test_openais_sdk_runs_from_its_layer_on_scf(tencent: Stage, settings: Mapping[str, str], tmp_path: Path) -> None:
    function = next(function for function in tencent.functions if function.name == "chat-prod-model_config")
    code, opt = unpack_scf(function, tmp_path)
    with ScriptedProvider().serve() as provider:
        done = subprocess.run(
            [find_python("3.10"), "-c", _LIST_MODELS, provider.base_url],
            cwd=code,
            env={**settings, "PYTHONPATH": f"{code}:{opt}"},
            capture_output=True,
            text=True,
            check=True,
        )

    assert "slow" in json.loads(done.stdout)


def unpack_scf(function: Function, folder: Path) -> tuple[Path, Path]:
    """The folders /var/user and /opt."""
    archive = folder / "code.zip"
    archive.write_bytes(function.archive)
    unpack(archive, folder / "user")
    for layer in function.layers:
        unpack(layer_file("tencent-x86_64", layer.removeprefix("chat-prod-")), folder / "opt")
    return folder / "user", folder / "opt"


def health(port: int, key: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{key}/health", timeout=5) as response:
            return bool(json.load(response) == {"status": "ok"})
    except (OSError, HTTPException):
        return False
