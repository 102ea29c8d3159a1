"""The operator's commands on a deployed stage: its maintenance function, and its releases."""

import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber
from sqlalchemy import Engine
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from functions.maintenance.handler import handler
from infra.deployment import KEPT_RELEASES, DeployFailed
from infra.manage import main
from infra.stages import AwsStage, Release, TencentStage, Version, releases, rollback
from infra.tencent.scf import Scf
from shared.auth.passwords import verify_password
from shared.db.repositories import users
from shared.db.session import transaction
from tests.conftest import PASSWORD
from tests.support.aws import aws_server
from tests.support.processes import serve

FUNCTION = "chat-prod-maintenance"


class LocalStage:
    """A stage whose maintenance function runs in this process."""

    def __init__(self) -> None:
        self.events: list[Mapping[str, Any]] = []

    def call(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        # As the cloud passes events and answers on.
        self.events.append(json.loads(json.dumps(event)))
        answer: Mapping[str, Any] = json.loads(json.dumps(handler(self.events[-1], None)))
        return answer

    def run(self, event: Mapping[str, Any]) -> None:
        self.call(event)


@pytest.fixture
def stage(database: Engine, monkeypatch: pytest.MonkeyPatch) -> LocalStage:
    stage = LocalStage()
    monkeypatch.setattr("infra.stages.open_stage", lambda name, cloud: stage)
    return stage


def on_stage(*arguments: str) -> None:
    main(["--stage", "prod", *arguments])


def test_a_command_runs_in_the_maintenance_function(stage: LocalStage, capsys: pytest.CaptureFixture[str]) -> None:
    on_stage("create-user", "ada@example.com", "--password", PASSWORD)
    on_stage("set-group", "ada@example.com", "pro")
    on_stage("list-users")

    assert [event["task"] for event in stage.events] == ["manage"] * 3
    assert "pro    ada@example.com" in capsys.readouterr().out


def test_a_password_is_prompted_for_where_the_operator_is(stage: LocalStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: PASSWORD)
    on_stage("create-user", "ada@example.com")

    with transaction() as session:
        user = users.find_user_by_email(session, "ada@example.com")
    assert user is not None
    assert verify_password(PASSWORD, user.password_hash)


def test_a_deletion_is_confirmed_where_the_operator_is(stage: LocalStage, monkeypatch: pytest.MonkeyPatch) -> None:
    on_stage("create-user", "ada@example.com", "--password", PASSWORD)
    stage.events.clear()
    monkeypatch.setattr("builtins.input", lambda _question: "n")
    with pytest.raises(SystemExit, match="nothing was deleted"):
        on_stage("delete-user", "ada@example.com")
    assert stage.events == []

    monkeypatch.setattr("builtins.input", lambda _question: "y")
    on_stage("delete-user", "ada@example.com")
    with transaction() as session:
        assert users.find_user_by_email(session, "ada@example.com") is None


def test_an_output_that_a_function_cannot_return_is_an_error(
    stage: LocalStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.manage.list_users", lambda _arguments: sys.stdout.write("\u00fc" * 1_000_000))
    with pytest.raises(SystemExit, match="larger than a function may return"):
        on_stage("list-users")


def test_a_failed_command_fails_here_with_its_message(stage: LocalStage) -> None:
    with pytest.raises(SystemExit, match="no account has the email"):
        on_stage("set-group", "nobody@example.com", "pro")
    # Arguments are checked before anything is invoked.
    stage.events.clear()
    with pytest.raises(SystemExit):
        on_stage("set-group", "nobody@example.com", "no-such-group")
    assert stage.events == []


def test_migrations_are_run_stamped_and_read_without_a_shell_in_the_network(
    stage: LocalStage, capsys: pytest.CaptureFixture[str]
) -> None:
    on_stage("migrate")
    on_stage("current")
    newest = capsys.readouterr().out.splitlines()[-1]
    try:
        on_stage("stamp", "0001")
        on_stage("current")
        assert capsys.readouterr().out.splitlines() == ["0001"]
    finally:
        on_stage("stamp", "head")
    on_stage("current")
    assert capsys.readouterr().out.splitlines() == [newest]


@pytest.mark.parametrize(
    ("command", "task"), [("migrate", "migrate"), ("sweep", "sweep"), ("renew-api-keys", "renew_api_keys")]
)
def test_long_tasks_are_started_and_awaited(stage: LocalStage, command: str, task: str) -> None:
    on_stage(command)
    assert stage.events == [{"task": task}]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["sweep"], "needs --stage"),
        (["--stage", "prod", "openapi", "file.json"], "does not take --stage"),
        (["--stage", "prod", "--cloud", "tencent", "list-users"], "SCF logs what a function returns"),
    ],
)
def test_a_command_in_the_wrong_place_is_refused(arguments: list[str], complaint: str) -> None:
    with pytest.raises(SystemExit, match=complaint):
        main(arguments)


# Invocations, on the models of AWS's SDK.


