"""The embedded model: a real model with OpenAI's API, which ends with its parent process."""

from collections.abc import Iterator

import pytest
from openai import OpenAI

from infra.local.model_server import MODEL_NAME
from tests.support.model import EmbeddedModel, embedded_model


@pytest.fixture
def model() -> Iterator[EmbeddedModel]:
    with embedded_model() as running:
        yield running


def test_it_streams_a_reply_and_ends_when_its_input_closes(model: EmbeddedModel) -> None:
    with OpenAI(base_url=model.base_url, api_key="none") as client:
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

    assert model.process.stdin is not None
    model.process.stdin.close()
    assert model.process.wait(60) == 0
