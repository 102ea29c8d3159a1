"""A deployed stage, reached from the operator's machine through its cloud's API: its maintenance function, which has
access to the database, and the releases of its functions."""

import json
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from infra.deployment import KEPT_RELEASES, DeployFailed, InvalidStage, required

ALIAS = "live"
# A function's longest run in seconds.
_RUN_SECONDS = 900
_POLL_SECONDS = 3


@dataclass(frozen=True)
class Version:
    """A published version of a function. `created`: as the cloud writes it, sortable as text."""

    number: str
    release: str
    created: str


class Stage(Protocol):
    """Every method raises DeployFailed."""

    def call(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """Invoke the maintenance function once and return its answer, for tasks of seconds."""

    def run(self, event: Mapping[str, Any]) -> None:
        """Start a task of minutes once, and poll until it has ended."""

    def functions(self) -> Sequence[str]: ...

    def versions(self, function: str) -> Sequence[Version]: ...

    def live(self, function: str) -> str:
        """The number of the version that callers reach."""

    def move(self, function: str, version: Version) -> None:
        """Move the alias: callers reach this version from their next request."""


def open_stage(name: str, cloud: str) -> Stage:
    """The stage, with credentials and the region from the environment. Raises InvalidStage."""
    if cloud == "tencent":
        from tencentcloud.scf.v20180416.scf_client import ScfClient

        from infra.tencent.credentials import deployer
        from infra.tencent.scf import Scf

        region = required(os.environ, "TENCENT_REGION")
        return TencentStage(name, Scf(ScfClient(deployer(os.environ), region)))
    import boto3

    try:
        region = os.environ.get("AWS_REGION") or required(os.environ, "AWS_DEFAULT_REGION")
    except InvalidStage:
        raise InvalidStage("AWS_REGION must be in the environment") from None
    return AwsStage(name, region, boto3.client)


class AwsStage:
    def __init__(
        self, name: str, region: str, client: Callable[..., Any], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """`client`: boto3.client, or one with an emulator's address."""
        from botocore.config import Config

        # One attempt: a repeated invocation would start the task twice.
        once = Config(retries={"total_max_attempts": 1}, read_timeout=_RUN_SECONDS + 10)
        self._prefix = f"chat-{name}"
        self._function = f"{self._prefix}-maintenance"
        self._invoker = client("lambda", region_name=region, config=once)
        self._lambda = client("lambda", region_name=region)
        self._logs = client("logs", region_name=region)
        self._stacks = client("cloudformation", region_name=region)
        self._sleep = sleep

    def call(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = self._invoke("RequestResponse", event)
        if "FunctionError" in answer:
            raise DeployFailed(f"{self._function} failed: see its log, /aws/lambda/{self._function}")
        payload: Mapping[str, Any] = json.loads(answer["Payload"].read())
        return payload

    def run(self, event: Mapping[str, Any]) -> None:
        started = int(time.time() * 1000)
        request_id = self._invoke("Event", event)["ResponseMetadata"]["RequestId"]
        for _ in range(_RUN_SECONDS // _POLL_SECONDS):
            lines = self._lines(request_id, started)
            # Our own line, then the platform's last one: https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
            if any(_is_done(line) for line in lines):
                return
            if any(line.startswith("REPORT ") for line in lines):
                raise DeployFailed(f"request {request_id} failed: see its lines in /aws/lambda/{self._function}")
            self._sleep(_POLL_SECONDS)
        raise DeployFailed(f"request {request_id} has not ended")

    def functions(self) -> Sequence[str]:
        names = []
        pages = self._stacks.get_paginator("list_stack_resources").paginate(StackName=self._prefix)
        for page in _checked(f"stack {self._prefix}", lambda: list(pages)):
            for resource in page["StackResourceSummaries"]:
                if resource["ResourceType"] == "AWS::Lambda::Function":
                    names.append(resource["PhysicalResourceId"])
        return sorted(names)

    def versions(self, function: str) -> Sequence[Version]:
        found = self._pages("list_versions_by_function", "Versions", FunctionName=function)
        return [
            Version(one["Version"], one.get("Description", ""), one["LastModified"])
            for one in found
            if one["Version"] != "$LATEST"
        ]

    def live(self, function: str) -> str:
        alias = _checked(function, lambda: self._lambda.get_alias(FunctionName=function, Name=ALIAS))
        return str(alias["FunctionVersion"])

    def move(self, function: str, version: Version) -> None:
        arguments = {"FunctionName": function, "Name": ALIAS, "FunctionVersion": version.number}
        _checked(function, lambda: self._lambda.update_alias(**arguments))

    def delete_old_versions(self) -> Sequence[str]:
        """Delete the functions' versions that are neither among the newest nor of an alias, and the versions of their
        layers that no remaining version uses; returns what was deleted. Idempotent.

        CloudFormation retains both, because running streams, a rollback and a failed deploy need them.
        """
        deleted, used, layers = [], set(), set()
        for function in self.functions():
            versions = self._pages("list_versions_by_function", "Versions", FunctionName=function)
            aliases = self._pages("list_aliases", "Aliases", FunctionName=function)
            numbers = [found["Version"] for found in versions if found["Version"] != "$LATEST"]
            newest = sorted(numbers, key=int, reverse=True)[:KEPT_RELEASES]
            kept = {"$LATEST", *newest, *(alias["FunctionVersion"] for alias in aliases)}
            for found in versions:
                arns = {layer["Arn"] for layer in found.get("Layers", ())}
                layers |= {arn.split(":")[6] for arn in arns}
                if found["Version"] in kept:
                    used |= arns
                else:
                    self._delete("delete_function", FunctionName=function, Qualifier=found["Version"])
                    deleted.append(f"{function} version {found['Version']}")
        # Not the layer of the Lambda Web Adapter, which is another account's.
        for layer in sorted(name for name in layers if name.startswith(f"{self._prefix}-")):
            for found in self._pages("list_layer_versions", "LayerVersions", LayerName=layer):
                if found["LayerVersionArn"] not in used:
                    self._delete("delete_layer_version", LayerName=layer, VersionNumber=found["Version"])
                    deleted.append(f"{layer} version {found['Version']}")
        return deleted

    def _pages(self, action: str, field: str, **arguments: str) -> Sequence[Any]:
        pages = self._lambda.get_paginator(action).paginate(**arguments)
        return [
            found for page in _checked(next(iter(arguments.values())), lambda: list(pages)) for found in page[field]
        ]

    def _delete(self, action: str, **arguments: Any) -> None:
        _checked(next(iter(arguments.values())), lambda: getattr(self._lambda, action)(**arguments))

    def _invoke(self, invocation_type: str, event: Mapping[str, Any]) -> Any:
        return _checked(
            self._function,
            lambda: self._invoker.invoke(
                FunctionName=self._function,
                Qualifier=ALIAS,
                InvocationType=invocation_type,
                Payload=json.dumps(event).encode(),
            ),
        )

    def _lines(self, request_id: str, since: int) -> Sequence[str]:
        """The log lines that name the request. `since`: in milliseconds since 1970."""
        group = f"/aws/lambda/{self._function}"
        pages = self._logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=since, filterPattern=f'"{request_id}"'
        )
        return [event["message"] for page in _checked(group, lambda: list(pages)) for event in page["events"]]


class TencentStage:
    def __init__(self, name: str, scf: Any) -> None:
        """`scf`: infra.tencent.scf.Scf."""
        self._prefix = f"chat-{name}"
        self._function = f"{self._prefix}-maintenance"
        self._scf = scf

    def call(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = self._scf.call(
            "Invoke",
            self._function,
            FunctionName=self._function,
            Qualifier=ALIAS,
            InvocationType="RequestResponse",
            ClientContext=json.dumps(event),
        )
        if answer.Result.ErrMsg:
            raise DeployFailed(f"{self._function} failed: see its log")
        returned: Mapping[str, Any] = json.loads(answer.Result.RetMsg)
        return returned

    def run(self, event: Mapping[str, Any]) -> None:
        self._scf.run(self._function, ALIAS, event)

    def functions(self) -> Sequence[str]:
        listed = self._scf.call("ListFunctions", self._prefix, SearchKey=f"{self._prefix}-", Limit=100)
        names = (found.FunctionName for found in listed.Functions or [])
        # The search also finds names that contain the text elsewhere, and those of a stage like `prod-eu`.
        return sorted(name for name in names if re.fullmatch(rf"{re.escape(self._prefix)}-[a-z_]+", name))

    def versions(self, function: str) -> Sequence[Version]:
        listed = self._scf.call("ListVersionByFunction", function, FunctionName=function, Limit=100)
        return [
            Version(found.Version, found.Description or "", found.AddTime or "")
            for found in listed.Versions or []
            if found.Version.isdigit()
        ]

    def live(self, function: str) -> str:
        alias = self._scf.call("GetAlias", function, FunctionName=function, Name=ALIAS)
        if alias is None:
            raise DeployFailed(f"{function} has no alias {ALIAS}: deploy the stage first")
        return str(alias.FunctionVersion)

    def move(self, function: str, version: Version) -> None:
        self._scf.call(
            "UpdateAlias",
            function,
            FunctionName=function,
            Name=ALIAS,
            FunctionVersion=version.number,
            Description=version.release,
        )


@dataclass(frozen=True)
class Release:
    id: str
    created: str
    is_live: bool


def releases(stage: Stage) -> Sequence[Release]:
    """The releases of which every function has a version, newest first. Raises DeployFailed."""
    versions = {function: stage.versions(function) for function in stage.functions()}
    live = {function: stage.live(function) for function in versions}
    created: dict[str, str] = {}
    for found in versions.values():
        for version in found:
            created[version.release] = max(created.get(version.release, ""), version.created)
    complete = [
        Release(
            release,
            when,
            all(_newest(found, release).number == live[function] for function, found in versions.items()),
        )
        for release, when in created.items()
        if all(any(version.release == release for version in found) for found in versions.values())
    ]
    return sorted(complete, key=lambda release: release.created, reverse=True)


def rollback(stage: Stage, release: str) -> Sequence[str]:
    """Move every alias to its version of the release; returns the functions whose alias has moved. Idempotent.

    Raises DeployFailed, before any alias has moved, when a function has no version of it.
    """
    targets = {}
    for function in stage.functions():
        found = [version for version in stage.versions(function) if version.release == release]
        if not found:
            raise DeployFailed(f"{function} has no version of the release {release}")
        targets[function] = _newest(found, release)
    moved = []
    for function, version in targets.items():
        if stage.live(function) != version.number:
            stage.move(function, version)
            moved.append(function)
    return moved


def _is_done(line: str) -> bool:
    return line.startswith("{") and json.loads(line).get("message") == "task done"


def _newest(versions: Sequence[Version], release: str) -> Version:
    return max((one for one in versions if one.release == release), key=lambda one: int(one.number))


def _checked(about: str, call: Callable[[], Any]) -> Any:
    """The result of a call of an SDK of AWS. Raises DeployFailed with the resource and the error's code."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return call()
    except ClientError as error:
        raise DeployFailed(f"{about}: {error.response['Error']['Code']}") from error
    except BotoCoreError as error:
        raise DeployFailed(f"{about}: {type(error).__name__}") from error
