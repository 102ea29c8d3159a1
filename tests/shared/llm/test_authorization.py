"""The header that carries the API key, at Azure and elsewhere."""

from collections.abc import Mapping

import pytest

from shared.llm.authorization import authorization_headers
from shared.llm.endpoint import ModelServer

V1 = "https://api.example.com/v1"


def keyed(base_url: str, **headers: str) -> Mapping[str, str]:
    return authorization_headers(ModelServer(base_url, "sk-1", headers=headers))


@pytest.mark.parametrize(
    "base_url",
    [
        "https://one.openai.azure.com/openai/v1",
        "https://ONE.OpenAI.Azure.com/openai/deployments/d1?api-version=2024-10-21",
        "https://one.cognitiveservices.azure.com/openai/deployments/d1",
        "https://one.services.ai.azure.com/models",
        "https://one.openai.azure.us/openai/v1",
        "https://gateway.example.com/openai/deployments/d1/chat/completions?api-version=1",
        "https://gateway.example.com//OpenAI//Deployments/d1",
    ],
)
def test_azure_is_given_the_key_as_api_key(base_url: str) -> None:
    assert keyed(base_url) == {"api-key": "sk-1"}
    assert keyed(base_url, **{"Api-Key": "another"}) == {}


@pytest.mark.parametrize(
    "base_url",
    [
        V1,
        "https://openai.azure.com.example.com/v1",
        "https://notopenai.azure.com/v1",
        "https://gateway.example.com/v1?next=/openai/deployments/",
        "https://gateway.example.com/openai/v1",
    ],
)
def test_other_servers_are_given_the_key_as_a_bearer_token(base_url: str) -> None:
    assert keyed(base_url, **{"Api-Key": "another"}) == {"Authorization": "Bearer sk-1"}


def test_a_server_without_a_key_is_given_a_placeholder() -> None:
    assert authorization_headers(ModelServer(V1, "")) == {"Authorization": "Bearer none"}
