"""The Tencent deploy, from serverless.yml to a fake of SCF's API that validates every request."""

import io
import json
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.scf.v20180416 import models

from functions.model_config.service import CHECK_SECONDS
from infra.deployment import KEPT_RELEASES, DeployFailed, InvalidStage
from infra.openapi import APPS
from infra.tencent.__main__ import remove
from infra.tencent.api import request_of
from infra.tencent.credentials import deployer
from infra.tencent.deploy import changes, removals
from infra.tencent.scf import Scf
from infra.tencent.service import LAYER_TARGET, Function, Stage, read_stage, stage_of, timer_cron
from layers.build import EXTRAS, TARGETS, build
from tests.support.processes import serve
from tests.support.tencent import ApiDescription

API = ApiDescription("scf", "v20180416")

ENVIRON = {
    "TENCENT_REGION": "ap-guangzhou",
    "DATABASE_URL": "mysql+pymysql://chat:the-password@10.0.0.2/chat",
    "JWT_KEYS": "a:" + "k" * 32,
    "API_KEY_ENCRYPTION_KEYS": "fernet-key",
    "OBJECT_STORE_BUCKET": "images-1250000000",
    "OBJECT_STORE_ACCESS_KEY_ID": "id",
    "OBJECT_STORE_SECRET_ACCESS_KEY": "secret",
    "SITE_BUCKET": "site-1250000000",
    "SITE_DOMAIN": "chat.example.com",
    "DEPLOY_BUCKET": "deploy-1250000000",
    "CORS_ORIGINS": "https://chat.example.com",
    "API_DOMAIN": "api.example.com",
    "CERTIFICATE_ID": "cert",
    "SCF_ROLE_NAME": "chat-functions",
}


