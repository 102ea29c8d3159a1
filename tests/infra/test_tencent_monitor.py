"""Cloud Monitor: the alarm policies of a deploy, with a fake of its API."""

import json
import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from tencentcloud.monitor.v20180724 import models

from infra.deployment import DeployFailed, InvalidStage
from infra.tencent import __main__ as command
from infra.tencent.alarms import THRESHOLDS
from infra.tencent.api import TencentApi
from infra.tencent.logs import ALARMS as LOG_ALARMS
from infra.tencent.monitor import (
    DATABASE_ALARMS,
    FUNCTION_ALARMS,
    Monitoring,
    monitor_changes,
    monitor_removals,
    read_monitoring,
)
from infra.tencent.service import Function, Stage
from tests.support.stack import ROOT
from tests.support.tencent import ApiDescription

API = ApiDescription("monitor", "v20180724")
KINDS = [alarm.kind for alarm in (*FUNCTION_ALARMS, *DATABASE_ALARMS)]
MYSQL = {"MONITOR_NOTICE_ID": "notice-1", "MONITOR_DATABASE_ID": "cdb-1"}
TDSQL_C = {
    "MONITOR_NOTICE_ID": "notice-1",
    "MONITOR_DATABASE_ID": "cynosdbmysql-ins-1",
    "MONITOR_DATABASE_CLUSTER_ID": "cynosdbmysql-1",
}


class FakeMonitor:
    """Cloud Monitor's API in memory. The spelling of metrics differs between products, as in the documents."""

    metrics: Mapping[str, list[str]] = {
        "SCF_ALIAS": ["Invocation", "Throttle"],
        "cdb_detail": ["cpu_use_rate", "connection_use_rate"],
        "CYNOSDB_MYSQL": ["Cpuuserate", "Connectionuserate"],
    }

    def __init__(self) -> None:
        self.policies: dict[str, dict[str, Any]] = {}
        self.bound: dict[str, dict[str, dict[str, Any]]] = {}  # policy → object's own id → object
        self.actions: set[str] = set()
        self.writes: list[str] = []
        self._made = 0

    def __getattr__(self, action: str) -> Any:
        def call(request: Any) -> Any:
            body = request._serialize()  # In the form that the SDK's client sends.
            API.check_required(f"{action}Request", body)
            assert body["Module"] == "monitor"
            self.actions.add(action)
            if not action.startswith("Describe"):
                self.writes.append(action)
            return getattr(self, re.sub("([A-Z])", r"_\1", action).lower())(body)

        return call

    def _describe_alarm_metrics(self, body: dict[str, Any]) -> Any:
        names = self.metrics.get(body["Namespace"], [])
        return answer(models.DescribeAlarmMetricsResponse, {"Metrics": [{"MetricName": name} for name in names]})

    def _describe_alarm_policies(self, body: dict[str, Any]) -> Any:
        found = [policy for policy in self.policies.values() if body["PolicyName"] in policy["PolicyName"]]
        return answer(models.DescribeAlarmPoliciesResponse, {"Policies": found})

    def _create_alarm_policy(self, body: dict[str, Any]) -> Any:
        assert body["Condition"]["Rules"][0]["MetricName"] in self.metrics[body["Namespace"]]
        self._made += 1
        policy_id = f"policy-{self._made}"
        kept = {key: value for key, value in body.items() if key != "Module"}
        self.policies[policy_id] = {**kept, "Condition": described(body["Condition"]), "PolicyId": policy_id}
        self.bound[policy_id] = {}
        return SimpleNamespace(PolicyId=policy_id)

    def _modify_alarm_policy_condition(self, body: dict[str, Any]) -> Any:
        self.policies[body["PolicyId"]]["Condition"] = described(body["Condition"])

    def _modify_alarm_policy_notice(self, body: dict[str, Any]) -> Any:
        self.policies[body["PolicyId"]]["NoticeIds"] = body["NoticeIds"]

    def _delete_alarm_policy(self, body: dict[str, Any]) -> Any:
        for policy_id in body["PolicyIds"]:
            del self.policies[policy_id], self.bound[policy_id]

    def _describe_binding_policy_object_list(self, body: dict[str, Any]) -> Any:
        found = [{"UniqueId": key, **value} for key, value in self.bound[body["PolicyId"]].items()]
        return answer(models.DescribeBindingPolicyObjectListResponse, {"List": found, "Total": len(found)})

    def _binding_policy_object(self, body: dict[str, Any]) -> Any:
        for one in body["Dimensions"]:
            self.bound[body["PolicyId"]][f"object of {one['Dimensions']}"] = one

    def _un_binding_policy_object(self, body: dict[str, Any]) -> Any:
        for unique_id in body["UniqueId"]:
            del self.bound[body["PolicyId"]][unique_id]

    def named(self, kind: str) -> dict[str, Any]:
        (found,) = [policy for policy in self.policies.values() if policy["PolicyName"] == f"chat-prod-{kind}"]
        return found

    def objects_of(self, kind: str) -> list[dict[str, str]]:
        """The dimensions of a policy's bound objects; asserts that all are in the stage's region."""
        found = self.bound[self.named(kind)["PolicyId"]].values()
        assert {one["Region"] for one in found} <= {"gz"}
        return [json.loads(one["Dimensions"]) for one in found]


