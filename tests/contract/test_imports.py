"""Cold start: the modules that each function imports at its start."""

import ast
import json
import os
import re
import subprocess
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from layers.build import EXTRAS, _requirements
from tests.support.environment import ENVIRONMENT
from tests.support.stack import ROOT

# Modules that are slow to import, or not in the function's layers.
HEAVY = {
    "alembic": "only migrations",
    "boto3": "only where S3 or a gateway is called, when it is",
    "botocore": "with boto3",
    "certifi": "with requests",
    "cffi": "with cryptography",
    "charset_normalizer": "only where a text's encoding is guessed, in the reader's process",
    "click": "with uvicorn",
    "crcmod": "with qcloud_cos",
    "cryptography.fernet": "only where secrets are encrypted or decrypted, when they are",
    "cryptography.hazmat.primitives.asymmetric": "only where a passkey is used, when it is",
    "defusedxml": "only where a document of XML is read, in the reader's process",
    "fido2": "only where a passkey is used, when it is",
    "h11": "with uvicorn",
    "httpx2": "only where a user's base URL is checked or called, when it is",
    "httptools": "only where a model is called, when it is",
    "jiter": "with openai",
    "mako": "with alembic",
    "markupsafe": "with mako",
    "openai": "only where a provider's models are listed, when they are",
    "pymysql": "only where the database is MySQL, when it is called",
    "pypdfium2": "only where a PDF is read, in the reader's process",
    "pyotp": "only where an authenticator app is used, when it is",
    "python_calamine": "only where a spreadsheet is read, in the reader's process",
    "qcloud_cos": "only where COS is called, when it is",
    "requests": "with qcloud_cos",
    "smtplib": "only where mails are sent",
    "selectolax": "only where HTML is read, in the reader's process",
    "striprtf": "only where RTF is read, in the reader's process",
    "six": "with qcloud_cos",
    "tencentcloud": "only where SCF invokes another function, when it does",
    "truststore": "with httpx2",
    "urllib3": "with requests",
    "uvicorn": "runs the servers from outside",
    "websockets": "with uvicorn",
    "xmltodict": "with qcloud_cos",
}
# Packages of the layers that a function may import at its start. Every other one has a module in HEAVY.
AT_START = {
    "annotated-doc",
    "annotated-types",
    "anyio",
    "bcrypt",
    "email-validator",
    "exceptiongroup",  # with anyio, before Python 3.11
    "fastapi",
    "idna",
    "mangum",
    "opentelemetry-api",
    "pydantic",
    "pydantic-core",
    "pyjwt",
    "sniffio",
    "sqlalchemy",
    "starlette",
    "tomli",  # with alembic, before Python 3.11
    "typing-extensions",
    "typing-inspection",
}
# Lambda's runtime brings them.
OF_THE_RUNTIME = {"boto3", "botocore"}
LOADS: dict[str, set[str]] = {
    "functions.user.handler": set(),
    "functions.user.mailer": {"smtplib"},
    "functions.model_config.handler": set(),
    "functions.project.handler": set(),
    "functions.conversation.handler": set(),
    "functions.chat.handler": set(),
    "functions.chat_stream.app": set(),
    "functions.tool.handler": set(),
    "functions.admin.handler": set(),
    "functions.file.extract": set(),
    "functions.file.handler": set(),
    "functions.share.handler": set(),
    "functions.maintenance.handler": {"alembic", "mako", "markupsafe"},
    "functions.websocket.app": set(),
    "functions.websocket.connect": set(),
    "functions.websocket.disconnect": set(),
    "functions.websocket.message": set(),
    "functions.websocket.turn": set(),
}
JSON_FUNCTIONS = [entry for entry in LOADS if entry.endswith(".handler") and "maintenance" not in entry]
_LIST = "import importlib, json, sys; importlib.import_module(sys.argv[1]); print(json.dumps(sorted(sys.modules)))"