class FakeScf:
    """SCF's API in memory. Like the real one it refuses requests without a required field."""

    def __init__(self) -> None:
        self.functions: dict[str, dict[str, Any]] = {}
        self.triggers: dict[str, dict[str, dict[str, Any]]] = {}
        self.layers: dict[str, list[dict[str, Any]]] = {}
        self.versions: dict[str, dict[str, dict[str, Any]]] = {}  # function → version → its content
        self.aliases: dict[str, dict[str, str]] = {}  # function → alias → version
        self.retries: dict[str, int] = {}
        self.invoked: list[tuple[str, str, dict[str, Any]]] = []  # function, version, event
        self.codes: list[int] = []  # results of invocations; afterwards they succeed
        self.domains: dict[str, dict[str, Any]] = {}
        self.calls: list[tuple[str, str]] = []
        self.failures: list[tuple[str, str, str]] = []  # action, resource, code: each fails once
        self.reads_until_active = 1
        self._unseen: dict[str, int] = {}

    @property
    def writes(self) -> list[tuple[str, str]]:
        return [call for call in self.calls if not call[0].startswith(("Get", "List"))]

    def __getattr__(self, action: str) -> Any:
        def call(request: Any) -> Any:
            body = json.loads(request.to_json_string())
            about = body.get("FunctionName") or body.get("LayerName") or body.get("Domain")
            API.check_required(f"{action}Request", body)
            self.calls.append((action, about))
            for failure in self.failures:
                if failure[:2] == (action, about):
                    self.failures.remove(failure)
                    raise TencentCloudSDKException(failure[2], "as the test wants")
            return getattr(self, re.sub("([A-Z])", r"_\1", action).lower())(about, body)

        return call

    def _create_function(self, name: str, body: dict[str, Any]) -> Any:
        if name in self.functions:
            raise TencentCloudSDKException("ResourceInUse.Function", "exists")
        self.functions[name] = {**body, "Status": "Active"}
        self._unseen[name] = self.reads_until_active

    def _get_function(self, name: str, body: dict[str, Any]) -> Any:
        found = self._function(name)
        if (body["Qualifier"] or "$LATEST") != "$LATEST":
            found = self.versions[name][body["Qualifier"]]
        self._unseen[name] = left = self._unseen.get(name, 0) - 1
        return SimpleNamespace(
            Status="Creating" if left >= 0 else found["Status"],
            StatusDesc="",
            Description=found["Description"],
            Layers=[SimpleNamespace(**layer) for layer in found["Layers"]],
        )

    def _update_function_code(self, name: str, body: dict[str, Any]) -> Any:
        self._function(name)["Code"] = {"ZipFile": body["ZipFile"]}
        self._unseen[name] = self.reads_until_active

    def _update_function_configuration(self, name: str, body: dict[str, Any]) -> Any:
        if self._unseen.get(name, 0) > 0:
            raise TencentCloudSDKException("FailedOperation.UpdateFunctionConfiguration", "not Active")
        self._function(name).update(body)

    def _delete_function(self, name: str, body: dict[str, Any]) -> Any:
        if body["Qualifier"]:
            assert body["Qualifier"] not in self.aliases[name].values(), "an alias points at it"
            del self.versions[name][body["Qualifier"]]
            return
        for kind in (self.functions, self.versions, self.aliases):
            kind.pop(name, None)

    def _publish_version(self, name: str, body: dict[str, Any]) -> Any:
        versions = self.versions.setdefault(name, {})
        number = str(max(map(int, versions), default=0) + 1)
        versions[number] = {**self._function(name), "Description": body["Description"]}
        self._unseen[name] = self.reads_until_active
        return SimpleNamespace(FunctionVersion=number)

    def _list_version_by_function(self, name: str, body: dict[str, Any]) -> Any:
        self._function(name)
        found = [
            SimpleNamespace(Version=number, Description=version["Description"], AddTime="2026-11-29 12:00:00")
            for number, version in self.versions.get(name, {}).items()
        ]
        return SimpleNamespace(Versions=[SimpleNamespace(Version="$LATEST", Description=""), *found])

    def _get_alias(self, name: str, body: dict[str, Any]) -> Any:
        aliases = self.aliases.get(name, {})
        if body["Name"] not in aliases:
            raise TencentCloudSDKException("ResourceNotFound.Alias", "no such alias")
        return SimpleNamespace(FunctionVersion=aliases[body["Name"]])

    def _create_alias(self, name: str, body: dict[str, Any]) -> Any:
        assert body["FunctionVersion"] in self.versions[name]
        self.aliases.setdefault(name, {})[body["Name"]] = body["FunctionVersion"]

    _update_alias = _create_alias

    def _invoke(self, name: str, body: dict[str, Any]) -> Any:
        assert body["InvocationType"] == "Event", "a synchronous call ends after 300 s"
        assert body["Qualifier"] in self.versions[name]
        self.invoked.append((name, body["Qualifier"], json.loads(body["ClientContext"])))
        return SimpleNamespace(Result=SimpleNamespace(FunctionRequestId="r"))

    def _get_request_status(self, name: str, body: dict[str, Any]) -> Any:
        assert body["FunctionRequestId"] == "r"
        return SimpleNamespace(Data=[SimpleNamespace(RetCode=self.codes.pop(0) if self.codes else 0)])

    def _get_function_event_invoke_config(self, name: str, body: dict[str, Any]) -> Any:
        retries = [SimpleNamespace(RetryNum=self.retries.get(name, 2))]
        return SimpleNamespace(AsyncTriggerConfig=SimpleNamespace(RetryConfig=retries))

    def _update_function_event_invoke_config(self, name: str, body: dict[str, Any]) -> Any:
        self.retries[name] = body["AsyncTriggerConfig"]["RetryConfig"][0]["RetryNum"]

    def _list_triggers(self, name: str, body: dict[str, Any]) -> Any:
        self._function(name)
        found = [SimpleNamespace(**trigger) for trigger in self.triggers.get(name, {}).values()]
        return SimpleNamespace(Triggers=found)

    def _create_trigger(self, name: str, body: dict[str, Any]) -> Any:
        assert body["Qualifier"] in self.aliases[name]
        self.triggers.setdefault(name, {})[body["TriggerName"]] = body

    _update_trigger = _create_trigger

    def _list_layer_versions(self, name: str, body: dict[str, Any]) -> Any:
        return SimpleNamespace(LayerVersions=[SimpleNamespace(**layer) for layer in self.layers.get(name, [])])

    def _publish_layer_version(self, name: str, body: dict[str, Any]) -> Any:
        versions = self.layers.setdefault(name, [])
        versions.append({**body, "LayerVersion": len(versions) + 1, "Status": "Active"})
        return SimpleNamespace(LayerVersion=len(versions))

    def _delete_layer_version(self, name: str, body: dict[str, Any]) -> Any:
        self.layers[name] = [one for one in self.layers[name] if one["LayerVersion"] != body["LayerVersion"]]

    def _get_custom_domain(self, name: str, body: dict[str, Any]) -> Any:
        if name not in self.domains:
            raise TencentCloudSDKException("ResourceNotFound.Domain", "no such domain")
        found = self.domains[name]
        return SimpleNamespace(
            Protocol=found["Protocol"],
            EndpointsConfig=[SimpleNamespace(**one) for one in found["EndpointsConfig"]],
            CertConfig=SimpleNamespace(**found["CertConfig"]) if "CertConfig" in found else None,
        )

    def _create_custom_domain(self, name: str, body: dict[str, Any]) -> Any:
        self.domains[name] = body

    _update_custom_domain = _create_custom_domain

    def _delete_custom_domain(self, name: str, body: dict[str, Any]) -> Any:
        del self.domains[name]

    def _function(self, name: str) -> dict[str, Any]:
        if name not in self.functions:
            raise TencentCloudSDKException("ResourceNotFound.Function", "no such function")
        return self.functions[name]


