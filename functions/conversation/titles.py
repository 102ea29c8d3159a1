"""Conversation titles: requested from a model and cleaned, with the beginning of the message as the fallback."""

import re
from contextlib import aclosing

import anyio

from shared.llm.answer import Delta
from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import ProviderError
from shared.llm.provider import stream_chat

MAX_CHARACTERS = 60
# Timeout of the model; the gateway waits 29 s for the whole response.
TITLE_SECONDS = 20.0
# Longer messages are truncated in the prompt, to save tokens.
_QUOTED_CHARACTERS = 2000
_INSTRUCTION = (
    "Write a title for a conversation that begins with the user's message below: at most six words "
    "(or twelve Chinese characters), in the language of the message. Answer with the title alone."
)
# Also without the opening tag, which some servers' chat templates remove.
_REASONING = re.compile(r".*</think(ing)?>|<(think|thinking|reasoning)>.*?(</\2>|$)", re.DOTALL | re.IGNORECASE)
# Markup that models put before a title (heading or list marks, the word "title") and around it.
_LEADING = re.compile(
    r"(#+\s+|[-*•]\s+|\d{1,2}[.)]\s+)?(\**(title|标题|標題|题目|題目)\**\s*[:：](\*\*(?=\s))?)?\s*", re.IGNORECASE
)
_WRAPPED = re.compile(r"""(\*\*|__|[*_`"'])((?:(?!\1).)+)\1""")
_QUOTES = dict(zip("“‘„«「『《〈【", "”’“»」』》〉】", strict=True))
_STOPS = ".。,，;；:：、"


async def request_title(endpoint: ModelEndpoint, message_text: str) -> str | None:
    """Request a title from a model; None when the model fails or returns no title."""
    prompt = [{"role": "user", "content": f"{_INSTRUCTION}\n\n{message_text[:_QUOTED_CHARACTERS]}"}]
    answer = ""
    try:
        with anyio.fail_after(TITLE_SECONDS):
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
    """The first line of a model's answer without reasoning, label, quotes and final punctuation."""
    for line in _REASONING.sub("", answer).splitlines():
        title = _bare(" ".join(line.split()))
        if any(character.isalnum() for character in title):
            return _shorten(title)
    return None


def _bare(title: str) -> str:
    while True:
        before = title
        if wrapped := _WRAPPED.fullmatch(title):
            title = wrapped[2]
        elif _QUOTES.get(title[:1]) == title[-1:] and not {title[0], title[-1]} & set(title[1:-1]):
            title = title[1:-1]
        title = _LEADING.sub("", title, count=1).strip().rstrip(_STOPS)
        if title == before:
            return title


def title_from_text(message_text: str) -> str:
    """The first words of a message."""
    return _shorten(" ".join(message_text.split())) or "🖼"


def _has_enough(answer: str) -> bool:
    text = _REASONING.sub("", answer).lstrip()
    return len(text) > MAX_CHARACTERS * 3 or "\n" in text


def _shorten(title: str) -> str:
    if len(title) <= MAX_CHARACTERS:
        return title
    cut = title[:MAX_CHARACTERS]
    # Cut at the end of a word, unless the script has no spaces.
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > MAX_CHARACTERS // 2 else cut).rstrip(_STOPS) + "…"