class Aws:
    """The SDK's clients with queued answers; requests and answers are checked against the API's models."""

    def __init__(self) -> None:
        self.stubs: list[Stubber] = []
        self.slept: list[float] = []

    def client(self, service: str, **options: Any) -> Any:
        found = boto3.client(service, aws_access_key_id="id", aws_secret_access_key="secret", **options)
        self.stubs.append(Stubber(found))
        self.stubs[-1].activate()
        return found

    def stage(self) -> AwsStage:
        return AwsStage("prod", "eu-west-1", self.client, self.slept.append)

    @property
    def invoker(self) -> Stubber:
        return self.stubs[0]

    @property
    def logs(self) -> Stubber:
        return self.stubs[2]


def invocation(kind: str, event: Mapping[str, Any]) -> dict[str, Any]:
    payload = json.dumps(event).encode()
    return {"FunctionName": FUNCTION, "Qualifier": "live", "InvocationType": kind, "Payload": payload}


def test_a_short_command_returns_its_answer() -> None:
    aws = Aws()
    stage = aws.stage()
    body = json.dumps({"output": "0006\n", "error": ""}).encode()
    answer = {"StatusCode": 200, "Payload": StreamingBody(io.BytesIO(body), len(body))}
    aws.invoker.add_response("invoke", answer, invocation("RequestResponse", {"task": "manage"}))

    assert stage.call({"task": "manage"}) == {"output": "0006\n", "error": ""}


def test_a_failed_function_is_named() -> None:
    aws = Aws()
    stage = aws.stage()
    aws.invoker.add_response("invoke", {"StatusCode": 200, "FunctionError": "Unhandled"})
    with pytest.raises(DeployFailed, match="/aws/lambda/chat-prod-maintenance"):
        stage.call({"task": "manage"})
    aws.invoker.add_client_error("invoke", "AccessDeniedException")
    with pytest.raises(DeployFailed, match="AccessDeniedException"):
        stage.call({"task": "manage"})


@pytest.mark.parametrize(
    ("last", "fails"), [('{"message": "task done"}', False), ("REPORT RequestId: r\tStatus: timeout", True)]
)
def test_a_long_task_is_polled_in_the_log_until_it_ends(last: str, fails: bool) -> None:
    aws = Aws()
    stage = aws.stage()
    started = {"StatusCode": 202, "ResponseMetadata": {"RequestId": "r"}}
    aws.invoker.add_response("invoke", started, invocation("Event", {"task": "migrate"}))
    for line in ("START RequestId: r", last):
        aws.logs.add_response("filter_log_events", {"events": [{"message": line}]})

    if fails:
        with pytest.raises(DeployFailed, match="request r failed"):
            stage.run({"task": "migrate"})
    else:
        stage.run({"task": "migrate"})
    assert len(aws.slept) == 1


def test_an_invocation_whose_answer_is_lost_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have started the task. Boto3's default is four more attempts."""
    requests = []

    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        requests.append(scope["path"])
        await JSONResponse({}, 500)(scope, receive, send)

    with serve(failing) as url:

        def client(service: str, **options: Any) -> Any:
            keys = {"aws_access_key_id": "id", "aws_secret_access_key": "secret"}
            return boto3.client(service, endpoint_url=url, **keys, **options)

        with pytest.raises(DeployFailed):
            AwsStage("prod", "eu-west-1", client).run({"task": "migrate"})

    assert len(requests) == 1


# Releases.


