"""Settings of the functions: each can be set from the environment of a deploy, and is documented."""

import ast
import importlib
import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import grimp
import pytest

from infra.local.environment import local_stage
from infra.tencent.service import read_service, stage_of
from shared.config import Settings, load
from tests.infra.test_tencent import ENVIRON as TENCENT_ENVIRON
from tests.support.environment import ENVIRONMENT
from tests.support.stack import ROOT

ENTRIES = {
    "user": "functions.user.handler",
    "mailer": "functions.user.mailer",
    "model_config": "functions.model_config.handler",
    "project": "functions.project.handler",
    "conversation": "functions.conversation.handler",
    "chat": "functions.chat.handler",
    "chat_stream": "functions.chat_stream.app",
    "tool": "functions.tool.handler",
    "file": "functions.file.handler",
    "admin": "functions.admin.handler",
    "extract": "functions.file.extract",
    "share": "functions.share.handler",
    "connect": "functions.websocket.connect",
    "disconnect": "functions.websocket.disconnect",
    "message": "functions.websocket.message",
    "turn": "functions.websocket.turn",
    "maintenance": "functions.maintenance.handler",
    # On Tencent Cloud, instead of the functions behind AWS's WebSocket gateway.
    "websocket": "functions.websocket.app",
}
# Settings of AWS's gateway, worker and metrics, which do not exist on Tencent Cloud.
ONLY_AWS = {"WEBSOCKET_ENDPOINT", "INVOKE_ENDPOINT", "METRICS_NAMESPACE", "API_BASE_PATH"}
# A deploy sets it when the archives are built (tests/infra/test_package.py, infra.tencent.service).
OF_THE_RELEASE = {"RELEASE_ID"}


@cache
def modules() -> Mapping[str, ast.Module]:
    """The product's modules, by name."""
    files = [file for folder in ("shared", "functions") for file in (ROOT / folder).rglob("*.py")]
    names = {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in files}
    return {name: ast.parse(file.read_text(encoding="utf-8")) for name, file in names.items()}


@cache
def settings_classes() -> Mapping[str, type[Settings]]:
    """Settings classes by name."""
    for name, tree in modules().items():
        if any(isinstance(node, ast.ClassDef) and "Settings" in map(ast.unparse, node.bases) for node in tree.body):
            importlib.import_module(name)
    found = [kind for kind in Settings.__subclasses__() if kind.__module__.startswith(("shared", "functions"))]
    assert len({kind.__name__ for kind in found}) == len(found)
    return {kind.__name__: kind for kind in found}


def loaded_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "load" and isinstance(node.args[0], ast.Name):
            yield node.args[0].id


@cache
def variables_of(function: str) -> frozenset[str]:
    """The variables of all settings that the function's modules load, at its start or later."""
    graph = grimp.build_graph("functions", "shared", exclude_type_checking_imports=True, cache_dir=None)
    imported = graph.find_upstream_modules(ENTRIES[function]) | {ENTRIES[function]}
    loaded = {kind for module in imported for kind in loaded_in(modules()[module])}
    return frozenset(field.upper() for kind in loaded for field in settings_classes()[kind].model_fields)


def value_of(variable: str) -> str:
    """A value different from every default."""
    return f"{variable}-of-the-operator"


SERVICE = (ROOT / "serverless.yml").read_text(encoding="utf-8")


@cache
def optional_settings() -> frozenset[str]:
    """The variables that serverless.yml passes on unchanged from the deploy's environment."""
    return frozenset(re.findall(r"^ +(\w+): \$\{env:\1, ''\}$", SERVICE, re.M))


def printed(stage: str, environ: Mapping[str, str]) -> Mapping[str, Mapping[str, Any]]:
    """Function → its variables, from serverless.yml resolved for a stage."""
    done = subprocess.run(
        [ROOT / "node_modules/.bin/serverless", "print", "--stage", stage, "--format", "json"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environ},
        capture_output=True,
        text=True,
        check=True,
    )
    service = json.loads(done.stdout)
    common = service["provider"]["environment"]
    return {name: {**common, **definition.get("environment", {})} for name, definition in service["functions"].items()}


@pytest.fixture(scope="module")
def given() -> Mapping[str, str]:
    """A value for every optional setting: SCF's environment omits empty ones."""
    loaded = {variable for name in ENTRIES for variable in variables_of(name)}
    return {name: value_of(name) for name in loaded & set(re.findall(r"\$\{env:(\w+), ''\}", SERVICE))}


@pytest.fixture(scope="module")
def environments(given: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Deploy → function → variables."""
    local = local_stage({**ENVIRONMENT, **given, "CHAT_DATA_DIR": str(tmp_path_factory.mktemp("data"))})
    tencent_environ = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **TENCENT_ENVIRON, **given}
    tencent = stage_of(read_service("prod", tencent_environ), "prod", tencent_environ)
    return {
        "aws": printed("prod", given),
        "local": printed("local", local.environ),
        "tencent": {
            function.name.removeprefix("chat-prod-"): {
                item["Key"]: item["Value"] for item in function.configuration["Environment"]["Variables"]
            }
            for function in tencent.functions
        },
    }


def test_every_class_of_settings_is_loaded_somewhere() -> None:
    loaded = {kind for tree in modules().values() for kind in loaded_in(tree)}
    assert loaded == settings_classes().keys()


@pytest.mark.parametrize("deploy", ["aws", "tencent", "local"])
def test_a_function_is_given_every_setting_that_it_loads(environments: Mapping[str, Any], deploy: str) -> None:
    """A new field goes into serverless.yml (`provider.environment`, or a block of `custom.settings` and each function
    that loads it), or becomes a constant."""
    functions = environments[deploy]
    assert functions.keys() <= ENTRIES.keys()
    excused = OF_THE_RELEASE | (ONLY_AWS if deploy == "tencent" else set())
    missing = {name: sorted(variables_of(name) - variables.keys() - excused) for name, variables in functions.items()}
    assert {name: variables for name, variables in missing.items() if variables} == {}


@pytest.mark.parametrize("deploy", ["aws", "tencent", "local"])
def test_an_optional_setting_arrives_at_the_functions_that_load_it(
    environments: Mapping[str, Any], deploy: str
) -> None:
    assert len(optional_settings()) > 20
    for name, variables in environments[deploy].items():
        for variable in variables_of(name) & optional_settings():
            assert variables[variable] == value_of(variable), name


def test_every_passed_setting_is_loaded_by_a_function() -> None:
    assert optional_settings() <= {variable for name in ENTRIES for variable in variables_of(name)}


def test_the_operators_guide_lists_every_optional_setting_with_its_default(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = (ROOT / "infra/README.md").read_text(encoding="utf-8")
    table = guide.partition("\n## Optional settings\n")[2].partition("\n## ")[0]
    listed = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", table, re.M))
    assert listed.keys() == optional_settings()

    for name in optional_settings():
        monkeypatch.delenv(name, raising=False)
    settings(STAGE="prod")
    defaults = {
        field.upper(): getattr(loaded, field)
        for loaded in (load(kind) for kind in settings_classes().values())
        for field in type(loaded).model_fields
    }
    assert {name: shown(defaults[name]) for name in listed} == listed


def shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
