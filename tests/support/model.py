"""The embedded model in a separate process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.support.processes import free_port, is_listening, wait_until

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class EmbeddedModel:
    process: "subprocess.Popen[bytes]"
    base_url: str


@contextmanager
def embedded_model() -> Iterator[EmbeddedModel]:
    """A running, loaded model; ends with the `with` block."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local.model_server"],
        cwd=ROOT,
        env={**os.environ, "MODEL_PORT": str(port)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def is_healthy() -> bool:
        # It answers 503 while loading.
        try:
            return is_listening(port) and httpx2.get(f"http://127.0.0.1:{port}/health").status_code == 200
        except httpx2.HTTPError:
            return False

    try:
        wait_until(is_healthy, timeout=60, what="the model")
        yield EmbeddedModel(process, f"http://127.0.0.1:{port}/v1")
    finally:
        process.kill()
        process.communicate()
