"""Cold start: the modules that each function imports at its start."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.environment import ENVIRONMENT

# Modules that are slow to import, or not in the function's layers.
HEAVY = {
    "alembic": "only migrations",
    "boto3": "only where S3 or a gateway is called, when it is",
    "botocore": "with boto3",
    "charset_normalizer": "only where a text's encoding is guessed, in the reader's process",
    "cryptography.fernet": "only where API keys are encrypted or decrypted, when they are",
    "cryptography.hazmat.primitives.asymmetric": "only where a passkey is used, when it is",
    "fido2": "only where a passkey is used, when it is",
    "httpx2": "only where a user's base URL is checked or called, when it is",
    "httptools": "only where a model is called, when it is",
    "openai": "only where a provider's models are listed, when they are",
    "pypdfium2": "only where a PDF is read, in the reader's process",
    "pyotp": "only where an authenticator app is used, when it is",
    "python_calamine": "only where a spreadsheet is read, in the reader's process",
    "qcloud_cos": "only where COS is called, when it is",
    "requests": "with qcloud_cos",
    "smtplib": "only where mails are sent",
    "selectolax": "only where HTML is read, in the reader's process",
    "striprtf": "only where RTF is read, in the reader's process",
    "uvicorn": "runs the servers from outside",
    "websockets": "with uvicorn",
}
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
    "functions.maintenance.handler": {"alembic"},
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
