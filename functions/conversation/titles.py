"""Conversation titles: requested from a model and cleaned, with the beginning of the message as the fallback."""

import re
from collections.abc import Mapping
from contextlib import aclosing

import anyio

from shared.llm.answer import Delta
from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import ProviderError
from shared.llm.provider import stream_chat
from shared.llm.tokens import estimate_text_tokens
from shared.schemas import without_bidi_controls

MAX_CHARACTERS = 60
# Timeout of the model; the gateway waits 29 s for the whole response.
TITLE_SECONDS = 20.0
# Longer messages are truncated in the prompt, to save tokens.
_QUOTED_CHARACTERS = 2000
_INSTRUCTION = (
    "Write a title for a conversation that begins with the user's message below: at most six words "
    "(or twelve Chinese characters), in the language of the message. Answer with the title alone."
)
# Limit of an answer, without its reasoning.
MAX_ANSWER_CHARACTERS = 4096
# A first line that is longer is no title, but its beginning may do.
_MAX_LINE = 400
# Some servers' chat templates remove the opening tag, so the last closing tag ends the reasoning.
_REASONING_START = re.compile(r"<(think|thinking|thought|reasoning)>", re.IGNORECASE)
_REASONING_END = re.compile(r"</(think|thinking|thought|reasoning)>", re.IGNORECASE)
_LONGEST_TAG = len("</reasoning>")
# Inline Markdown (CommonMark): code, links and images, emphasis, HTML tags, backslash escapes.
_CODE = re.compile(r"(?<!`)(?:`+)(?!`)([^`]+)`+")
_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
_EMPHASIS = re.compile(
    r"(?<!\\)(\*{1,3}|~~)(?=[^\s*~])([^*~]+)(?<=[^\s\\])\1|(?<![\w\\])(_{1,3})(?=[^\s_])(.+?)(?<=[^\s\\])\3(?!\w)"
)
_TAG = re.compile(r"</?(?:b|i|u|s|em|strong|code|del|mark|sub|sup|span|p|br|h[1-6])(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
# Marks that models put before a title (of a heading, quotation or list, and the word "title") and around it.
_LEADING = re.compile(
    r"(#{1,6}\s+|>\s*|[-+*•]\s+|\d{1,2}[.)]\s+)?(\**(title|标题|標題|题目|題目)\**\s*[:：](\*\*(?=\s))?)?\s*",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"\s#+$")
_WRAPPED = re.compile(r"""(["'])((?:(?!\1).)+)\1""")
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
                        answer = _limited(answer + event.text)
                        if _has_enough(answer):
                            break
    except (ProviderError, TimeoutError):
        return None
    return clean_title(answer)


def estimate_title(message_text: str, title: str) -> Mapping[str, int]:
    """An estimate of a title's tokens: its answer is not read to the end, where the provider reports them."""
    prompt = f"{_INSTRUCTION}{message_text[:_QUOTED_CHARACTERS]}"
    return {"prompt_tokens": estimate_text_tokens(prompt), "completion_tokens": estimate_text_tokens(title)}


def clean_title(answer: str) -> str | None:
    """The first line of a model's answer as plain text: without reasoning, Markdown, label, quotes and final
    punctuation. Takes time in proportion to the answer's length."""
    for line in _without_reasoning(answer)[0][:MAX_ANSWER_CHARACTERS].splitlines():
        title = _bare(" ".join(without_bidi_controls(line[:_MAX_LINE]).split()))
        if any(character.isalnum() for character in title):
            return _shorten(title)
    return None


def _without_reasoning(answer: str) -> tuple[str, str]:
    """The text of an answer, and the opening tag of a reasoning that has not ended, or ""."""
    ends = [end.end() for end in _REASONING_END.finditer(answer)]
    text = answer[ends[-1] :] if ends else answer
    start = _REASONING_START.search(text)
    return (text[: start.start()], start[0]) if start else (text, "")


def _limited(answer: str) -> str:
    """The first MAX_ANSWER_CHARACTERS of an unfinished answer. Of a reasoning that has not ended, its opening tag and
    an end in which its closing tag may have begun."""
    if len(answer) <= MAX_ANSWER_CHARACTERS:
        return answer
    text, tag = _without_reasoning(answer)
    return f"{tag}{answer[-_LONGEST_TAG:]}" if tag and not text.strip() else text[:MAX_ANSWER_CHARACTERS]


def _bare(title: str) -> str:
    if title.startswith("```") and "```" not in title[3:]:
        return ""  # The fence of a code block, perhaps with its language.
    title = _TRAILING.sub("", _plain(title))
    while True:
        before = title
        if wrapped := _WRAPPED.fullmatch(title):
            title = wrapped[2]
        elif _QUOTES.get(title[:1]) == title[-1:] and not {title[0], title[-1]} & set(title[1:-1]):
            title = title[1:-1]
        title = _LEADING.sub("", title, count=1).strip().rstrip(_STOPS)
        if title == before:
            return title


def _plain(text: str) -> str:
    """The text of a line of Markdown. Code is taken out first: nothing in it is markup."""
    pieces = _CODE.split(text)
    for index in range(0, len(pieces), 2):
        piece = _TAG.sub("", _LINK.sub(r"\1", pieces[index]))
        while (inner := _EMPHASIS.sub(r"\2\4", piece)) != piece:  # Nested emphasis, from the inside.
            piece = inner
        pieces[index] = _ESCAPE.sub(r"\1", piece)
    return "".join(pieces)


def title_from_text(message_text: str) -> str:
    """The first words of a message."""
    return _shorten(" ".join(without_bidi_controls(message_text).split())) or "🖼"


def _has_enough(answer: str) -> bool:
    """Whether an unfinished answer has a whole line with a title, or as much as is read of one."""
    text = _without_reasoning(answer)[0].lstrip()
    complete, newline, rest = text.rpartition("\n")
    return len(rest) >= _MAX_LINE or len(text) >= MAX_ANSWER_CHARACTERS or bool(newline and clean_title(complete))


def _shorten(title: str) -> str:
    if len(title) <= MAX_CHARACTERS:
        return title
    cut = title[:MAX_CHARACTERS]
    # Cut at the end of a word, unless the script has no spaces.
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > MAX_CHARACTERS // 2 else cut).rstrip(_STOPS) + "…"
