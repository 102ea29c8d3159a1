"""One request to the model within a turn, whose answer a task reads."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress

from shared.chat.context import ChatMessage, estimate_tokens
from shared.chat.model_reader import AnswerBuffer, read_model
from shared.chat.overlap import OverlapFilter
from shared.chat.prepare import PreparedTurn
from shared.chat.tool_loop import ToolLoop
from shared.chat.tool_messages import text_after_steps
from shared.llm.answer import Finished
from shared.llm.tokens import estimate_text_tokens

# Limit of text and reasoning together. At four bytes each they fit a row and one packet to the database (MEDIUMTEXT
# and MariaDB's max_allowed_packet: 16 MB).
MAX_REPLY_CHARACTERS = 2_000_000


class ModelCall:
    """One request to the model, which a task of its own reads into `answer`."""

    def __init__(self, turn: PreparedTurn, messages: Sequence[ChatMessage], tools: ToolLoop | None = None) -> None:
        text = turn.log.text
        if tools is not None:
            text = text_after_steps(text, tools.steps)
        # The text of another answer of the model is another paragraph.
        is_new_answer = tools is not None and bool(turn.log.text) and not text.strip()
        self.answer = AnswerBuffer(overlap=OverlapFilter(text), separator="\n\n" if is_new_answer else "")
        self._log = turn.log
        self._messages = messages
        self._project_tokens = turn.files.project_tokens
        self._text_before = len(turn.log.text)
        self._reasoning_before = len(turn.log.reasoning)
        self._reader = asyncio.create_task(
            read_model(
                turn,
                messages,
                tools.definitions() if tools is not None else (),
                self.answer,
                MAX_REPLY_CHARACTERS - turn.log.characters,
                continues=bool(text.strip()),
                # A prefix would go after the model's reasoning, which the model is not given.
                may_prefix=not turn.log.reasoning,
            )
        )

    @property
    def reply_text(self) -> str:
        """The text of the reply, so far."""
        return self._log.text

    @property
    def reasoning(self) -> str:
        """The reasoning of this answer."""
        return self._log.reasoning[self._reasoning_before :]

    def estimate(self) -> Mapping[str, int]:
        """The estimated tokens of the answer so far; empty if it has no character yet. One that has ended may have no
        text but calls."""
        outcome = self.answer.outcome
        text = self._log.text[self._text_before :] + self.reasoning
        if isinstance(outcome, Finished):
            text += "".join(call.name + call.arguments for call in outcome.calls)
        elif not text:
            return {}
        prompt = self._project_tokens + sum(_estimated_tokens(message) for message in self._messages)
        return {"prompt_tokens": prompt, "completion_tokens": estimate_text_tokens(text)}

    async def hang_up(self) -> None:
        self._reader.cancel()
        with suppress(asyncio.CancelledError):
            await self._reader


def _estimated_tokens(message: ChatMessage) -> int:
    """An estimate of the tokens in a message for a model, with its calls."""
    content = message.get("content") or ""
    tokens = estimate_text_tokens(content) if isinstance(content, str) else estimate_tokens(content)
    called = (call["function"] for call in message.get("tool_calls", ()))
    return tokens + sum(estimate_text_tokens(function["name"] + function["arguments"]) for function in called)