class FakeBuckets:
    def __init__(self) -> None:
        self.buckets: dict[str, dict[str, Any]] = {}
        self.objects: dict[tuple[str, str], bytes] = {}

    def exists(self, bucket: str) -> bool:
        return bucket in self.buckets

    def create(self, bucket: str) -> None:
        self.buckets[bucket] = {}

    def settings_of(self, bucket: str) -> Mapping[str, Any]:
        return self.buckets[bucket]

    def set(self, bucket: str, kind: str, value: Any) -> None:
        self.buckets[bucket][kind] = value

    def upload(self, bucket: str, key: str, content: bytes) -> None:
        assert bucket in self.buckets
        self.objects[bucket, key] = content


@pytest.fixture(scope="module")
def service() -> Mapping[str, Any]:
    build(next(target for target in TARGETS if target.name == LAYER_TARGET))
    found: list[Mapping[str, Any]] = []

    def keep(service: Mapping[str, Any], *_: Any) -> Any:
        found.append(service)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("infra.tencent.service.stage_of", keep)
        read_stage("prod", {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **ENVIRON})
    return found[0]


@pytest.fixture
def stage(service: Mapping[str, Any]) -> Stage:
    return stage_of(service, "prod", ENVIRON)


@pytest.fixture
def cloud() -> FakeScf:
    return FakeScf()


@pytest.fixture
def buckets() -> FakeBuckets:
    return FakeBuckets()


def deploy(stage: Stage, cloud: FakeScf, buckets: FakeBuckets) -> list[str]:
    done = []
    for change in changes(stage, Scf(cloud, sleep=lambda _: None), buckets):
        change.apply()
        done.append(change.what)
    return done


def named(stage: Stage, key: str) -> Function:
    return next(function for function in stage.functions if function.name == f"chat-prod-{key}")


def variables(function: Function) -> dict[str, str]:
    return {item["Key"]: item["Value"] for item in function.configuration["Environment"]["Variables"]}


def files(function: Function) -> dict[str, int]:
    with ZipFile(io.BytesIO(function.archive)) as content:
        return {entry.filename: entry.external_attr >> 16 for entry in content.infolist()}


def test_each_function_of_the_list_has_its_kind(stage: Stage) -> None:
    kinds = {
        function.name.removeprefix("chat-prod-"): (function.creation["Type"], function.creation.get("ProtocolType"))
        for function in stage.functions
    }

    assert kinds == {
        "user": ("HTTP", None),
        "model_config": ("HTTP", None),
        "project": ("HTTP", None),
        "conversation": ("HTTP", None),
        "chat": ("HTTP", None),
        "chat_stream": ("HTTP", None),
        "tool": ("HTTP", None),
        "admin": ("HTTP", None),
        "file": ("HTTP", None),
        "share": ("HTTP", None),
        "extract": ("Event", None),
        "mailer": ("Event", None),
        "websocket": ("HTTP", "WS"),
        "turn": ("Event", None),
        "maintenance": ("Event", None),
    }


