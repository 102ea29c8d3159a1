"""Alarms in Cloud Monitor, for states that functions do not log: throttled calls, the load of the database.

Not verified against a real account. Tencent's documents define the policy types and the dimensions of a monitored
object (https://cloud.tencent.com/document/product/248/50397; for SCF and TDSQL-C in an older edition) and the metrics
(https://cloud.tencent.com/document/product/248/37207 of SCF, .../248/6845 of TencentDB for MySQL, .../248/45106 of
TDSQL-C). Assumptions that they do not cover are constants below, marked as assumed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tencentcloud.monitor.v20180724 import models
from tencentcloud.monitor.v20180724.monitor_client import MonitorClient

from infra.deployment import Change, DeployFailed, InvalidStage, required
from infra.tencent.alarms import REPEAT_MINUTES, THRESHOLDS, matches
from infra.tencent.api import TencentApi
from infra.tencent.scf import NAMESPACE
from infra.tencent.service import ALIAS, Stage

# The same in every request: a fixed value, and the monitor type for cloud products.
_MODULE = "monitor"
_MONITOR_TYPE = "MT_QCE"
# Seconds. Every metric is available in this period, as a sum (throttles) or as a maximum (the others).
_PERIOD = 300

# SCF has one policy type for function versions (SCF) and one for aliases, through which every function is called.
# Assumed: its name, and that its dimensions have the alias instead of the version.
_FUNCTIONS_TYPE = "SCF_ALIAS"
_MYSQL_TYPE = "cdb_detail"
_TDSQL_C_TYPE = "CYNOSDB_MYSQL"
# Assumed: the writing instance. The documents have an example of a read-only one, `ro`.
_TDSQL_C_INSTANCE = "rw"
# A policy of a product with projects belongs to one of them. Assumed, since it is not documented: only the databases
# have projects, and are in the account's default project.
_NO_PROJECT, _DEFAULT_PROJECT = -1, 0

# Region names of the alarm API, which are not documented: from Tencent's Terraform provider
# (terraform-provider-tencentcloud, services/monitor/extension_monitor.go, MonitorRegionMap).
_REGIONS = {
    "ap-bangkok": "th",
    "ap-beijing": "bj",
    "ap-chengdu": "cd",
    "ap-chongqing": "cq",
    "ap-guangzhou": "gz",
    "ap-hongkong": "hk",
    "ap-jakarta": "jkt",
    "ap-mumbai": "in",
    "ap-nanjing": "nj",
    "ap-seoul": "kr",
    "ap-shanghai": "sh",
    "ap-shanghai-fsi": "shjr",
    "ap-shenzhen-fsi": "szjr",
    "ap-singapore": "sg",
    "ap-tokyo": "jp",
    "eu-frankfurt": "de",
    "na-ashburn": "use",
    "na-siliconvalley": "usw",
    "na-toronto": "ca",
    "sa-saopaulo": "sao",
}


@dataclass(frozen=True)
class MonitoredObjects:
    """Monitored objects of one policy type. `objects`: id → dimensions in Cloud Monitor."""

    policy_type: str
    project: int
    objects: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Monitoring:
    """The monitored objects, and the notification template in Cloud Monitor (`notice_id`)."""

    notice_id: str
    region: str  # as Cloud Monitor calls it
    functions: MonitoredObjects
    database: MonitoredObjects | None


@dataclass(frozen=True)
class MetricAlarm:
    """Raised when `metric` reached the kind's threshold in each of the last `periods` of five minutes."""

    kind: str  # its entry in the runbook
    metric: str
    periods: int


# As on AWS (infra/aws/alarms.cjs).
FUNCTION_ALARMS = (MetricAlarm("throttles", "Throttle", 1),)
DATABASE_ALARMS = (
    MetricAlarm("database-connections", "ConnectionUseRate", 2),
    MetricAlarm("database-capacity", "CpuUseRate", 3),
)


