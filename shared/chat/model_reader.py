"""Reading the model's answer into a buffer, from which the turn takes it in groups."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any

from shared.chat.context import ChatMessage, ConversationImages, as_text, has_images
from shared.chat.event_log import TextKind
from shared.chat.overlap import OverlapFilter
from shared.chat.prepare import PreparedTurn
from shared.chat.reply import MAX_GROUP_CHARACTERS
from shared.llm.answer import Finished, ProviderWait
from shared.llm.errors import AnswerTooLong, ProviderError
from shared.llm.learned import Learned
from shared.storage import get_object_store
from shared.threads import run_in_thread
from shared.waiter import Waiter

_log = logging.getLogger(__name__)


@dataclass
class AnswerBuffer:
    """Text and reasoning that the model has sent and that no event carries yet, and how the answer ended.

    `provider_wait`: the provider is busy or unreachable, and is called again later.
    `learned`: differences of the provider, to be stored with the model config.
    `overlap`: of a continued reply; what its continuation repeats is left out. `separator`: put before its first text.
    """

    pieces: list[tuple[TextKind, str]] = field(default_factory=list)
    outcome: Finished | ProviderError | None = None
    provider_wait: ProviderWait | None = None
    learned: Learned | None = None
    overlap: OverlapFilter = field(default_factory=lambda: OverlapFilter(""))
    separator: str = ""
    _waiter: Waiter = field(default_factory=Waiter)

    def put(self, kind: TextKind, text: str) -> None:
        shown = self.overlap.feed(text) if kind == "delta" else text
        if kind == "delta" and self.separator and shown.strip():
            shown, self.separator = f"{self.separator}{shown.lstrip()}", ""
        if shown:
            self.pieces.append((kind, shown))
            self._waiter.wake()

    def put_wait(self, wait: ProviderWait) -> None:
        self.provider_wait = wait
        self._waiter.wake()

    def end(self, outcome: Finished | ProviderError) -> None:
        if rest := self.overlap.end():
            self.pieces.append(("delta", rest))
        self.outcome = outcome
        self._waiter.wake()

    async def wait(self, seconds: float) -> bool:
        """Wait for the next piece or the end; False after so many seconds without either."""
        return await self._waiter.wait(asyncio.get_running_loop().time() + seconds)

    def take_group(self) -> tuple[TextKind, str]:
        """Remove and return the longest run of one kind, up to MAX_GROUP_CHARACTERS. There is at least one piece."""
        kind = self.pieces[0][0]
        count = next((i for i, piece in enumerate(self.pieces) if piece[0] != kind), len(self.pieces))
        text = "".join(piece[1] for piece in self.pieces[:count])
        group, rest = text[:MAX_GROUP_CHARACTERS], text[MAX_GROUP_CHARACTERS:]
        self.pieces[:count] = [(kind, rest)] if rest else []
        return kind, group


async def read_model(
    turn: PreparedTurn,
    messages: Sequence[ChatMessage],
    tools: Sequence[Mapping[str, Any]],
    buffer: AnswerBuffer,
    max_characters: int,
    *,
    continues: bool,
    may_prefix: bool,
) -> None:
    """Call the turn's model and put its answer into `buffer`, which always gets an end, unless this task is cancelled.

    `messages`: its input, which grows with the tool calls of the turn. An answer of more than `max_characters` ends
    with AnswerTooLong, after as many as fit. `tools`, `continues`, `may_prefix`: as for
    shared.llm.provider.stream_chat.
    """
    room = max_characters
    try:
        given = await _with_files(turn, messages)
        images = None
        if has_images(given):
            images = ConversationImages(turn.newest_images | turn.files.newest_images, turn.endpoint)
        chat = given if images is not None else as_text(given)
        without_tools = partial(_without_search, turn, messages, images) if turn.files.with_tools else None
        provider = await run_in_thread(load_provider) if _provider is None else _provider
        streamed = provider.stream_chat(
            turn.endpoint, chat, images, tools, without_tools, continues=continues, may_prefix=may_prefix
        )
        async with aclosing(streamed) as answer:
            async for event in answer:
                if isinstance(event, Finished):
                    buffer.end(event)
                    return
                if isinstance(event, ProviderWait):
                    buffer.put_wait(event)
                    continue
                if isinstance(event, Learned):
                    buffer.learned = event
                    continue
                room -= len(event.text)
                if room < 0:
                    buffer.end(AnswerTooLong())
                    return
                buffer.put(event.kind, event.text)
    except ProviderError as error:
        buffer.end(error)
    except Exception:  # noqa: BLE001 - an edge
        # A reply must end whatever reading its answer raises; the traceback is logged here.
        _log.exception("reading the model's answer failed")
        buffer.end(ProviderError())


async def _with_files(turn: PreparedTurn, messages: Sequence[ChatMessage]) -> Sequence[ChatMessage]:
    if not turn.files.has_any(messages):
        return messages
    return await run_in_thread(turn.files.deliver, messages, turn.user_id, get_object_store())


async def _without_search(
    turn: PreparedTurn, messages: Sequence[ChatMessage], images: ConversationImages | None
) -> Sequence[ChatMessage]:
    """The messages for a model that was to search files with tools and turns out to take none."""
    given = messages
    if turn.files.has_any(messages):
        given = await run_in_thread(turn.files.deliver, messages, turn.user_id, get_object_store(), tools_refused=True)
    return given if images is not None else as_text(given)


_provider: ModuleType | None = None


def load_provider() -> ModuleType:
    """Import the module that calls models, with its HTTP client. A server preloads it after its start, so that the
    cold start does not include it."""
    global _provider
    _provider = import_module("shared.llm.provider")
    return _provider
