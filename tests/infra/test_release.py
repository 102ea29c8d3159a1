"""Release artifacts, and the workflows that build and promote them."""

import io
import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from infra.deployment import InvalidStage
from infra.release import build_functions
from infra.tencent.service import archives, read_service, stage_of
from layers.build import TARGETS, build
from tests.infra.test_tencent import ENVIRON
from tests.support.aws_package import run_serverless
from tests.support.stack import ROOT

WORKFLOWS = ROOT / ".github/workflows"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The functions of a release, marked to distinguish them from a build of the checkout."""
    for target in TARGETS:
        build(target)
    folder = tmp_path_factory.mktemp("work") / "release"
    build_functions(folder)
    return folder


@pytest.fixture(scope="module")
def service() -> Mapping[str, Any]:
    return read_service("prod", {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **ENVIRON})


def serverless_package(folder: Path, release: Path) -> "subprocess.CompletedProcess[str]":
    return run_serverless(
        [ROOT / "node_modules/.bin/serverless", "package", "--stage", "prod", "--package", folder],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "RELEASE": str(release)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def test_a_release_has_every_function_of_both_clouds_and_no_stage_settings(
    release: Path, service: Mapping[str, Any]
) -> None:
    aws = {file.stem for file in (release / "aws").glob("*.zip")}
    tencent = {file.stem for file in (release / "tencent").glob("*.zip")}

    assert aws == service["functions"].keys()
    assert tencent == archives(service).keys()
    for file in release.rglob("*.zip"):
        with ZipFile(file) as content:
            assert content.namelist()
            assert not any(b"chat-prod" in content.read(name) for name in content.namelist())


def test_a_deploy_to_tencent_cloud_uses_the_release_unchanged(
    release: Path, service: Mapping[str, Any], tmp_path: Path
) -> None:
    built = stage_of(service, "prod", ENVIRON)
    promoted = stage_of(service, "prod", {**ENVIRON, "RELEASE": str(release)})
    assert promoted == built

    marked = tmp_path / "tencent"
    marked.mkdir()
    for file in (release / "tencent").glob("*.zip"):
        content = io.BytesIO(file.read_bytes())
        with ZipFile(content, "a") as archive:
            archive.writestr("MARK", file.stem)
        (marked / file.name).write_bytes(content.getvalue())
    promoted = stage_of(service, "prod", {**ENVIRON, "RELEASE": str(tmp_path)})
    for function in promoted.functions:
        with ZipFile(io.BytesIO(function.archive)) as archive:
            assert archive.read("MARK").decode() == function.name.removeprefix("chat-prod-")


def test_a_deploy_to_aws_uses_the_release_unchanged(release: Path, tmp_path: Path) -> None:
    done = serverless_package(tmp_path, release)
    assert done.returncode == 0, done.stdout + done.stderr

    # The files that `serverless deploy` uploads.
    functions = json.loads((tmp_path / "serverless-state.json").read_text())["service"]["functions"]
    for key, definition in functions.items():
        assert definition["package"]["artifact"] == str(release / "aws" / f"{key}.zip")
    assert not list(tmp_path.glob("*.zip"))


def test_a_missing_release_is_reported(service: Mapping[str, Any], tmp_path: Path) -> None:
    with pytest.raises(InvalidStage, match=r"infra\.release"):
        stage_of(service, "prod", {**ENVIRON, "RELEASE": str(tmp_path)})

    done = serverless_package(tmp_path / "package", tmp_path)
    assert done.returncode != 0
    assert "python -m infra.release" in done.stdout + done.stderr


# Workflows.


def test_workflows_are_valid() -> None:
    files = [str(file) for file in WORKFLOWS.glob("*.yml")]
    command = ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files]
    checked = subprocess.run(command, capture_output=True, text=True)

    assert checked.returncode == 0, checked.stdout


def test_production_gets_the_artifact_of_staging() -> None:
    text = (WORKFLOWS / "deploy.yml").read_text()
    jobs = dict(re.findall(r"^  (\w+):\n((?:    .*\n|\n)+)", text.partition("jobs:\n")[2] + "\n", re.MULTILINE))

    assert "needs: test" in jobs["build"]
    assert "needs: build" in jobs["staging"]
    assert "needs: staging" in jobs["prod"]
    assert "make release" in jobs["build"]
    for stage in ("staging", "prod"):
        assert "./.github/workflows/promote.yml" in jobs[stage]
        assert re.findall(r"stage: (\w+)", jobs[stage]) == [stage]
        assert "run: ${{ github.run_id }}" in jobs[stage]


def test_a_promotion_builds_nothing_and_waits_for_its_environments_approval() -> None:
    text = (WORKFLOWS / "promote.yml").read_text()

    assert text.count("environment: ${{ inputs.stage }}") == 2
    assert text.count("RELEASE: release\n") == 2
    assert text.count("--dist release/site") == 2
    assert "make release" not in text
    assert "make layers" not in text
    # No input is interpolated into a command (injection).
    assert not [line for line in re.findall(r"run: (.*)$", text, re.MULTILINE) if "${{" in line]
