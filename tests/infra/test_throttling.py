"""Throttling of the REST API's stage, set by `serverless deploy` (infra/aws/throttling_plugin.cjs) on moto."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.support.aws import aws_server
from tests.support.aws_package import run_serverless
from tests.support.stack import ROOT

SERVICE: dict[str, Any] = {
    "service": "chat",
    "plugins": ["./throttling_plugin.cjs"],
    "provider": {
        "name": "aws",
        "runtime": "python3.13",
        "region": "us-east-1",
        "deploymentMethod": "direct",
        "versionFunctions": False,
        # serverless would create a bucket with a policy, which moto's CloudFormation does not support.
        "deploymentBucket": {"name": "deployments"},
    },
    "functions": {"user": {"handler": "user.handler", "events": [{"http": "ANY /user"}]}},
}
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with aws_server() as url:
        boto3.client("s3", endpoint_url=url).create_bucket(Bucket="deployments")
        yield url


@pytest.fixture
def service(tmp_path: Path) -> Path:
    """A service of one function, whose REST API the plugin throttles."""
    (tmp_path / "throttling_plugin.cjs").symlink_to(ROOT / "infra/aws/throttling_plugin.cjs")
    return tmp_path


def deploy(service: Path, aws: str, release: str, *, rate: int, burst: int) -> None:
    throttling = {"ratePerSecond": rate, "burst": burst}
    (service / "serverless.json").write_text(json.dumps({**SERVICE, "custom": {"throttling": throttling}}))
    (service / "user.py").write_text(f"RELEASE = {release!r}\n")
    done = run_serverless(
        [ROOT / "node_modules/.bin/serverless", "deploy", "--stage", "prod"],
        cwd=service,
        env={"PATH": os.environ["PATH"], "HOME": str(service), "AWS_ENDPOINT_URL": aws, **CREDENTIALS},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def stage_of(aws: str) -> dict[str, Any]:
    gateway = boto3.client("apigateway", endpoint_url=aws)
    (api,) = gateway.get_rest_apis()["items"]
    stage: dict[str, Any] = gateway.get_stage(restApiId=api["id"], stageName="prod")
    return stage


def limits_of(stage: dict[str, Any]) -> tuple[float, int]:
    every_method = stage["methodSettings"]["*/*"]
    return every_method["throttlingRateLimit"], every_method["throttlingBurstLimit"]


def test_every_deploy_sets_the_rate_and_the_burst_of_the_stage(service: Path, aws: str) -> None:
    deploy(service, aws, "first", rate=100, burst=200)
    first = stage_of(aws)
    deploy(service, aws, "second", rate=50, burst=80)
    second = stage_of(aws)

    assert limits_of(first) == (100, 200)
    assert limits_of(second) == (50, 80)
    assert first["deploymentId"] != second["deploymentId"]
