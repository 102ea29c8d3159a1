"""Checklist of a new function: folder, serverless.yml, import rules, OpenAPI, tests."""

import re
from functools import cache

from infra.openapi import APPS
from tests.infra.test_settings import ENTRIES
from tests.support.stack import ROOT

# Its app serves WebSocket connections; the OpenAPI document describes its frames under `x-websockets`.
WEBSOCKET = "websocket"
# Domain → its tests in tests/functions, where their name is not the domain's.
TESTS_OF = {"chat": "test_history.py", "file": "test_files.py"}


@cache
def folders() -> frozenset[str]:
    return frozenset(file.parent.name for file in (ROOT / "functions").glob("*/__init__.py"))


@cache
def deployed() -> dict[str, str]:
    """Function → handler, from serverless.yml."""
    return {key: re.findall(r"^    handler: (\S+)$", text, re.M)[0] for key, text in _definitions().items()}


@cache
def behind_the_websocket_gateway() -> frozenset[str]:
    """The functions that take events of AWS's WebSocket gateway; on SCF one server is in their place."""
    return frozenset(key for key, text in _definitions().items() if re.search(r"^      - websocket: ", text, re.M))


@cache
def _definitions() -> dict[str, str]:
    """Function → its text in serverless.yml."""
    service = (ROOT / "serverless.yml").read_text(encoding="utf-8")
    functions = service.partition("\nfunctions:\n")[2]
    return dict(re.findall(r"^  (\w+):\n((?:(?:    .*)?\n)+)", functions, re.M))


def test_every_folder_is_deployed() -> None:
    assert {handler.split("/")[1] for handler in deployed().values()} == folders()


def test_every_folder_is_in_the_independence_rule() -> None:
    rules = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (listed,) = re.findall(r'type = "independence"\nmodules = \[(.*?)\]', rules, re.S)
    assert set(re.findall(r'"functions\.(\w+)"', listed)) == folders()


def test_every_app_is_in_the_openapi_document_and_behind_the_tests_gateway() -> None:
    with_an_app = {file.parent.name for file in (ROOT / "functions").glob("*/app.py")}
    assert {*APPS, WEBSOCKET} == with_an_app


def test_every_function_has_an_entry_whose_settings_and_imports_are_tested() -> None:
    assert ENTRIES.keys() == deployed().keys() | {WEBSOCKET}


def test_every_domain_has_tests() -> None:
    names = {name: TESTS_OF.get(name, f"test_{name}.py") for name in folders()}
    assert {name for name, file in names.items() if not (ROOT / "tests/functions" / file).exists()} == set()
    assert TESTS_OF.keys() <= folders()
