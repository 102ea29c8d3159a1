"""The embedded model: a real one, behind OpenAI's API, that ends with its parent."""

import os
import subprocess
import sys
from collections.abc import Iterator

import httpx2
import pytest
from openai import OpenAI

from infra.local.model_server import MODEL_NAME
from tests.support.processes import free_port, is_listening, wait_until
from tests.support.stack import ROOT


def is_healthy(port: int) -> bool:
    return is_listening(port) and httpx2.get(f"http://127.0.0.1:{port}/health").status_code == 200


@pytest.fixture
def server() -> "Iterator[tuple[subprocess.Popen[bytes], int]]":
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local.model_server"],
        cwd=ROOT,
        env={**os.environ, "MODEL_PORT": str(port)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        # It answers 503 while it loads.
        wait_until(lambda: is_healthy(port), timeout=60, what="the model")
        yield process, port
    finally:
        process.kill()
        process.communicate()


def test_it_streams_a_reply_and_ends_when_its_input_closes(
    server: "tuple[subprocess.Popen[bytes], int]",
) -> None:
    process, port = server
    with OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="none") as client:
        stream = client.chat.completions.create(
            model=MODEL_NAME,
            messages=[{"role": "user", "content": "Say hello."}],
            max_tokens=20,
            stream=True,
            stream_options={"include_usage": True},
        )
        chunks = list(stream)

    texts = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices]
    assert len([text for text in texts if text]) > 1
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens > 1

    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(10) == 0
