"""CLS: the log index and the alarms of a deploy, with a fake of its API."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from tencentcloud.cls.v20201016 import models
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from infra.deployment import InvalidStage
from infra.tencent.api import TencentApi
from infra.tencent.logs import ALARMS, LogTopic, log_changes, log_removals, read_log_topic
from shared.metrics import UNITS
from tests.support.stack import ROOT
from tests.support.tencent import ApiDescription

API = ApiDescription("cls", "v20201016")
TOPIC = LogTopic("logset-1", "topic-1", "notice-1")


class FakeCls:
    """CLS's API in memory: one topic, its index, and alarms."""

    def __init__(self) -> None:
        self.rule: dict[str, Any] | None = None
        self.alarms: dict[str, dict[str, Any]] = {}
        self.writes: list[str] = []

    def __getattr__(self, action: str) -> Any:
        def call(request: Any) -> Any:
            body = request._serialize()  # In the form that the SDK's client sends.
            API.check_required(f"{action}Request", body)
            if not action.startswith("Describe"):
                self.writes.append(action)
            return getattr(self, re.sub("([A-Z])", r"_\1", action).lower())(body)

        return call

    @property
    def fields(self) -> dict[str, dict[str, Any]]:
        assert self.rule is not None
        return {pair["Key"]: pair["Value"] for pair in self.rule["KeyValue"]["KeyValues"]}

    def _describe_index(self, _body: dict[str, Any]) -> Any:
        if self.rule is None:
            raise TencentCloudSDKException("ResourceNotFound.IndexNotExist", "none")
        answer = models.DescribeIndexResponse()
        answer._deserialize({"Rule": self.rule, "RequestId": "r"})
        return answer

    def _create_index(self, body: dict[str, Any]) -> Any:
        assert self.rule is None
        self.rule = body["Rule"]

    def _modify_index(self, body: dict[str, Any]) -> Any:
        self.rule = body["Rule"]

    def _describe_alarms(self, body: dict[str, Any]) -> Any:
        (wanted,) = body["Filters"][0]["Values"]
        found = [alarm for name, alarm in self.alarms.items() if wanted in name]
        answer = models.DescribeAlarmsResponse()
        # The API returns additional fields.
        answer._deserialize({"Alarms": [{**alarm, "Status": True, "Tags": []} for alarm in found], "RequestId": "r"})
        return answer

    def _create_alarm(self, body: dict[str, Any]) -> Any:
        self.alarms[body["Name"]] = {**body, "AlarmId": f"id of {body['Name']}"}
        return SimpleNamespace(AlarmId="new")

    def _modify_alarm(self, body: dict[str, Any]) -> Any:
        assert self.alarms[body["Name"]]["AlarmId"] == body["AlarmId"]
        self.alarms[body["Name"]] = body

    def _delete_alarm(self, body: dict[str, Any]) -> Any:
        self.alarms = {name: alarm for name, alarm in self.alarms.items() if alarm["AlarmId"] != body["AlarmId"]}


@pytest.fixture
def cls() -> FakeCls:
    return FakeCls()


def deploy(cls: FakeCls, topic: LogTopic = TOPIC) -> list[str]:
    done = []
    for change in log_changes(topic, "chat-prod", TencentApi(cls, models)):
        change.apply()
        done.append(change.what)
    return done


def test_a_deploy_makes_the_index_and_the_alarms_and_a_second_changes_nothing(cls: FakeCls) -> None:
    done = deploy(cls)

    assert len(done) == 1 + len(ALARMS)
    assert cls.alarms.keys() == {f"chat-prod-{alarm.kind}" for alarm in ALARMS}
    stuck = cls.alarms["chat-prod-stuck-turns"]
    assert (stuck["AlarmTargets"][0]["TopicId"], stuck["AlarmNoticeIds"]) == ("topic-1", ["notice-1"])
    assert deploy(cls) == []


def test_fields_of_alarms_and_charts_are_in_the_index(cls: FakeCls) -> None:
    deploy(cls)

    assert all(cls.fields[name] == {"Type": "long", "SqlFlag": True} for name in UNITS)
    for alarm in ALARMS:
        names = set(re.findall(r"\b([a-zA-Z]\w*):", alarm.query)) | set(re.findall(r"\((\w+)[,)]", alarm.query))
        assert names
        assert names <= cls.fields.keys(), alarm.kind


def test_an_existing_index_keeps_its_fields(cls: FakeCls) -> None:
    own = {"Key": "turns", "Value": {"Type": "double", "SqlFlag": True}}
    cls.rule = {"KeyValue": {"CaseSensitive": True, "KeyValues": [own]}}

    deploy(cls)

    assert cls.writes[0] == "ModifyIndex"
    assert cls.fields["turns"]["Type"] == "double"
    assert cls.fields["first_token_ms"]["Type"] == "long"
    assert cls.rule["KeyValue"]["CaseSensitive"] is True


def test_a_changed_alarm_is_restored_and_one_of_a_similar_name_is_not_touched(cls: FakeCls) -> None:
    deploy(cls)
    cls.alarms["chat-prod-errors"]["Condition"] = "$1.n >= 100"
    cls.alarms["chat-prod-errors-of-mine"] = {"Name": "chat-prod-errors-of-mine", "AlarmId": "mine"}

    assert deploy(cls) == ["update alarm chat-prod-errors"]
    assert cls.alarms["chat-prod-errors"]["Condition"] == "$1.n >= 1"
    for change in log_removals("chat-prod", TencentApi(cls, models)):
        change.apply()
    assert cls.alarms.keys() == {"chat-prod-errors-of-mine"}


def test_without_a_notification_group_there_are_no_alarms(cls: FakeCls) -> None:
    deploy(cls, LogTopic("logset-1", "topic-1", None))

    assert cls.fields
    assert cls.alarms == {}


def test_the_topic_is_the_operators_choice() -> None:
    given = {"CLS_TOPIC_ID": "topic-1", "CLS_LOGSET_ID": "logset-1", "CLS_ALARM_NOTICE_ID": "notice-1"}

    assert read_log_topic(given) == TOPIC
    assert read_log_topic({}) is None
    with pytest.raises(InvalidStage, match="CLS_LOGSET_ID"):
        read_log_topic({"CLS_TOPIC_ID": "topic-1"})


def test_each_alarm_has_an_entry_in_the_runbook() -> None:
    guide = (ROOT / "infra/README.md").read_text(encoding="utf-8")
    for alarm in ALARMS:
        assert f"\n### {alarm.kind}\n" in guide
