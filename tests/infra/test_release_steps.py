"""An update of a stage on AWS, played step by step in the order of CloudFormation, with the packaged functions.

The next release has a module in the shared layer that every function imports: new code with the old layer fails to
import, and so does old code whose own imports the new layer lacks.
"""

import hashlib
import json
import random
import subprocess
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from layers.build import find_python, layer_file
from tests.support.aws_package import Package, package_of
from tests.support.environment import ENVIRONMENT
from tests.support.launchers import AWS

NEXT_MODULE = "of_the_next_release"


@dataclass(frozen=True)
class Content:
    """The code, layers and environment that an invocation of a version runs."""

    code: Path
    layers: tuple[Path, ...]
    release: str


@dataclass
class Function:
    latest: Content
    versions: dict[str, Content] = field(default_factory=dict)  # logical id of the version → content
    live: str = ""

    @property
    def reached(self) -> Content:
        """The version behind the alias, which callers reach."""
        return self.versions[self.live]


class Release:
    """A package with its archives: the template's, or those of the next release, which are derived from it."""

    def __init__(self, package: Package, folder: Path, is_next: bool) -> None:
        text = package.template_file.read_text()
        old_id = package.function("user")["Environment"]["Variables"]["RELEASE_ID"]
        self.id = "of-the-next" if is_next else old_id
        self.resources: dict[str, Any] = json.loads(text.replace(old_id, self.id))["Resources"]
        self._package, self._folder, self._is_next = package, folder, is_next

    def functions(self) -> Mapping[str, dict[str, Any]]:
        return {name: item for name, item in self.resources.items() if item["Type"] == "AWS::Lambda::Function"}

    def code(self, name: str) -> Path:
        key = self.resources[name]["Properties"]["FunctionName"].removeprefix("chat-prod-")
        archive = self._package.folder / f"{key}.zip"
        if not self._is_next:
            return archive
        module = module_of(self.resources[name]).replace(".", "/") + ".py"
        with ZipFile(archive) as content:
            source = content.read(module).decode()
        return self._changed(archive, module, f"import shared.{NEXT_MODULE}\n{source}")

    def layer(self, name: str) -> Path:
        layer = name.removesuffix("LambdaLayer").lower()
        archive = layer_file(AWS.name, layer)
        if not self._is_next or layer != "shared":
            return archive
        return self._changed(archive, f"python/shared/{NEXT_MODULE}.py", "")

    def content(self, name: str) -> Content:
        properties = self.resources[name]["Properties"]
        layers = tuple(self.layer(layer["Ref"]) for layer in properties["Layers"] if isinstance(layer, dict))
        return Content(self.code(name), layers, properties["Environment"]["Variables"]["RELEASE_ID"])

    def _changed(self, archive: Path, name: str, text: str) -> Path:
        changed = self._folder / archive.name
        if not changed.exists():
            with ZipFile(archive) as old, ZipFile(changed, "w") as new:
                for entry in old.infolist():
                    if entry.filename != name:
                        new.writestr(entry, old.read(entry))
                new.writestr(name, text)
        return changed


def module_of(function: Mapping[str, Any]) -> str:
    """The module that starts the function; a start command runs the `app` beside it."""
    handler: str = function["Properties"]["Handler"]
    path = handler.replace("run.sh", "app") if handler.endswith("run.sh") else handler.rpartition(".")[0]
    return path.replace("/", ".")


class Stage:
    """The functions of a stage, as Lambda keeps them: `$LATEST`, published versions, and the alias `live`."""

    def __init__(self, release: Release) -> None:
        self.functions = {name: Function(release.content(name)) for name in release.functions()}
        for name, item in release.resources.items():
            if item["Type"] == "AWS::Lambda::Version":
                self._publish(item, name)
        for item in release.resources.values():
            if item["Type"] == "AWS::Lambda::Alias":
                self._move(item)

    def update(self, release: Release, seed: int) -> Iterator[str]:
        """Apply the release in an order that CloudFormation may choose; yields each step after it."""
        for name in order_of(release.resources, seed):
            item = release.resources[name]
            if item["Type"] == "AWS::Lambda::Function":
                # Two calls, first of the code: UpdateFunctionCode, UpdateFunctionConfiguration.
                function, new = self.functions[name], release.content(name)
                function.latest = Content(new.code, function.latest.layers, function.latest.release)
                yield f"code of {name}"
                function.latest = new
                yield f"configuration of {name}"
            elif item["Type"] == "AWS::Lambda::Version":
                self._publish(item, name)
                yield name
            elif item["Type"] == "AWS::Lambda::Alias":
                self._move(item)
                yield name

    def _publish(self, item: Mapping[str, Any], name: str) -> None:
        function = self.functions[item["Properties"]["FunctionName"]["Ref"]]
        function.versions[name] = function.latest

    def _move(self, item: Mapping[str, Any]) -> None:
        properties = item["Properties"]
        self.functions[properties["FunctionName"]["Ref"]].live = properties["FunctionVersion"]["Fn::GetAtt"][0]


