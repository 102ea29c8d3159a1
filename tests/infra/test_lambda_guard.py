"""The wrapper of local handlers: the runner gets an answer for every failure of a handler."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.stack import ROOT

RUNNER = """
import json, sys
from infra.local.lambda_guard import handler
result = handler({"path": "/"}, None)
sys.stdout.write(json.dumps({"result": result}))
sys.stdout.write("\\n")
"""


def call(tmp_path: Path, source: str) -> tuple[Any, str]:
    """The result that the runner reads from stdout, and the text on stderr."""
    (tmp_path / "guarded.py").write_text(source)
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        env={"GUARDED_HANDLER": "guarded.handler", "PYTHONPATH": f"{ROOT}:{tmp_path}"},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)["result"], done.stderr


def test_a_result_passes_unchanged(tmp_path: Path) -> None:
    result, _ = call(tmp_path, "def handler(event, context): return {'statusCode': 200, 'body': event['path']}")

    assert result == {"statusCode": 200, "body": "/"}


@pytest.mark.parametrize(
    ("source", "traceback"),
    [
        ("def handler(event, context): raise ValueError('bad')", "ValueError: bad"),
        ("def handler(event, context): raise SystemExit(3)", "SystemExit: 3"),
        ("def handler(event, context): return {'body': b'bytes'}", "not JSON serializable"),
        ("import nonexistent_module", "No module named 'nonexistent_module'"),
        ("handlers = 1", "has no attribute 'handler'"),
    ],
)
def test_a_failure_is_answered_with_500_and_its_traceback_printed(tmp_path: Path, source: str, traceback: str) -> None:
    result, stderr = call(tmp_path, source)

    assert result["statusCode"] == 500
    assert json.loads(result["body"])["error"]["code"] == "internal_error"
    assert traceback in stderr


def test_a_null_result_is_answered(tmp_path: Path) -> None:
    result, _ = call(tmp_path, "def handler(event, context): pass")

    assert result == {}


def test_a_handlers_prints_do_not_mix_with_its_result(tmp_path: Path) -> None:
    source = (
        "print('at import')\ndef handler(event, context):\n    print('unfinished', end='')\n    return {'ok': True}"
    )

    result, stderr = call(tmp_path, source)

    assert result == {"ok": True}
    assert "at import" in stderr
    assert "unfinished" in stderr