def test_a_web_function_starts_its_own_app(stage: Stage) -> None:
    for key in [*APPS, "websocket"]:
        function = named(stage, key)
        assert files(function)["scf_bootstrap"] == 0o100755
        with ZipFile(io.BytesIO(function.archive)) as content:
            script = content.read("scf_bootstrap").decode()
        assert f"functions.{key}.app:app --host 0.0.0.0 --port 9000" in script
        assert "\r" not in script
        others = [name for name in files(function) if not name.startswith((f"functions/{key}/", "scf_bootstrap"))]
        assert others == []


def test_the_handler_of_an_event_function_is_at_the_top_of_its_archive(stage: Stage) -> None:
    with ZipFile(io.BytesIO(named(stage, "turn").archive)) as content:
        entry = content.read("index.py").decode()

    assert named(stage, "turn").creation["Handler"] == "index.main_handler"
    assert "from functions.websocket.turn import handler as main_handler" in entry
    assert "infra/migrations/migrate.py" in files(named(stage, "maintenance"))


def test_functions_that_wait_for_models_have_concurrency(stage: Stage) -> None:
    for key in ("chat_stream", "websocket"):
        function = named(stage, key)
        assert function.configuration["InstanceConcurrencyConfig"]["MaxConcurrency"] == 20
        assert variables(function)["DATABASE_POOL_SIZE"] == "10"
        assert function.configuration["Timeout"] == 900
    assert "InstanceConcurrencyConfig" not in named(stage, "user").configuration


def test_a_connection_test_may_wait_for_a_slow_model(stage: Stage) -> None:
    assert named(stage, "model_config").configuration["Timeout"] > CHECK_SECONDS


def test_secrets_come_from_the_deploys_environment_and_nothing_of_aws_is_left(stage: Stage) -> None:
    for function in stage.functions:
        values = variables(function)
        assert values["DATABASE_URL"] == ENVIRON["DATABASE_URL"]
        assert values["STAGE"] == "prod"
        assert not [name for name in values if name.startswith(("AWS_", "SCF_", "QCLOUD_", "TENCENTCLOUD_"))]
        assert "resolve:" not in json.dumps(values)
    assert variables(named(stage, "chat"))["OBJECT_STORE"] == "cos"
    assert variables(named(stage, "chat"))["OBJECT_STORE_REGION"] == "ap-guangzhou"
    assert variables(named(stage, "websocket"))["TURN_FUNCTION_NAME"] == "chat-prod-turn:live"


def test_a_missing_secret_is_named(service: Mapping[str, Any]) -> None:
    with pytest.raises(InvalidStage, match="JWT_KEYS"):
        stage_of(service, "prod", {name: value for name, value in ENVIRON.items() if name != "JWT_KEYS"})


def test_only_functions_that_run_a_model_get_its_library(stage: Stage) -> None:
    with_it = {function.name for function in stage.functions if "chat-prod-chat" in function.layers}

    # Titles come from a model, configs are tested by calling their model, and tool servers by connecting to them. The
    # operator's page compares the servers of models. Sign-in calls its providers.
    running_one = ("model_config", "conversation", "chat_stream", "tool", "turn", "websocket", "admin", "user")
    assert with_it == {f"chat-prod-{name}" for name in running_one}
    with_the_sdk = [function.name for function in stage.functions if "chat-prod-openai" in function.layers]
    assert with_the_sdk == ["chat-prod-model_config"]
    assert all(len(function.layers) <= 5 for function in stage.functions)


def test_a_function_that_invokes_another_has_the_sdk_for_it(stage: Stage) -> None:
    extras = dict(re.findall(r"^(\w+) = \[(.*?)\]$", Path("pyproject.toml").read_text(), re.MULTILINE | re.DOTALL))
    with_sdk = {
        f"chat-prod-{layer}"
        for layer, extra in EXTRAS.items()
        if extra and "tencentcloud-sdk-python-scf" in extras[extra]
    }
    invoking = {
        function.name: set(function.layers)
        for function in stage.functions
        for variable in function.configuration["Environment"]["Variables"]
        if variable["Key"].endswith("_FUNCTION_NAME")
    }

    # The mailer knows its own name, and invokes nothing.
    del invoking["chat-prod-mailer"]
    assert {"chat-prod-user", "chat-prod-file", "chat-prod-turn"} <= invoking.keys()
    assert [name for name, layers in invoking.items() if len(layers & with_sdk) != 1] == []