def answer(kind: Any, body: dict[str, Any]) -> Any:
    made = kind()
    made._deserialize({**body, "RequestId": "r"})
    return made


def described(condition: dict[str, Any]) -> dict[str, Any]:
    """A condition in the form that the API returns, with additional fields."""
    rules = [{**rule, "Unit": "", "RuleType": "STATIC"} for rule in condition["Rules"]]
    return {**condition, "Rules": rules, "ComplexExpression": ""}


def stage_with(*functions: str, region: str = "ap-guangzhou") -> Stage:
    return Stage(
        prefix="chat-prod",
        region=region,
        functions=[Function(f"chat-prod-{name}", "", b"", [], {}, {}) for name in functions],
        layers=[],
        deploy_bucket="images-1250000000",
        image_bucket="images-1250000000",
        site_bucket=None,
        site_domain=None,
        origins=[],
        domain=None,
        release="r1",
    )


STAGE = stage_with("user", "chat_stream")


@pytest.fixture
def cloud() -> FakeMonitor:
    return FakeMonitor()


def monitoring_of(environ: Mapping[str, str], stage: Stage = STAGE) -> Monitoring:
    monitoring = read_monitoring(stage, environ)
    assert monitoring is not None
    return monitoring


def deploy(cloud: FakeMonitor, environ: Mapping[str, str], stage: Stage = STAGE) -> list[str]:
    done = []
    for change in monitor_changes(monitoring_of(environ, stage), "chat-prod", TencentApi(cloud, models)):
        change.apply()
        done.append(change.what)
    return done


@pytest.mark.parametrize("environ", [MYSQL, TDSQL_C], ids=["mysql", "tdsql-c"])
def test_a_deploy_makes_a_policy_of_each_kind_and_a_second_changes_nothing(
    cloud: FakeMonitor, environ: Mapping[str, str]
) -> None:
    done = deploy(cloud, environ)

    assert done == [f"create alarm policy chat-prod-{kind}" for kind in KINDS]
    for kind in KINDS:
        policy = cloud.named(kind)
        assert (policy["NoticeIds"], policy["MonitorType"]) == (["notice-1"], "MT_QCE")
        (rule,) = policy["Condition"]["Rules"]
        assert (rule["Operator"], rule["Value"]) == ("ge", str(THRESHOLDS[kind]))
    cloud.writes.clear()
    assert deploy(cloud, environ) == []
    assert cloud.writes == []


def test_throttles_monitor_every_function(cloud: FakeMonitor) -> None:
    deploy(cloud, MYSQL)

    common = {"appid": "1250000000", "namespace": "default", "alias": "live"}
    wanted = [{**common, "function_name": function.name} for function in STAGE.functions]
    assert cloud.objects_of("throttles") == wanted
    assert cloud.named("throttles")["Condition"]["Rules"][0]["MetricName"] == "Throttle"


