"""Reasoning between tags at the start of an answer, `<think>...</think>`, told apart from the answer.

LM Studio, vLLM without a reasoning parser, and many gateways leave the reasoning in the content, cut anywhere.
"""

import re
from collections.abc import Iterator

from shared.llm.answer import Delta

_OPENING_TAGS = ("<think>", "<thinking>", "<thought>", "<reasoning>")
_MAX_OPENING_TAG = max(map(len, _OPENING_TAGS))
# White space that is kept back: more of it is content.
_MAX_HELD = 1000


class ThinkTagSplitter:
    """Content in, Deltas out. A tag after the answer has begun is text. Linear in the length of the content."""

    def __init__(self) -> None:
        # Text that could still be a tag; only its beginning is kept back.
        self._held = ""
        self._closing: str | None = None
        self._state = "start"
        self._has_reasoning = False

    @property
    def is_answer(self) -> bool:
        """Whether the answer has begun, so that all content is text."""
        return self._state == "answer"

    def feed(self, text: str) -> Iterator[Delta]:
        if self._state == "answer":
            yield Delta("delta", text)
            return
        self._held += text
        if self._state == "start":
            yield from self._start()
        if self._state == "reasoning":
            yield from self._reasoning()
        if self._state == "gap":
            # Blank lines between the reasoning and the answer.
            self._held = self._held.lstrip()
            if self._held:
                self._state = "answer"
                yield from self._release("delta")

    def end(self) -> Iterator[Delta]:
        """The text that was kept back, when the content has ended."""
        kind = "reasoning" if self._state == "reasoning" else "delta"
        if self._state == "start" or self._state == "reasoning":
            yield from self._release(kind)

    def _release(self, kind: str) -> Iterator[Delta]:
        held, self._held = self._held, ""
        if held:
            yield Delta("reasoning" if kind == "reasoning" else "delta", held)

    def _start(self) -> Iterator[Delta]:
        start = self._held.lstrip()
        if not start and len(self._held) < _MAX_HELD:
            return
        for tag in _OPENING_TAGS:
            if start.lower().startswith(tag):
                self._held = start[len(tag) :]
                self._closing = f"</{tag[1:]}"
                self._state = "reasoning"
                return
        if start and len(start) < _MAX_OPENING_TAG and any(tag.startswith(start.lower()) for tag in _OPENING_TAGS):
            return
        self._state = "answer"
        yield from self._release("delta")

    def _reasoning(self) -> Iterator[Delta]:
        assert self._closing is not None
        if not self._has_reasoning:
            self._held = self._held.lstrip()
            self._has_reasoning = bool(self._held)
        found = re.search(re.escape(self._closing), self._held, re.IGNORECASE)
        if found:
            reasoning, self._held = self._held[: found.start()].rstrip(), self._held[found.end() :]
            self._state = "gap"
            if reasoning:
                yield Delta("reasoning", reasoning)
            return
        # White space before the closing tag belongs to neither.
        kept = len(self._held) - len(self._held.rstrip()) or self._tag_prefix()
        kept = kept if kept < _MAX_HELD else 0
        ready, self._held = self._held[: len(self._held) - kept], self._held[len(self._held) - kept :]
        if ready:
            yield Delta("reasoning", ready)

    def _tag_prefix(self) -> int:
        """The number of characters at the end that could begin the closing tag, with the white space before them."""
        assert self._closing is not None
        end = self._held[-len(self._closing) :]
        start = end.rfind("<")
        if start < 0 or not self._closing.startswith(end[start:].lower()):
            return 0
        before = self._held[: len(self._held) - len(end) + start]
        return len(self._held) - len(before.rstrip())