def test_the_domain_routes_specific_paths_before_general_ones(stage: Stage) -> None:
    assert stage.domain is not None
    order = [(entry["PathMatch"], entry["FunctionName"].removeprefix("chat-prod-")) for entry in stage.domain.endpoints]

    assert order[-1] == ("/chat/*", "chat") or order.index(("/chat/*", "chat")) > order.index(
        ("/chat/send", "chat_stream")
    )
    assert ("/chat/resume/*", "chat_stream") in order
    assert ("/chat/ws/*", "websocket") in order
    assert ("/user/*", "user") in order
    assert order.index(("/chat/ws/*", "websocket")) < order.index(("/chat/*", "chat"))


def test_a_schedule_is_a_timer_in_beijing_time() -> None:
    assert timer_cron("cron(17 19 * * ? *)") == "0 17 3 * * * *"
    assert timer_cron("rate(5 minutes)") == "0 */5 * * * * *"
    for unknown in ("rate(7 minutes)", "rate(1 day)", "cron(0 * * * ? *)"):
        with pytest.raises(InvalidStage):
            timer_cron(unknown)


def test_a_deploy_creates_everything_and_a_second_changes_nothing(
    stage: Stage, cloud: FakeScf, buckets: FakeBuckets
) -> None:
    done = deploy(stage, cloud, buckets)

    assert set(cloud.functions) == {function.name for function in stage.functions}
    assert cloud.triggers["chat-prod-user"]["url"]["Type"] == "http"
    assert cloud.triggers["chat-prod-maintenance"]["maintenance-1"]["CustomArgument"] == '{"task": "sweep"}'
    assert "turn" not in str(cloud.triggers.keys())
    assert cloud.domains["api.example.com"]["Protocol"] == "HTTPS"
    assert buckets.buckets["images-1250000000"]["cors"][0]["AllowedOrigin"] == ["https://chat.example.com"]
    assert buckets.buckets["site-1250000000"]["website"]["ErrorDocument"]["Key"] == "index.html"
    assert buckets.buckets["site-1250000000"]["cors"][0]["AllowedOrigin"] == ["*"]
    assert buckets.buckets["site-1250000000"]["cors"][0]["AllowedMethod"] == ["GET", "HEAD"]
    assert "policy" in buckets.buckets["site-1250000000"]
    assert not {"policy", "website"} & buckets.buckets["images-1250000000"].keys()
    assert done.index("migrate the database") < done.index("create function chat-prod-user")

    cloud.calls.clear()
    assert deploy(stage, cloud, buckets) == []
    assert cloud.writes == []


def test_a_plan_changes_nothing(stage: Stage, cloud: FakeScf, buckets: FakeBuckets) -> None:
    planned = [change.what for change in changes(stage, Scf(cloud), buckets)]

    assert "create function chat-prod-user" in planned
    assert "publish layer chat-prod-shared" in planned
    assert cloud.writes == []
    assert buckets.buckets == {}


def changed(service: Mapping[str, Any], memory: int = 256) -> Stage:
    """The next release: `user` has another size."""
    copy = json.loads(json.dumps(service))
    copy["functions"]["user"]["memorySize"] = memory
    return stage_of(copy, "prod", ENVIRON)


def test_a_renewed_certificate_and_a_timer_with_another_argument_are_deployed(
    stage: Stage, cloud: FakeScf, buckets: FakeBuckets
) -> None:
    deploy(stage, cloud, buckets)
    assert stage.domain is not None
    functions = [
        replace(function, timers=[replace(timer, argument='{"task": "other"}') for timer in function.timers])
        for function in stage.functions
    ]
    deploy(replace(stage, domain=replace(stage.domain, certificate_id="renewed"), functions=functions), cloud, buckets)

    assert cloud.domains["api.example.com"]["CertConfig"] == {"CertificateId": "renewed"}
    assert cloud.triggers["chat-prod-maintenance"]["maintenance-1"]["CustomArgument"] == '{"task": "other"}'