@pytest.mark.parametrize(
    ("environ", "policy_type", "metrics", "dimensions"),
    [
        (MYSQL, "cdb_detail", ["connection_use_rate", "cpu_use_rate"], {"uInstanceId": "cdb-1"}),
        (
            TDSQL_C,
            "CYNOSDB_MYSQL",
            ["Connectionuserate", "Cpuuserate"],
            {
                "appid": "1250000000",
                "clusterid": "cynosdbmysql-1",
                "instanceid": "cynosdbmysql-ins-1",
                "insttype": "rw",
            },
        ),
    ],
    ids=["mysql", "tdsql-c"],
)
def test_the_database_is_monitored_by_its_product(
    cloud: FakeMonitor,
    environ: Mapping[str, str],
    policy_type: str,
    metrics: list[str],
    dimensions: dict[str, str],
) -> None:
    deploy(cloud, environ)

    for kind, metric in zip(("database-connections", "database-capacity"), metrics, strict=True):
        assert cloud.named(kind)["Namespace"] == policy_type
        assert cloud.named(kind)["Condition"]["Rules"][0]["MetricName"] == metric
        assert cloud.objects_of(kind) == [dimensions]


def test_a_plan_creates_nothing(cloud: FakeMonitor) -> None:
    planned = list(monitor_changes(monitoring_of(MYSQL), "chat-prod", TencentApi(cloud, models)))

    assert len(planned) == len(KINDS)
    assert (cloud.policies, cloud.writes) == ({}, [])


def test_a_changed_policy_is_restored(cloud: FakeMonitor) -> None:
    deploy(cloud, MYSQL)
    cloud.named("throttles")["Condition"]["Rules"][0]["Value"] = "100"
    cloud.named("database-capacity")["NoticeIds"] = ["notice-2"]
    before = set(cloud.policies)

    assert deploy(cloud, MYSQL) == [
        "update alarm policy chat-prod-throttles",
        "change who is notified by alarm policy chat-prod-database-capacity",
    ]
    assert cloud.named("throttles")["Condition"]["Rules"][0]["Value"] == "1"
    assert cloud.named("database-capacity")["NoticeIds"] == ["notice-1"]
    assert set(cloud.policies) == before
    assert deploy(cloud, MYSQL) == []


def test_a_deploy_interrupted_before_binding_a_policy_can_be_repeated(cloud: FakeMonitor) -> None:
    deploy(cloud, MYSQL)
    cloud.bound[cloud.named("throttles")["PolicyId"]].clear()

    assert deploy(cloud, MYSQL) == [
        "bind chat-prod-chat_stream, chat-prod-user to alarm policy chat-prod-throttles",
    ]
    assert len(cloud.objects_of("throttles")) == 2


def test_a_new_function_is_bound_and_a_removed_one_unbound(cloud: FakeMonitor) -> None:
    deploy(cloud, MYSQL)
    stage = stage_with("user", "turn")

    done = deploy(cloud, {**MYSQL, "MONITOR_DATABASE_ID": "cdb-2"}, stage)

    assert "bind chat-prod-turn to alarm policy chat-prod-throttles" in done
    assert [one["function_name"] for one in cloud.objects_of("throttles")] == ["chat-prod-user", "chat-prod-turn"]
    # The old database's alarms would stay otherwise.
    assert cloud.objects_of("database-connections") == [{"uInstanceId": "cdb-2"}]
    assert deploy(cloud, {**MYSQL, "MONITOR_DATABASE_ID": "cdb-2"}, stage) == []


def test_a_database_of_another_product_gets_new_policies(cloud: FakeMonitor) -> None:
    deploy(cloud, MYSQL)

    done = deploy(cloud, TDSQL_C)

    assert done == [
        f"{step} alarm policy chat-prod-{alarm.kind}" for alarm in DATABASE_ALARMS for step in ("delete", "create")
    ]
    assert cloud.named("database-connections")["Namespace"] == "CYNOSDB_MYSQL"
    assert len(cloud.policies) == len(KINDS)


def test_a_missing_metric_is_named_before_anything_is_created(cloud: FakeMonitor) -> None:
    cloud.metrics = {**cloud.metrics, "SCF_ALIAS": ["Invocation", "Limited"]}

    with pytest.raises(
        DeployFailed, match="chat-prod-throttles: SCF_ALIAS has no metric Throttle, but Invocation, Limited"
    ):
        deploy(cloud, MYSQL)
    assert cloud.policies == {}


def test_policies_are_removed_with_the_stage_except_one_of_a_similar_name(cloud: FakeMonitor) -> None:
    deploy(cloud, MYSQL)
    cloud.policies["mine"] = {"PolicyName": "chat-prod-throttles-of-mine", "PolicyId": "mine"}

    for change in monitor_removals("chat-prod", TencentApi(cloud, models)):
        change.apply()

    assert cloud.policies.keys() == {"mine"}
    assert list(monitor_removals("chat-prod", TencentApi(cloud, models))) == []


