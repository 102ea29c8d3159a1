"""Third-party packages: locked by hash, with allowed licences, and listed."""

import json
import re
from pathlib import Path

import pytest

from infra.supply_chain import (
    LICENSES,
    Component,
    bill_of_materials,
    is_allowed,
    layer_components,
    render_licenses,
    spa_components,
)
from layers.build import TARGETS, BuildFailed, _install_lines, _requirements, build
from tests.support.stack import ROOT


@pytest.fixture(scope="module")
def layers() -> list[Component]:
    for target in TARGETS:
        build(target)
    return layer_components()


@pytest.fixture(scope="module")
def spa() -> list[Component]:
    return spa_components()


# Licences and bills of materials.


def test_everything_deployed_has_an_allowed_licence(layers: list[Component], spa: list[Component]) -> None:
    assert [component for component in layers + spa if not is_allowed(component.license)] == []


@pytest.mark.parametrize("expression", ["", "UNKNOWN", "GPL-3.0-only", "MIT AND GPL-3.0-only", "Commercial"])
def test_an_unknown_licence_is_not_allowed(expression: str) -> None:
    assert not is_allowed(expression)


def test_one_allowed_choice_is_enough() -> None:
    assert is_allowed("GPL-2.0-only OR MIT")


def test_the_list_of_licences_is_current(layers: list[Component], spa: list[Component]) -> None:
    assert LICENSES.read_text(encoding="utf-8") == render_licenses(layers, spa), "run `make licenses`"


def test_deployed_packages_are_those_of_the_lock_files(layers: list[Component], spa: list[Component]) -> None:
    locked = (ROOT / "uv.lock").read_text(encoding="utf-8")
    for component in layers:
        assert f'name = "{component.name}"\nversion = "{component.version}"\n' in locked
    locked = (ROOT / "fd/pnpm-lock.yaml").read_text(encoding="utf-8")
    for component in spa:
        assert re.search(rf"^  '?{re.escape(component.name)}@{re.escape(component.version)}'?:$", locked, re.M)


def test_a_bill_of_materials_names_every_package_with_its_version_and_licence(spa: list[Component]) -> None:
    document = json.loads(json.dumps(bill_of_materials("chat-spa", spa)))

    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    listed = {component["purl"]: component for component in document["components"]}
    assert len(listed) == len(spa)
    react = next(component for component in spa if component.name == "react")
    assert listed[f"pkg:npm/react@{react.version}"]["licenses"] == [{"expression": "MIT"}]
    assert [purl for purl in listed if purl.startswith("pkg:npm/%40tanstack/react-query@")]


# Locked by hash.


def test_every_locked_file_has_a_hash() -> None:
    python = re.findall(r"\{ url = .*?\}", (ROOT / "uv.lock").read_text(encoding="utf-8"))
    assert len(python) > 100
    assert [entry for entry in python if 'hash = "sha256:' not in entry] == []

    tools = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    del tools[""]  # The project itself.
    assert len(tools) > 100
    assert [name for name, entry in tools.items() if not entry.get("integrity", "").startswith("sha512-")] == []

    spa = re.findall(r"^    resolution: (.*)$", (ROOT / "fd/pnpm-lock.yaml").read_text(encoding="utf-8"), re.M)
    assert len(spa) > 100
    assert [entry for entry in spa if "integrity: sha512-" not in entry] == []


def test_layers_refuse_packages_without_or_with_a_wrong_hash(tmp_path: Path) -> None:
    locked = _requirements(None)["annotated-types"]
    name = locked.partition(" ")[0]
    refused = {name: "hash", re.sub(r"sha256:[0-9a-f]{8}", "sha256:00000000", locked): "hash mismatch"}

    _install_lines([locked], tmp_path / "good", [])
    assert (tmp_path / "good/annotated_types/__init__.py").exists()
    for number, (line, complaint) in enumerate(refused.items()):
        with pytest.raises(BuildFailed, match=f"(?i){complaint}"):
            _install_lines([line], tmp_path / str(number), [])
        assert not (tmp_path / str(number) / "annotated_types").exists()


# GitHub Actions, which have the deploy's credentials.


def test_actions_are_pinned_to_a_commit() -> None:
    uses = [
        line
        for workflow in (ROOT / ".github/workflows").glob("*.yml")
        # A reusable workflow of this repository has the same commit.
        for line in re.findall(r"uses: (?!\./)(.*)$", workflow.read_text(encoding="utf-8"), re.M)
    ]
    assert uses
    assert [line for line in uses if not re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v[\d.]+", line)] == []


def test_workflows_are_read_only_unless_a_job_sets_permissions() -> None:
    for workflow in (ROOT / ".github/workflows").glob("*.yml"):
        assert re.search(r"^permissions:\n  contents: read\n(?! )", workflow.read_text(encoding="utf-8"), re.M), (
            workflow
        )
