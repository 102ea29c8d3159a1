"""What `serverless package` makes for the cloud, without an account and without a network."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.support.stack import ROOT

FUNCTIONS = ("user", "model_config", "conversation", "chat", "chat_stream")
SECRETS = ("DATABASE_URL", "JWT_KEYS", "API_KEY_ENCRYPTION_KEYS", "OBJECT_STORE_SECRET_ACCESS_KEY")


@dataclass
class Package:
    folder: Path

    @property
    def template_file(self) -> Path:
        return self.folder / "cloudformation-template-update-stack.json"

    @property
    def resources(self) -> dict[str, Any]:
        resources: dict[str, Any] = json.loads(self.template_file.read_text())["Resources"]
        return resources

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [item["Properties"] for item in self.resources.values() if item["Type"] == kind]

    def function(self, name: str) -> dict[str, Any]:
        named = [item for item in self.of_type("AWS::Lambda::Function") if item["FunctionName"].endswith(f"-{name}")]
        assert len(named) == 1
        return named[0]

    def files(self, archive: str) -> list[str]:
        with ZipFile(self.folder / f"{archive}.zip") as content:
            return content.namelist()


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    folder = tmp_path_factory.mktemp("package")
    # Nothing of the caller's: no cloud credentials, no settings.
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    subprocess.run(
        [ROOT / "node_modules/.bin/serverless", "package", "--stage", "prod", "--package", folder],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        check=True,
        capture_output=True,
    )
    return Package(folder)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_archive_holds_the_functions_own_folder_and_nothing_else(package: Package, function: str) -> None:
    files = package.files(function)

    assert any(name.endswith(("handler.py", "run.sh")) for name in files)
    assert all(name.startswith(f"functions/{function}/") for name in files)
    assert not any("__pycache__" in name for name in files)


def test_the_layer_holds_the_shared_code(package: Package) -> None:
    files = package.files("shared")

    assert "shared/config.py" in files
    assert all(name.startswith("shared/") for name in files)


def test_the_start_command_is_executable_in_its_archive(package: Package) -> None:
    with ZipFile(package.folder / "chat_stream.zip") as content:
        mode = content.getinfo("functions/chat_stream/run.sh").external_attr >> 16

    assert mode & 0o111 == 0o111


def test_the_streaming_function_streams_for_as_long_as_it_may_run(package: Package) -> None:
    function = package.function("chat_stream")
    streamed = [
        method["Integration"]
        for method in package.of_type("AWS::ApiGateway::Method")
        if method["Integration"].get("ResponseTransferMode") == "STREAM"
    ]

    assert len(streamed) == 5
    assert {item["TimeoutInMillis"] for item in streamed} == {function["Timeout"] * 1000}
    assert all("ChatUnderscorestream" in json.dumps(item["Uri"]) for item in streamed)
    assert function["Environment"]["Variables"]["AWS_LAMBDA_EXEC_WRAPPER"] == "/opt/bootstrap"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_its_own_limits_and_its_secrets_by_reference(package: Package, function: str) -> None:
    properties = package.function(function)
    variables = properties["Environment"]["Variables"]

    assert properties["MemorySize"] >= 512
    assert properties["Timeout"] <= (900 if function == "chat_stream" else 29)
    assert variables["STAGE"] == "prod"
    present = [name for name in SECRETS if name in variables]
    assert {"DATABASE_URL", "JWT_KEYS"} <= set(present)
    assert all(variables[name].startswith("{{resolve:secretsmanager:chat/prod:") for name in present)
    assert len(json.dumps(variables)) < 4096


def test_the_template_is_valid(package: Package) -> None:
    # W3005: serverless writes dependencies that CloudFormation would find by itself.
    checked = subprocess.run(
        ["cfn-lint", "--ignore-checks", "W3005", "--template", package.template_file], capture_output=True, text=True
    )

    assert checked.returncode == 0, checked.stdout