def test_a_release_publishes_every_function_before_any_alias_moves(
    service: Mapping[str, Any], stage: Stage, cloud: FakeScf, buckets: FakeBuckets
) -> None:
    deploy(stage, cloud, buckets)
    done = deploy(changed(service), cloud, buckets)

    others = [function.name for function in stage.functions if function.name != "chat-prod-maintenance"]
    first_move = min(done.index(f"release function {name}") for name in others)
    assert max(done.index(f"publish function {name}") for name in others) < first_move
    # Migrations come before any other function, and are run by the new version.
    assert done[:4] == [
        "update function chat-prod-maintenance",
        "publish function chat-prod-maintenance",
        "migrate the database",
        "release function chat-prod-maintenance",
    ]
    assert cloud.invoked[-1] == ("chat-prod-maintenance", "2", {"task": "migrate"})
    live = cloud.aliases["chat-prod-user"]["live"]
    assert cloud.versions["chat-prod-user"][live]["MemorySize"] == 256
    assert {trigger["Qualifier"] for found in cloud.triggers.values() for trigger in found.values()} == {"live"}
    assert {entry["Qualifier"] for entry in cloud.domains["api.example.com"]["EndpointsConfig"]} == {"live"}


def test_callers_reach_one_release_at_each_step_of_a_deploy(
    service: Mapping[str, Any], stage: Stage, cloud: FakeScf, buckets: FakeBuckets
) -> None:
    """The code, layers and environment behind an alias are always those that were deployed together."""
    next_release = changed(service)
    deploy(stage, cloud, buckets)

    def reached() -> dict[str, tuple[str, str, str]]:
        contents = {name: cloud.versions[name][aliases["live"]] for name, aliases in cloud.aliases.items()}
        return {name: content_of(version) for name, version in contents.items()}

    before = reached()
    seen = []
    for change in changes(next_release, Scf(cloud, sleep=lambda _: None), buckets):
        change.apply()
        seen.append(reached())
    after = reached()

    assert set(before) == set(after) == set(cloud.functions)
    assert all(before[name] != after[name] for name in before)
    for step in seen:
        assert all(step[name] in (before[name], after[name]) for name in step)


def content_of(function: Mapping[str, Any]) -> tuple[str, str, str]:
    return function["Code"]["ZipFile"], json.dumps(function["Layers"]), json.dumps(function["Environment"])


def test_a_release_before_is_deployed_again_by_moving_aliases_back(
    service: Mapping[str, Any], stage: Stage, cloud: FakeScf, buckets: FakeBuckets
) -> None:
    deploy(stage, cloud, buckets)
    deploy(changed(service), cloud, buckets)
    cloud.calls.clear()

    deploy(stage, cloud, buckets)

    assert {aliases["live"] for aliases in cloud.aliases.values()} == {"1"}
    assert "PublishVersion" not in {action for action, _ in cloud.writes}


def test_old_versions_are_deleted_and_the_live_one_is_kept(
    service: Mapping[str, Any], stage: Stage, cloud: FakeScf, buckets: FakeBuckets
) -> None:
    deploy(stage, cloud, buckets)
    for memory in range(256, 256 + 64 * KEPT_RELEASES, 64):
        deploy(changed(service, memory), cloud, buckets)

    for name, versions in cloud.versions.items():
        assert sorted(map(int, versions)) == list(range(2, 2 + KEPT_RELEASES))
        assert cloud.aliases[name]["live"] in versions


def test_old_layers_are_deleted_unless_a_kept_version_uses_them(
    service: Mapping[str, Any], stage: Stage, cloud: FakeScf, buckets: FakeBuckets, tmp_path: Path
) -> None:
    deploy(stage, cloud, buckets)
    (shared,) = [layer.name for layer in stage.layers if layer.name.endswith("shared")]
    for number in range(KEPT_RELEASES + 1):
        (tmp_path / "layer").write_text(str(number))
        release = changed(service, 256 + 64 * number)
        layers = [replace(one, file=tmp_path / "layer") if one.name == shared else one for one in release.layers]
        deploy(replace(release, layers=layers, release=f"r{number}"), cloud, buckets)

    assert {name: len(versions) for name, versions in cloud.layers.items()} == {
        layer.name: KEPT_RELEASES if layer.name == shared else 1 for layer in stage.layers
    }
    published = {(name, found["LayerVersion"]) for name, versions in cloud.layers.items() for found in versions}
    used = {
        (layer["LayerName"], layer["LayerVersion"])
        for versions in cloud.versions.values()
        for version in versions.values()
        for layer in version["Layers"]
    }
    assert used == published


