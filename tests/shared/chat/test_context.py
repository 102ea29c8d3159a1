"""The context of a model call: which messages it has, in which order, and where it is cut."""

from itertools import count, pairwise
from typing import Any

from shared.chat.context import Context, estimate_tokens, fit_context
from shared.db.models import Message

_ids = (f"m{n}" for n in count(1))


def message(role: str, text: str, **fields: Any) -> Message:
    return Message(id=next(_ids), role=role, text=text, **fields)


def dialogue(turns: int, text: str = "word") -> list[Message]:
    """`turns` questions and answers, and a last question."""
    roles = ["user", "assistant"] * turns
    return [message(role, text) for role in [*roles, "user"]]


def fit(path: list[Message], prompt: str | None = None, max_tokens: int = 1000, max_messages: int = 51) -> Context:
    return fit_context(path, prompt, max_tokens=max_tokens, max_messages=max_messages)


def texts(context: Context) -> list[str]:
    return [" ".join(part["text"] for part in entry["content"]) for entry in context.messages]


def roles(context: Context) -> list[str]:
    return [entry["role"] for entry in context.messages]


def test_the_context_has_the_system_prompt_and_the_newest_messages_that_fit() -> None:
    path = dialogue(1, "字" * 50)
    given = fit(path, "Be brief.", max_tokens=120)
    # The reply that came first after the cut is left out: the user's message begins.
    assert roles(given) == ["system", "user"]
    assert given.start_id == path[2].id


def test_a_conversation_that_fits_is_given_whole() -> None:
    path = dialogue(2)
    given = fit(path)
    assert roles(given) == ["user", "assistant", "user", "assistant", "user"]
    assert given.start_id is None


def test_the_context_has_the_last_message_even_if_it_is_too_long() -> None:
    given = fit([message("user", "Before"), message("assistant", "And"), message("user", "字" * 500)], max_tokens=100)
    assert texts(given) == ["字" * 500]


def test_messages_around_a_reply_that_failed_before_its_first_word_are_joined() -> None:
    path = [message("user", "One"), message("assistant", ""), message("user", "Two")]
    given = fit(path)
    assert roles(given) == ["user"]
    assert texts(given) == ["One Two"]


def test_a_full_context_is_cut_in_blocks_so_that_the_prefix_stays_for_many_turns() -> None:
    """Each turn as the product makes it: the reply remembers where its context began."""
    path = dialogue(0)
    starts: list[str] = []
    for _ in range(60):
        given = fit(path[-52:], max_messages=20)
        assert len(given.messages) <= 20
        starts.append(given.start_id or path[0].id)
        details = {"context_start_id": given.start_id} if given.start_id else None
        path += [message("assistant", "word", details=details), message("user", "word")]
    # Six of twenty messages are cut at a time, which is three turns, instead of two messages in each turn.
    changes = sum(one != other for one, other in pairwise(starts))
    assert changes <= len(starts) // 3 + 1
    assert starts[-1] != starts[0]


def test_a_context_cut_by_tokens_has_room_for_the_next_turns() -> None:
    given = fit(dialogue(20, "字" * 50), max_tokens=1000)
    assert sum(estimate_tokens(entry["content"]) for entry in given.messages) <= 700


def test_few_messages_are_what_the_user_chose_exactly() -> None:
    path = dialogue(4)
    assert len(fit(path, max_messages=3).messages) == 3


def test_the_start_of_an_earlier_cut_is_reported_again() -> None:
    path = dialogue(2)
    path[3].details = {"context_start_id": path[0].id}  # The branch has messages before these.
    assert fit(path).start_id == path[0].id


def test_tokens_are_estimated_by_script() -> None:
    assert estimate_tokens([{"type": "text", "text": "word" * 100}]) == 100
    assert estimate_tokens([{"type": "text", "text": "你好" * 50}]) == 100
    assert estimate_tokens([{"type": "image_url", "image_url": {"key": "k"}}]) >= 85