def read_monitoring(stage: Stage, environ: Mapping[str, str]) -> Monitoring | None:
    """The monitoring from the deploy's environment; None without a notification template. Raises InvalidStage."""
    notice_id = environ.get("MONITOR_NOTICE_ID")
    if not notice_id:
        return None
    if stage.region not in _REGIONS:
        raise InvalidStage(f"what Cloud Monitor calls {stage.region} is not known: see infra/tencent/monitor.py")
    # A bucket's name ends with the account's number.
    account = stage.image_bucket.rpartition("-")[2]
    functions = {function.name: _function_dimensions(account, function.name) for function in stage.functions}
    return Monitoring(
        notice_id,
        _REGIONS[stage.region],
        MonitoredObjects(_FUNCTIONS_TYPE, _NO_PROJECT, functions),
        _database(account, environ),
    )


def _function_dimensions(account: str, name: str) -> Mapping[str, str]:
    return {"appid": account, "function_name": name, "namespace": NAMESPACE, "alias": ALIAS}


def _database(account: str, environ: Mapping[str, str]) -> MonitoredObjects | None:
    instance = environ.get("MONITOR_DATABASE_ID")
    if not instance:
        return None
    if instance.startswith("cdb-"):
        return MonitoredObjects(_MYSQL_TYPE, _DEFAULT_PROJECT, {instance: {"uInstanceId": instance}})
    if instance.startswith("cynosdbmysql-ins-"):
        cluster = required(environ, "MONITOR_DATABASE_CLUSTER_ID")
        dimensions = {
            "appid": account,
            "clusterid": cluster,
            "instanceid": instance,
            "insttype": _TDSQL_C_INSTANCE,
        }
        return MonitoredObjects(_TDSQL_C_TYPE, _DEFAULT_PROJECT, {instance: dimensions})
    raise InvalidStage(
        "MONITOR_DATABASE_ID must be an instance of TencentDB for MySQL (cdb-) or TDSQL-C for MySQL (cynosdbmysql-ins-)"
    )


def monitor_api(credential: Any, region: str) -> TencentApi:
    return TencentApi(MonitorClient(credential, region), models)


def monitor_changes(monitoring: Monitoring, prefix: str, monitor: TencentApi) -> Iterator[Change]:
    """The pending changes, to apply after the functions'. `prefix`: of the names of a stage's policies."""
    for watched, alarms in ((monitoring.functions, FUNCTION_ALARMS), (monitoring.database, DATABASE_ALARMS)):
        if watched is not None:
            for alarm in alarms:
                yield from _Policy(monitoring, watched, alarm, f"{prefix}-{alarm.kind}", monitor).changes()


def monitor_removals(prefix: str, monitor: TencentApi) -> Iterator[Change]:
    """Deletions of the policies and their bindings; the notification template belongs to the operator."""
    for alarm in (*FUNCTION_ALARMS, *DATABASE_ALARMS):
        name = f"{prefix}-{alarm.kind}"
        found = _find_policy(name, monitor)
        if found is not None:
            yield _deletion(name, found, monitor)


