"""The CloudFormation template and archives of `serverless package`, made without an account or network."""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from layers.build import TARGETS, build
from tests.support.stack import ROOT


@dataclass
class Package:
    folder: Path

    @property
    def template_file(self) -> Path:
        return self.folder / "cloudformation-template-update-stack.json"

    @cached_property
    def resources(self) -> dict[str, Any]:
        resources: dict[str, Any] = json.loads(self.template_file.read_text())["Resources"]
        return resources

    @cached_property
    def outputs(self) -> dict[str, Any]:
        outputs: dict[str, Any] = json.loads(self.template_file.read_text())["Outputs"]
        return outputs

    @property
    def types(self) -> set[str]:
        return {item["Type"] for item in self.resources.values()}

    def waits_for(self, resource: str) -> set[str]:
        """The resources that CloudFormation creates or changes before this one."""
        waits: set[str] = set()
        next_ones = {resource}
        while next_ones:
            next_ones = {found for one in next_ones for found in self._named_in(one)} - waits
            waits |= next_ones
        return waits

    def _named_in(self, resource: str) -> set[str]:
        body = self.resources[resource]
        depends_on = body.get("DependsOn", [])
        names = {depends_on} if isinstance(depends_on, str) else set(depends_on)
        text = json.dumps(body)
        names |= set(re.findall(r'"Ref": "(\w+)"', text)) | set(re.findall(r'"Fn::GetAtt": \["(\w+)"', text))
        names |= {name.partition(".")[0] for name in re.findall(r"\$\{([\w.]+)\}", text)}
        return names & self.resources.keys()

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [item["Properties"] for item in self.resources.values() if item["Type"] == kind]

    def function(self, name: str) -> dict[str, Any]:
        named = [item for item in self.of_type("AWS::Lambda::Function") if item["FunctionName"].endswith(f"-{name}")]
        assert len(named) == 1
        return named[0]

    def permissions(self, name: str) -> dict[str, list[str]]:
        """Action → the resources for which the function's role allows it, as text."""
        role = self.resources[self.function(name)["Role"]["Fn::GetAtt"][0]]["Properties"]
        allowed: dict[str, list[str]] = {}
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                for action in statement["Action"]:
                    allowed.setdefault(action, []).extend(json.dumps(item) for item in statement["Resource"])
        return allowed

    def files(self, archive: str) -> list[str]:
        with ZipFile(self.folder / f"{archive}.zip") as content:
            return content.namelist()


def run_serverless(command: Sequence[object], **options: Any) -> "subprocess.CompletedProcess[str]":
    """`subprocess.run` of the CLI in the checkout, one at a time: all runs share the folder `.serverless` there, which
    each of them empties, and tests run in parallel processes."""
    lock = Path(tempfile.gettempdir()) / f"serverless-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:16]}.lock"
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        return subprocess.run([str(part) for part in command], **options)


def make_package(folder: Path, **settings: str) -> Package:
    """Package the stage `prod` into `folder`, with these variables of a deploy."""
    for target in TARGETS:
        build(target)
    # Without the caller's environment: no cloud credentials, no settings.
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), **settings}
    done = run_serverless(
        [ROOT / "node_modules/.bin/serverless", "package", "--stage", "prod", "--package", folder],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Package(folder)


def package_of(tmp_path_factory: pytest.TempPathFactory, **settings: str) -> Package:
    """The package with these variables, made once for all processes of a test run, for tests that only read it."""
    base = tmp_path_factory.getbasetemp()
    # The folder of a parallel process is in the folder of the run (pytest-xdist).
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = run / f"package-{hashlib.sha256(repr(sorted(settings.items())).encode()).hexdigest()[:16]}"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = folder.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            make_package(unfinished, **settings).folder.rename(folder)
    return Package(folder)
