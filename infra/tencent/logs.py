"""Log index and log alarms in CLS (Cloud Log Service), where the functions log.

SCF adds the fields of a JSON log line to its own fields, `SCF_...`
(https://cloud.tencent.com/document/product/583/60336).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from tencentcloud.cls.v20201016 import models
from tencentcloud.cls.v20201016.cls_client import ClsClient

from infra.deployment import Change, required
from infra.tencent.alarms import REPEAT_MINUTES, THRESHOLDS, matches
from infra.tencent.api import TencentApi
from shared.metrics import UNITS

_NUMBERS = (*UNITS, "SCF_StatusCode")
_TEXTS = (
    "level",
    "logger",
    "message",
    "exception",
    "status",
    "error_code",
    "request_id",
    "gateway_request_id",
    "trace_id",
    "provider_request_id",
    "user_id",
    "conversation_id",
    "message_id",
    "SCF_FunctionName",
    "SCF_RequestId",
    "SCF_Type",
)
_TOKENIZER = "@&?|#()='\",;:<>[]{}/ \n\t\r\\"
_MINUTES = 15


@dataclass(frozen=True)
class LogTopic:
    """The log topic of a stage, and its notification group in CLS (`notice_id`; None for no alarms)."""

    logset_id: str
    topic_id: str
    notice_id: str | None


@dataclass(frozen=True)
class Alarm:
    """Raised when the result `n` of `query` over the last 15 minutes reaches `at_least`."""

    kind: str  # its entry in the runbook
    query: str
    at_least: int


# Alarms that also exist on AWS.
_QUERIES = {
    "errors": 'SCF_Type:"Platform" AND SCF_StatusCode:>=400 | SELECT count(*) AS n',
    "gateway-http": 'level:"ERROR" | SELECT count(*) AS n',
    "stuck-turns": "stuck_turns:>0 | SELECT sum(stuck_turns) AS n",
    "slow-first-token": "first_token_ms:>=0 | SELECT approx_percentile(first_token_ms, 0.95) AS n",
}
ALARMS = (
    *(Alarm(kind, query, THRESHOLDS[kind]) for kind, query in _QUERIES.items()),
    # MySQL's ER_CON_COUNT_ERROR. Cloud Monitor watches the number of connections, and throttled calls.
    Alarm("database-connections", 'exception:"Too many connections" | SELECT count(*) AS n', 1),
)


def read_log_topic(environ: Mapping[str, str]) -> LogTopic | None:
    """The log topic from the deploy's environment. Raises InvalidStage."""
    topic_id = environ.get("CLS_TOPIC_ID")
    if not topic_id:
        return None
    return LogTopic(required(environ, "CLS_LOGSET_ID"), topic_id, environ.get("CLS_ALARM_NOTICE_ID") or None)


def cls_api(credential: Any, region: str) -> TencentApi:
    return TencentApi(ClsClient(credential, region), models)


def log_changes(topic: LogTopic, prefix: str, cls: TencentApi) -> Iterator[Change]:
    """The pending changes, to apply after the functions'. `prefix`: of the names of a stage's alarms."""
    yield from _index_changes(topic, cls)
    if topic.notice_id is not None:
        for alarm in ALARMS:
            yield from _alarm_changes(topic, topic.notice_id, prefix, alarm, cls)


def log_removals(prefix: str, cls: TencentApi) -> Iterator[Change]:
    """Deletions of the alarms; the topic and its index belong to the operator."""
    for alarm in ALARMS:
        name = f"{prefix}-{alarm.kind}"
        found = _find_alarm(name, cls)
        if found is not None:
            yield Change(f"delete alarm {name}", partial(cls.call, "DeleteAlarm", name, AlarmId=found.AlarmId))


def _index_changes(topic: LogTopic, cls: TencentApi) -> Iterator[Change]:
    about = f"index of topic {topic.topic_id}"
    found = cls.call("DescribeIndex", about, TopicId=topic.topic_id)
    rule: dict[str, Any] = json.loads(found.Rule.to_json_string()) if found and found.Rule else {}
    pairs = (rule.get("KeyValue") or {}).get("KeyValues") or []
    there = {pair["Key"] for pair in pairs}
    wanted = [pair for pair in _key_values() if pair["Key"] not in there]
    if not wanted:
        return
    # The operator's own fields are not changed.
    rule["KeyValue"] = {"CaseSensitive": False, **(rule.get("KeyValue") or {}), "KeyValues": [*pairs, *wanted]}
    if not found:
        rule["FullText"] = {"CaseSensitive": False, "Tokenizer": _TOKENIZER, "ContainZH": True}
    action = "ModifyIndex" if found else "CreateIndex"
    yield Change(f"add fields to the {about}", partial(cls.call, action, about, TopicId=topic.topic_id, Rule=rule))


def _key_values() -> Iterator[dict[str, Any]]:
    for key in _NUMBERS:
        yield {"Key": key, "Value": {"Type": "long", "SqlFlag": True}}
    for key in _TEXTS:
        yield {"Key": key, "Value": {"Type": "text", "SqlFlag": True, "Tokenizer": _TOKENIZER, "ContainZH": False}}


def _alarm_changes(topic: LogTopic, notice_id: str, prefix: str, alarm: Alarm, cls: TencentApi) -> Iterator[Change]:
    name = f"{prefix}-{alarm.kind}"
    target = {
        "LogsetId": topic.logset_id,
        "TopicId": topic.topic_id,
        "Query": alarm.query,
        "Number": 1,
        "StartTimeOffset": -_MINUTES,
        "EndTimeOffset": 0,
        "SyntaxRule": 1,
    }
    wanted = {
        "Name": name,
        "AlarmTargets": [target],
        "Condition": f"$1.n >= {alarm.at_least}",
        "AlarmNoticeIds": [notice_id],
        "MonitorTime": {"Type": "Period", "Time": 5},
        "TriggerCount": 1,
        "AlarmPeriod": REPEAT_MINUTES,
    }
    found = _find_alarm(name, cls)
    if found is None:
        yield Change(f"create alarm {name}", partial(cls.call, "CreateAlarm", name, **wanted))
        return
    if not matches(json.loads(found.to_json_string()), wanted):
        change = partial(cls.call, "ModifyAlarm", name, AlarmId=found.AlarmId, **wanted)
        yield Change(f"update alarm {name}", change)


def _find_alarm(name: str, cls: TencentApi) -> Any:
    listed = cls.call("DescribeAlarms", name, Filters=[{"Key": "name", "Values": [name]}], Limit=100)
    # The filter also matches names that contain this one.
    return next((alarm for alarm in (listed.Alarms if listed else None) or [] if alarm.Name == name), None)