class _Policy:
    """The calls that create and change one policy."""

    def __init__(
        self, monitoring: Monitoring, watched: MonitoredObjects, alarm: MetricAlarm, name: str, monitor: TencentApi
    ) -> None:
        self._monitoring = monitoring
        self._watched = watched
        self._alarm = alarm
        self._name = name
        self._monitor = monitor

    def changes(self) -> Iterator[Change]:
        name = self._name
        condition = self._condition()
        found = _find_policy(name, self._monitor)
        if found is not None and found.Namespace.lower() != self._watched.policy_type.lower():
            # The policy type cannot be changed, for example to another kind of database.
            yield _deletion(name, found, self._monitor)
            found = None
        if found is None:
            yield Change(f"create alarm policy {name}", partial(self._create, condition))
            return
        policy = {"PolicyId": found.PolicyId}
        if not matches(json.loads(found.to_json_string()).get("Condition"), condition):
            change = partial(self._call, "ModifyAlarmPolicyCondition", **policy, Condition=condition)
            yield Change(f"update alarm policy {name}", change)
        notice_ids = [self._monitoring.notice_id]
        if found.NoticeIds != notice_ids:
            change = partial(self._call, "ModifyAlarmPolicyNotice", **policy, NoticeIds=notice_ids)
            yield Change(f"change who is notified by alarm policy {name}", change)
        yield from self._binding_changes(found.PolicyId)

    def _create(self, condition: Mapping[str, Any]) -> None:
        created = self._call(
            "CreateAlarmPolicy",
            PolicyName=self._name,
            MonitorType=_MONITOR_TYPE,
            Namespace=self._watched.policy_type,
            ProjectId=self._watched.project,
            Condition=condition,
            NoticeIds=[self._monitoring.notice_id],
        )
        self._bind(created.PolicyId, list(self._watched.objects))

    def _condition(self) -> Mapping[str, Any]:
        rule = {
            "MetricName": self._metric_name(),
            "Period": _PERIOD,
            "Operator": "ge",
            "Value": str(THRESHOLDS[self._alarm.kind]),
            "ContinuePeriod": self._alarm.periods,
            "NoticeFrequency": REPEAT_MINUTES * 60,
            "IsPowerNotice": 0,
        }
        return {"IsUnionRule": 0, "Rules": [rule]}

    def _metric_name(self) -> str:
        """The metric's name in the alarm API, which is spelled differently than in a product's documents
        (`Connectionuserate`, `connection_use_rate`). Raises DeployFailed when it is missing, also in a plan."""
        policy_type = self._watched.policy_type
        answer = self._call("DescribeAlarmMetrics", MonitorType=_MONITOR_TYPE, Namespace=policy_type)
        names = [metric.MetricName for metric in (answer.Metrics if answer else None) or []]
        for name in names:
            if name.replace("_", "").lower() == self._alarm.metric.lower():
                return str(name)
        raise DeployFailed(
            f"{self._name}: {policy_type} has no metric {self._alarm.metric}, but {', '.join(sorted(names)) or 'none'}"
        )

    def _binding_changes(self, policy_id: str) -> Iterator[Change]:
        answer = self._call("DescribeBindingPolicyObjectList", GroupId=0, PolicyId=policy_id, Limit=100)
        bound = (answer.List if answer else None) or []
        # Compared by id only: the returned form of the other dimensions is not documented.
        ids = {one.UniqueId: set(json.loads(one.Dimensions).values()) & set(self._watched.objects) for one in bound}
        missing = sorted(set(self._watched.objects).difference(*ids.values()))
        if missing:
            yield Change(
                f"bind {', '.join(missing)} to alarm policy {self._name}", partial(self._bind, policy_id, missing)
            )
        others = [unique_id for unique_id, wanted in ids.items() if not wanted]
        if others:
            change = partial(self._call, "UnBindingPolicyObject", GroupId=0, PolicyId=policy_id, UniqueId=others)
            yield Change(f"unbind what is not watched any more from alarm policy {self._name}", change)

    def _bind(self, policy_id: str, ids: Sequence[str]) -> None:
        dimensions = [
            {"Region": self._monitoring.region, "Dimensions": json.dumps(self._watched.objects[one])} for one in ids
        ]
        self._call("BindingPolicyObject", PolicyId=policy_id, Dimensions=dimensions)

    def _call(self, action: str, **body: Any) -> Any:
        return self._monitor.call(action, self._name, Module=_MODULE, **body)


def _deletion(name: str, found: Any, monitor: TencentApi) -> Change:
    change = partial(monitor.call, "DeleteAlarmPolicy", name, Module=_MODULE, PolicyIds=[found.PolicyId])
    return Change(f"delete alarm policy {name}", change)


def _find_policy(name: str, monitor: TencentApi) -> Any:
    listed = monitor.call("DescribeAlarmPolicies", name, Module=_MODULE, PolicyName=name, PageSize=100)
    # The filter also matches similar names.
    return next((policy for policy in (listed.Policies if listed else None) or [] if policy.PolicyName == name), None)