def test_without_a_database_only_the_functions_are_monitored(cloud: FakeMonitor) -> None:
    assert deploy(cloud, {"MONITOR_NOTICE_ID": "notice-1"}) == ["create alarm policy chat-prod-throttles"]


def test_the_monitoring_is_configured_by_the_operator() -> None:
    assert read_monitoring(STAGE, {}) is None
    assert read_monitoring(STAGE, {**MYSQL, "MONITOR_NOTICE_ID": ""}) is None
    with pytest.raises(InvalidStage, match="MONITOR_DATABASE_CLUSTER_ID"):
        read_monitoring(STAGE, {name: TDSQL_C[name] for name in ("MONITOR_NOTICE_ID", "MONITOR_DATABASE_ID")})
    with pytest.raises(InvalidStage, match="MONITOR_DATABASE_ID"):
        read_monitoring(STAGE, {**MYSQL, "MONITOR_DATABASE_ID": "crs-1"})
    with pytest.raises(InvalidStage, match="ap-elsewhere"):
        read_monitoring(stage_with(region="ap-elsewhere"), MYSQL)


@pytest.fixture
def command_line(monkeypatch: pytest.MonkeyPatch, cloud: FakeMonitor) -> None:
    """The deploy's commands, with only Cloud Monitor to change."""
    for name in ("MONITOR_NOTICE_ID", "MONITOR_DATABASE_ID", "CLS_TOPIC_ID"):
        monkeypatch.delenv(name, raising=False)
    # With a release, no layers are built.
    monkeypatch.setenv("RELEASE", "release")
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", "id")
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", "key")
    monkeypatch.setattr(command, "read_stage", lambda _name, _environ: STAGE)
    monkeypatch.setattr(command, "changes", lambda *_: iter(()))
    monkeypatch.setattr(command, "removals", lambda *_: iter(()))
    monkeypatch.setattr(command, "monitor_api", lambda _credential, _region: TencentApi(cloud, models))
    monkeypatch.setattr("builtins.input", lambda _question: "prod")


@pytest.mark.usefixtures("command_line")
def test_the_commands_create_and_remove_policies_with_a_notification_template(
    monkeypatch: pytest.MonkeyPatch, cloud: FakeMonitor, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["deploy", "--stage", "prod"]) == 0
    assert cloud.actions == set()

    monkeypatch.setenv("MONITOR_NOTICE_ID", "notice-1")
    assert command.main(["plan", "--stage", "prod"]) == 0
    assert "create alarm policy chat-prod-throttles\n1 changes" in capsys.readouterr().out
    assert cloud.policies == {}

    assert command.main(["deploy", "--stage", "prod"]) == 0
    assert len(cloud.policies) == 1
    assert command.main(["remove", "--stage", "prod"]) == 0
    assert cloud.policies == {}


def test_the_guide_lists_each_permission_of_a_deploy(cloud: FakeMonitor) -> None:
    deploy(cloud, MYSQL)
    cloud.named("throttles")["NoticeIds"] = []
    cloud.named("throttles")["Condition"]["Rules"][0]["Value"] = "100"
    deploy(cloud, {**MYSQL, "MONITOR_DATABASE_ID": "cdb-2"}, stage_with("turn"))
    for change in monitor_removals("chat-prod", TencentApi(cloud, models)):
        change.apply()

    guide = (ROOT / "infra/README.md").read_text(encoding="utf-8")
    assert len(cloud.actions) == 9
    assert set(re.findall(r"`monitor:(\w+)`", guide)) == cloud.actions


def test_each_monitor_alarm_has_an_entry_in_the_runbook() -> None:
    guide = (ROOT / "infra/README.md").read_text(encoding="utf-8")
    made = guide.partition("\n## Runbook\n")[2].partition("\n### ")[0].partition("On Tencent Cloud")[2]
    in_cls, _, in_monitor = made.partition("(`CLS_ALARM_NOTICE_ID`)")
    assert re.findall(r"`([a-z-]+)`", in_cls) == [alarm.kind for alarm in LOG_ALARMS]
    assert re.findall(r"`([a-z-]+)`", in_monitor) == KINDS
    for kind in KINDS:
        assert f"\n### {kind}\n" in guide
