"""The programs that the bench of cold starts runs."""

import json
import os
import subprocess
import sys

import pytest

from tests.bench.starts import CAN_ASK
from tests.support.environment import ENVIRONMENT
from tests.support.stack import ROOT


@pytest.mark.parametrize("module", ["functions.chat_stream.app", "functions.websocket.turn"])
def test_a_function_that_runs_turns_can_call_a_model(module: str) -> None:
    """Without the deployed files, which the bench has."""
    done = subprocess.run(
        [sys.executable, "-c", CAN_ASK, module],
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT},
        check=True,
        stdout=subprocess.PIPE,
    )

    assert json.loads(done.stdout)