def order_of(resources: Mapping[str, Any], seed: int) -> list[str]:
    """The resources, each after those that it depends on, otherwise in a random order."""
    waits = {name: dependencies(item) & resources.keys() for name, item in resources.items()}
    chooser = random.Random(seed)
    done: list[str] = []
    while waits:
        name = chooser.choice(sorted(name for name, before in waits.items() if not before - set(done)))
        done.append(name)
        del waits[name]
    return done


def dependencies(item: Mapping[str, Any]) -> set[str]:
    given = item.get("DependsOn", [])
    return {given} if isinstance(given, str) else {*given, *references(item.get("Properties", {}))}


def references(value: Any) -> set[str]:
    if isinstance(value, list):
        return {name for entry in value for name in references(entry)}
    if not isinstance(value, dict):
        return set()
    if "Ref" in value:
        return {value["Ref"]}
    if "Fn::GetAtt" in value:
        return {value["Fn::GetAtt"][0]}
    return {name for entry in value.values() for name in references(entry)}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return package_of(tmp_path_factory)


def failing(wanted: Collection[tuple[str, Content]], folder: Path) -> list[tuple[str, Content]]:
    """The functions that do not start: each module, unpacked as Lambda does, is imported by the runtime's Python."""
    python = find_python(AWS.python)

    def unpacked(archives: tuple[Path, ...]) -> Path:
        target = folder / hashlib.sha256(repr(archives).encode()).hexdigest()
        if not target.exists():
            for archive in archives:
                with ZipFile(archive) as content:
                    content.extractall(target)
        return target

    contents = [(module, unpacked((content.code,)), unpacked(content.layers)) for module, content in wanted]

    def starts(content: tuple[str, Path, Path]) -> bool:
        module, code, layers = content
        environ = {**ENVIRONMENT, "PATH": "/usr/bin:/bin", "PYTHONPATH": str(layers / "python")}
        command = [str(python), "-B", "-c", f"import {module}"]
        return subprocess.run(command, cwd=code, env=environ, capture_output=True).returncode == 0

    with ThreadPoolExecutor(4) as pool:
        return [pair for pair, good in zip(wanted, pool.map(starts, contents), strict=True) if not good]


@pytest.fixture
def releases(package: Package, tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Release]:
    folder = tmp_path_factory.mktemp("archives")
    return Release(package, folder, is_next=False), Release(package, folder, is_next=True)


@pytest.mark.timeout(400)
def test_every_function_can_be_imported_at_each_step_of_an_update(
    releases: tuple[Release, Release], tmp_path: Path
) -> None:
    before, after = releases
    modules = {name: module_of(item) for name, item in before.functions().items()}
    reached, mixed = set(), set()
    for seed in range(10):
        stage = Stage(before)
        for _ in stage.update(after, seed):
            for name, function in stage.functions.items():
                reached.add((modules[name], function.reached))
                if function.latest not in (before.content(name), after.content(name)):
                    mixed.add((modules[name], function.latest))
        assert {function.reached.release for function in stage.functions.values()} == {after.id}

    assert reached == {(module, release.content(name)) for name, module in modules.items() for release in releases}
    assert failing(sorted(reached, key=repr), tmp_path) == []
    # Without the alias, callers would have reached new code with the old layer.
    assert {module for module, _ in mixed} == set(modules.values())
    assert len(failing(sorted(mixed, key=repr), tmp_path)) == len(mixed)


def test_a_stream_that_runs_during_an_update_ends_on_its_version(releases: tuple[Release, Release]) -> None:
    """The version that it runs on exists unchanged after the update, and so do its layers."""
    before, after = releases
    stage = Stage(before)
    streams = {name: (function.live, function.reached) for name, function in stage.functions.items()}
    for _ in stage.update(after, seed=0):
        for name, (version, content) in streams.items():
            assert stage.functions[name].versions[version] == content

    kept = {"AWS::Lambda::Version": "Retain", "AWS::Lambda::LayerVersion": "Retain"}
    for item in before.resources.values():
        assert item.get("UpdateReplacePolicy") == kept.get(item["Type"], item.get("UpdateReplacePolicy"))


def test_a_rollback_reaches_the_release_before_at_each_step(releases: tuple[Release, Release]) -> None:
    """Aliases move back one after another, as `infra.manage rollback` moves them."""
    before, after = releases
    stage = Stage(before)
    earlier = {name: function.live for name, function in stage.functions.items()}
    for _ in stage.update(after, seed=0):
        pass

    for name, version in earlier.items():
        stage.functions[name].live = version
        assert stage.functions[name].reached == before.content(name)