class Emulated:
    """Functions with versions and aliases on moto."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lambda = self.client("lambda", region_name="eu-west-1")
        iam = self.client("iam", region_name="eu-west-1")
        self._role = iam.create_role(RoleName="functions", AssumeRolePolicyDocument="{}")["Role"]["Arn"]

    def client(self, service: str, **options: Any) -> Any:
        options.pop("config", None)
        return boto3.client(
            service, endpoint_url=self._url, aws_access_key_id="id", aws_secret_access_key="secret", **options
        )

    def create(self, name: str) -> None:
        self._lambda.create_function(
            FunctionName=name, Role=self._role, Runtime="python3.13", Handler="a.b", Code={"ZipFile": b"zip"}
        )

    def publish_layer(self, name: str) -> str:
        """The address of a new version."""
        published = self._lambda.publish_layer_version(LayerName=name, Content={"ZipFile": b"zip"})
        return str(published["LayerVersionArn"])

    def layer_versions(self, name: str) -> list[int]:
        listed = self._lambda.list_layer_versions(LayerName=name)["LayerVersions"]
        return sorted(one["Version"] for one in listed)

    def publish(self, name: str, release: str, layers: Sequence[str] = ()) -> None:
        variables = {"RELEASE_ID": release}
        self._lambda.update_function_configuration(
            FunctionName=name, Environment={"Variables": variables}, Layers=list(layers)
        )
        version = self._lambda.publish_version(FunctionName=name, Description=release)["Version"]
        alias = {"FunctionName": name, "Name": "live", "FunctionVersion": version}
        aliases = self._lambda.list_aliases(FunctionName=name)["Aliases"]
        (self._lambda.update_alias if aliases else self._lambda.create_alias)(**alias)


@pytest.fixture
def emulated() -> Iterator[Emulated]:
    with aws_server() as url:
        yield Emulated(url)


def test_a_release_is_taken_back_by_moving_the_aliases(
    emulated: Emulated, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["chat-prod-maintenance", "chat-prod-user"]
    for name in names:
        emulated.create(name)
        for release in ("r1", "r2"):
            emulated.publish(name, release)
    stage = AwsStage("prod", "eu-west-1", emulated.client)
    monkeypatch.setattr(stage, "functions", lambda: names)
    monkeypatch.setattr("infra.stages.open_stage", lambda name, cloud: stage)

    before = {name: stage.live(name) for name in names}
    on_stage("rollback", "r1")
    after = {name: stage.live(name) for name in names}

    assert {
        name: version.release for name in names for version in stage.versions(name) if version.number == after[name]
    } == dict.fromkeys(names, "r1")
    assert all(before[name] != after[name] for name in names)
    on_stage("releases")
    live = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.endswith("live")]
    assert live == ["r1"]
    # Forward again.
    on_stage("rollback", "r2")
    assert {name: stage.live(name) for name in names} == before


def test_old_versions_and_their_layers_are_deleted(
    emulated: Emulated, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The newest releases and the live one remain, with the layers that they use."""
    name = "chat-prod-user"
    emulated.create(name)
    adapter = emulated.publish_layer("LambdaAdapterLayerX86")
    for number in range(1, KEPT_RELEASES + 4):
        emulated.publish(name, f"r{number}", [emulated.publish_layer("chat-prod-shared"), adapter])
    other_stage = emulated.publish_layer("chat-prod-eu-shared")
    stage = AwsStage("prod", "eu-west-1", emulated.client)
    monkeypatch.setattr(stage, "functions", lambda: [name])
    monkeypatch.setattr("infra.stages.open_stage", lambda name, cloud: stage)
    on_stage("rollback", "r2")

    on_stage("prune")

    kept = [2, *range(4, KEPT_RELEASES + 4)]
    assert [version.release for version in stage.versions(name)] == [f"r{number}" for number in kept]
    assert emulated.layer_versions("chat-prod-shared") == kept
    assert emulated.layer_versions("LambdaAdapterLayerX86") == [1]
    assert emulated.layer_versions("chat-prod-eu-shared") == [1], other_stage
    assert "deleted chat-prod-user version 1\n" in capsys.readouterr().out
    on_stage("prune")
    assert capsys.readouterr().out == ""


class Versions:
    """A stage of two functions: the second lacks the first release."""

    def __init__(self) -> None:
        self.aliases = {"a": "2", "b": "1"}
        self._versions = {
            "a": [Version("1", "r1", "2026-01-01"), Version("2", "r2", "2026-01-02")],
            "b": [Version("1", "r2", "2026-01-02")],
        }

    def functions(self) -> list[str]:
        return sorted(self.aliases)

    def versions(self, function: str) -> list[Version]:
        return self._versions[function]

    def live(self, function: str) -> str:
        return self.aliases[function]

    def move(self, function: str, version: Version) -> None:
        self.aliases[function] = version.number


def test_no_alias_moves_to_a_release_that_is_not_complete() -> None:
    stage: Any = Versions()

    assert releases(stage) == [Release("r2", "2026-01-02", is_live=True)]
    with pytest.raises(DeployFailed, match="b has no version of the release r1"):
        rollback(stage, "r1")
    assert stage.aliases == {"a": "2", "b": "1"}


def test_a_release_on_scf_is_taken_back_in_the_same_way() -> None:
    moved = []

    class Client:
        """Answers of SCF; requests are checked against the SDK's models."""

        def __getattr__(self, action: str) -> Callable[[Any], Any]:
            answers: dict[str, Any] = {
                "ListFunctions": SimpleNamespace(
                    Functions=[
                        SimpleNamespace(FunctionName=name)
                        for name in ("chat-prod-user", "my-chat-prod-user", "chat-prod-eu-user")
                    ]
                ),
                "ListVersionByFunction": SimpleNamespace(
                    Versions=[
                        SimpleNamespace(Version="$LATEST", Description="", AddTime=""),
                        SimpleNamespace(Version="1", Description="r1", AddTime="2026-01-01 00:00:00"),
                        SimpleNamespace(Version="2", Description="r2", AddTime="2026-01-02 00:00:00"),
                    ]
                ),
                "GetAlias": SimpleNamespace(FunctionVersion="2"),
            }
            if action == "UpdateAlias":
                return lambda request: moved.append((request.FunctionName, request.Name, request.FunctionVersion))
            return lambda request: answers[action]

    stage = TencentStage("prod", Scf(Client()))

    assert [release.id for release in releases(stage)] == ["r2", "r1"]
    assert rollback(stage, "r1") == ["chat-prod-user"]
    assert moved == [("chat-prod-user", "live", "1")]
