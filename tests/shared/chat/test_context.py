"""What of a conversation a model is given."""

from shared.chat.context import estimate_tokens, fit_context
from shared.db.models import Message


def message(role: str, text: str) -> Message:
    return Message(role=role, text=text)


def test_the_context_has_the_system_prompt_and_the_newest_messages_that_fit() -> None:
    path = [message("user", "字" * 50), message("assistant", "字" * 50), message("user", "字" * 50)]
    given = fit_context(path, "Be brief.", max_tokens=120)
    assert [entry["role"] for entry in given] == ["system", "assistant", "user"]


def test_the_context_has_the_last_message_even_if_it_is_too_long() -> None:
    given = fit_context([message("user", "Before"), message("user", "字" * 500)], None, max_tokens=100)
    assert [entry["content"][0]["text"] for entry in given] == ["字" * 500]


def test_replies_that_failed_before_their_first_word_are_left_out() -> None:
    path = [message("user", "One"), message("assistant", ""), message("user", "Two")]
    assert [entry["role"] for entry in fit_context(path, None, max_tokens=100)] == ["user", "user"]


def test_tokens_are_estimated_by_script() -> None:
    assert estimate_tokens([{"type": "text", "text": "word" * 100}]) == 100
    assert estimate_tokens([{"type": "text", "text": "你好" * 50}]) == 100
    assert estimate_tokens([{"type": "image_url", "image_url": {"key": "k"}}]) >= 85