def test_migrations_are_awaited_and_never_started_twice(stage: Stage, cloud: FakeScf, buckets: FakeBuckets) -> None:
    cloud.codes = [1, 1, 1, 0]
    deploy(stage, cloud, buckets)
    assert cloud.calls.count(("GetRequestStatus", "chat-prod-maintenance")) == 4
    assert cloud.retries == {"chat-prod-extract": 0, "chat-prod-maintenance": 0, "chat-prod-turn": 0}

    fresh = FakeScf()
    fresh.failures.append(("Invoke", "chat-prod-maintenance", "ClientNetworkError"))
    with pytest.raises(DeployFailed, match="ClientNetworkError"):
        deploy(stage, fresh, FakeBuckets())
    assert fresh.calls.count(("Invoke", "chat-prod-maintenance")) == 1


def test_failed_migrations_end_the_deploy_and_are_repeated_by_the_next(
    stage: Stage, cloud: FakeScf, buckets: FakeBuckets
) -> None:
    cloud.codes = [-1]
    with pytest.raises(DeployFailed, match="chat-prod-maintenance"):
        deploy(stage, cloud, buckets)
    assert "chat-prod-user" not in cloud.functions

    deploy(stage, cloud, buckets)
    assert len(cloud.invoked) == 2


@pytest.mark.parametrize(
    "failure",
    [
        ("CreateFunction", "chat-prod-conversation", "LimitExceeded.Function"),
        ("CreateTrigger", "chat-prod-user", "FailedOperation.CreateTrigger"),
        ("PublishLayerVersion", "chat-prod-chat", "InvalidParameterValue.Cos"),
        ("Invoke", "chat-prod-maintenance", "UnauthorizedOperation"),
        ("CreateCustomDomain", "api.example.com", "InvalidParameterValue.DomainNotIcp"),
    ],
)
def test_a_failed_deploy_names_the_cause_and_can_be_repeated(
    stage: Stage, cloud: FakeScf, buckets: FakeBuckets, failure: tuple[str, str, str]
) -> None:
    cloud.failures.append(failure)

    with pytest.raises(DeployFailed) as raised:
        deploy(stage, cloud, buckets)
    assert failure[1] in str(raised.value)
    assert failure[2] in str(raised.value)

    before = [call for call in cloud.writes if call[0] == "CreateFunction"]
    cloud.calls.clear()
    deploy(stage, cloud, buckets)
    again = [call for call in cloud.writes if call[0] == "CreateFunction"]
    # Only the failed steps are repeated.
    assert (set(before) - {failure[:2]}) & set(again) == set()
    cloud.calls.clear()
    assert deploy(stage, cloud, buckets) == []
    assert ("Invoke", "chat-prod-maintenance") not in cloud.calls


def test_temporary_refusals_are_retried(stage: Stage, cloud: FakeScf, buckets: FakeBuckets) -> None:
    cloud.failures += [("CreateFunction", "chat-prod-user", "RequestLimitExceeded.Function")] * 3

    deploy(stage, cloud, buckets)

    assert cloud.writes.count(("CreateFunction", "chat-prod-user")) == 4


def test_a_deploy_waits_until_a_function_is_active(stage: Stage, cloud: FakeScf, buckets: FakeBuckets) -> None:
    cloud.reads_until_active = 5

    deploy(stage, cloud, buckets)

    assert cloud.calls.count(("GetFunction", "chat-prod-user")) > 10


def test_remove_deletes_what_was_created_except_the_buckets(stage: Stage, cloud: FakeScf, buckets: FakeBuckets) -> None:
    deploy(stage, cloud, buckets)

    for change in list(removals(stage, Scf(cloud))):
        change.apply()

    assert (cloud.functions, cloud.domains) == ({}, {})
    assert not any(cloud.layers.values())
    assert "images-1250000000" in buckets.buckets


