"""Titles: asked of a model, made fit to show, and made without one where it fails."""

import re
from contextlib import aclosing

import anyio

from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import ProviderError

MAX_CHARACTERS = 60
_PATIENCE_SECONDS = 20
# Enough to title by; the rest would only cost.
_QUOTED_CHARACTERS = 2000
_INSTRUCTION = (
    "Write a title for a conversation that begins with the user's message below: at most six words "
    "(or twelve Chinese characters), in the language of the message. Answer with the title alone."
)
_REASONING = re.compile(r"<(think|thinking|reasoning)>.*?(</\1>|$)", re.DOTALL | re.IGNORECASE)
_LABEL = re.compile(r"^\s*(?:\*\*)?(?:title|标题|題目|题目)(?:\*\*)?\s*[::]\s*", re.IGNORECASE)
_WRAPPING = " \t#*_`\"'“”‘’«»「」『』《》"
_TRAILING = _WRAPPING + ".。,,;;::"


async def ask_for_title(endpoint: ModelEndpoint, message_text: str) -> str | None:
    """A model's title for a conversation that begins with a message; None when it gives none."""
    from shared.llm.provider import Delta, stream_chat  # The SDK is heavy, and only this needs it.

    prompt = [{"role": "user", "content": f"{_INSTRUCTION}\n\n{message_text[:_QUOTED_CHARACTERS]}"}]
    answer = ""
    try:
        with anyio.fail_after(_PATIENCE_SECONDS):
            async with aclosing(stream_chat(endpoint, prompt)) as events:
                async for event in events:
                    if isinstance(event, Delta) and event.kind == "delta":
                        answer += event.text
                    if _has_enough(answer):
                        break
    except (ProviderError, TimeoutError):
        return None
    return clean_title(answer)


def clean_title(answer: str) -> str | None:
    """The first line of a model's answer without reasoning, label, quotes and final stop."""
    lines = [line for line in _REASONING.sub("", answer).splitlines() if line.strip(_TRAILING)]
    if not lines:
        return None
    title = _LABEL.sub("", lines[0].strip(_WRAPPING)).lstrip(_WRAPPING).rstrip(_TRAILING)
    return _shorten(" ".join(title.split())) or None


def title_from_text(message_text: str) -> str:
    """The first words of a message."""
    return _shorten(" ".join(message_text.split())) or "🖼"


def _has_enough(answer: str) -> bool:
    said = _REASONING.sub("", answer).lstrip()
    return len(said) > MAX_CHARACTERS * 3 or "\n" in said


def _shorten(title: str) -> str:
    if len(title) <= MAX_CHARACTERS:
        return title
    cut = title[:MAX_CHARACTERS]
    # At a word's end, unless the script has no spaces.
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > MAX_CHARACTERS // 2 else cut).rstrip(_TRAILING) + "…"
