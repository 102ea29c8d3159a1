"""Continuation of a reply: the way that a server's own documents name, and the request that follows from it."""

import pytest

from shared.llm.adaptation import Adaptation
from shared.llm.continuation import documented_mode
from shared.llm.endpoint import ModelEndpoint
from shared.llm.params import ModelParams

MESSAGES = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Once upo"}]


@pytest.mark.parametrize(
    ("base_url", "mode"),
    [
        ("https://api.mistral.ai/v1", "prefix"),
        ("https://api.deepseek.com/beta", "prefix"),
        ("https://api.deepseek.com", "instruction"),
        ("https://api.deepseek.com/v1", "instruction"),
        ("https://api.moonshot.cn/v1", "partial"),
        ("https://dashscope.aliyuncs.com/compatible-mode/v1", "partial"),
        ("https://api.openai.com/v1", "instruction"),
        ("https://models.example.com/v1", None),
        ("https://api.mistral.ai.example.com/v1", None),
    ],
)
def test_the_way_of_a_known_host(base_url: str, mode: str | None) -> None:
    assert documented_mode(base_url) == mode


@pytest.mark.parametrize(("host", "flag"), [("api.mistral.ai", "prefix"), ("api.moonshot.cn", "partial")])
def test_the_last_message_is_marked_as_a_prefix(host: str, flag: str) -> None:
    endpoint = ModelEndpoint(f"https://{host}/v1", "m", "key", ModelParams())
    continued = Adaptation(endpoint, None, newest_has_images=False, continues=True)
    assert continued.body(MESSAGES)["messages"] == [MESSAGES[0], {**MESSAGES[1], flag: True}]
    # A branch that ends in a reply is not continued unless somebody asked for it.
    assert Adaptation(endpoint, None, newest_has_images=False).body(MESSAGES)["messages"] == MESSAGES