def test_remove_needs_the_stages_name_typed(
    stage: Stage,
    cloud: FakeScf,
    buckets: FakeBuckets,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    deploy(stage, cloud, buckets)
    functions = set(cloud.functions)

    monkeypatch.setattr("builtins.input", lambda _question: "staging")
    assert remove("prod", list(removals(stage, Scf(cloud)))) == 1
    assert set(cloud.functions) == functions
    assert "delete function chat-prod-user" in capsys.readouterr().out

    monkeypatch.setattr("builtins.input", lambda _question: "prod")
    assert remove("prod", list(removals(stage, Scf(cloud)))) == 0
    assert cloud.functions == {}
    # Without resources there is no confirmation.
    monkeypatch.delattr("builtins.input")
    assert remove("prod", list(removals(stage, Scf(cloud)))) == 0


def test_an_unknown_request_field_is_an_error() -> None:
    with pytest.raises(TypeError, match="Tiemout"):
        request_of(models, "CreateFunction", {"FunctionName": "a", "Tiemout": 3})
    with pytest.raises(TypeError, match="IdleTimeout"):
        request_of(models, "CreateFunction", {"ProtocolParams": {"WSParams": {"IdleTimeout": 3}}})


def test_serverless_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Mapping[str, str]] = []

    def run(_command: Any, *, env: Mapping[str, str], **_: Any) -> Any:
        given.append(env)
        return SimpleNamespace(returncode=1, stdout="", stderr="")

    monkeypatch.setattr("infra.tencent.service.subprocess.run", run)
    with pytest.raises(InvalidStage):
        read_stage("prod", ENVIRON)

    assert given
    assert "the-password" not in str(given)
    assert ENVIRON["JWT_KEYS"] not in str(given)


# Credentials of the deploy.


def test_a_sub_accounts_key_is_used_without_assuming_a_role() -> None:
    keys = {"TENCENTCLOUD_SECRET_ID": "id", "TENCENTCLOUD_SECRET_KEY": "key", "TENCENTCLOUD_SESSION_TOKEN": "token"}
    credential = deployer(keys)

    assert (credential.secret_id, credential.secret_key, credential.token) == ("id", "key", "token")
    assert deployer({**keys, "TENCENTCLOUD_SESSION_TOKEN": ""}).token is None
    with pytest.raises(InvalidStage, match="TENCENT_ROLE_ARN"):
        deployer({"TENCENTCLOUD_SECRET_ID": "id"})


def test_github_actions_assumes_a_role_with_its_oidc_token(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Mapping[str, Any]]] = []

    async def github(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        assert dict(request.query_params) == {"api-version": "2.0", "audience": "sts.tencentcloudapi.com"}
        good = request.headers["authorization"] == "Bearer the-request-token"
        await JSONResponse({"value": "identity"}, 200 if good else 401)(scope, receive, send)

    def sts(_client: Any, action: str, params: Mapping[str, Any], **_: Any) -> Any:
        asked.append((action, params))
        keys = {"TmpSecretId": "id", "TmpSecretKey": "key", "Token": "token"}
        return {"Response": {"Credentials": keys, "ExpiredTime": 2**40}}

    monkeypatch.setattr("tencentcloud.common.credential.CommonClient.call_json", sts)
    with serve(github) as url:
        environ = {
            "TENCENT_REGION": "ap-guangzhou",
            "TENCENT_ROLE_ARN": "qcs::cam::uin/1:roleName/deploy",
            "TENCENT_OIDC_PROVIDER": "github",
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{url}/token?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "the-request-token",
        }
        credential = deployer(environ)
        with pytest.raises(DeployFailed, match="401"):
            deployer({**environ, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "another"})

    assert (credential.secret_id, credential.secret_key, credential.token) == ("id", "key", "token")
    assert [action for action, _ in asked] == ["AssumeRoleWithWebIdentity"]
    assert asked[0][1]["WebIdentityToken"] == "identity"
    assert asked[0][1]["ProviderId"] == "github"