def printed_by(script: str, entry: str) -> Any:
    """A script's JSON output, in a separate process; its argument is the entry module."""
    process = subprocess.run(
        [sys.executable, "-c", script, entry],
        env={"PATH": os.environ["PATH"], **ENVIRONMENT},
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(process.stdout)


def modules_of(entry: str) -> set[str]:
    """The modules that the import of an entry module loads."""
    return set(printed_by(_LIST, entry))


def test_every_function_is_listed() -> None:
    service = Path("serverless.yml").read_text(encoding="utf-8")
    handlers = {handler.replace("/", ".") for handler in re.findall(r"handler: (functions/\S+)", service)}
    entries = {handler.removesuffix(".handler") for handler in handlers if handler.endswith(".handler")}
    # A start command is listed by its app.
    entries |= {f"{handler.removesuffix('.run.sh')}.app" for handler in handlers if handler.endswith(".run.sh")}
    assert entries <= LOADS.keys()


def packages_in_layers() -> set[str]:
    """Names as in the lock file, without a transport of httpx2 for Python in browsers."""
    return {name for extra in EXTRAS.values() for name in _requirements(extra)} - {"httpx2-jsfetch"}


packages_of_modules = cache(packages_distributions)


def packages_of(module: str) -> set[str]:
    """The packages that have a module: several, if it is a namespace."""
    found = packages_of_modules().get(module.partition(".")[0], [])
    return {name.lower().replace("_", "-") for name in found}


def test_every_package_of_the_layers_may_be_imported_at_a_start_or_is_heavy() -> None:
    in_layers = packages_in_layers()
    heavy = set().union(*map(packages_of, HEAVY))
    assert in_layers - heavy - AT_START == set()
    assert AT_START - (in_layers - heavy) == set()


def imported_in(file: Path) -> set[str]:
    """The top-level modules that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


def test_every_package_that_deployed_code_imports_is_in_a_layer() -> None:
    """Also one that is imported in a call, as those of object stores are."""
    files = [file for folder in ("functions", "shared", "infra/migrations") for file in (ROOT / folder).rglob("*.py")]
    imported = set().union(*map(imported_in, files)) - {"functions", "shared", "infra"} - sys.stdlib_module_names
    assert {"qcloud_cos", "sqlalchemy"} <= imported
    in_layers = packages_in_layers()
    assert {module for module in imported if not packages_of(module) & in_layers} == OF_THE_RUNTIME


@pytest.mark.parametrize("entry", LOADS)
def test_a_function_imports_only_what_it_uses(entry: str) -> None:
    loaded = modules_of(entry)
    assert HEAVY.keys() & loaded == LOADS[entry]
    others = {name for name in loaded if name.startswith("functions.") and not name.startswith(_folder(entry))}
    assert others == set()
    undeployed = {name for name in loaded if name.split(".")[0] in ("infra", "tests", "pytest", "hypothesis")}
    # Its archive contains the migrations.
    with_migrations: set[str] = (
        {"infra", "infra.migrations", "infra.migrations.accounts", "infra.migrations.migrate"}
        if "alembic" in LOADS[entry]
        else set()
    )
    assert undeployed == with_migrations


# Building the models of a stream's events is slow; `connect` and `disconnect` send no events.
# Prints the number of collections during the import, and whether the collector is enabled afterwards.
_COUNT = """
import gc, importlib, json, sys
runs = lambda: sum(generation["collections"] for generation in gc.get_stats())
before = runs()
importlib.import_module(sys.argv[1])
print(json.dumps([runs() - before, gc.isenabled()]))
"""


@pytest.mark.parametrize("entry", [*JSON_FUNCTIONS, "functions.chat_stream.app"])
def test_a_function_is_imported_without_the_garbage_collector(entry: str) -> None:
    runs, enabled = printed_by(_COUNT, entry)
    assert runs <= 1  # One before the import, for objects of the command itself.
    assert enabled


def _folder(entry: str) -> str:
    return entry.rpartition(".")[0]
