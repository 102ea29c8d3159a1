"""Tool calls and their results as chat messages, in OpenAI's format."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from shared.db.models import MessageStep
from shared.llm.tool_calls import portable_id

# Characters of a result that the model reads: in the turn that made the call, and in later ones.
MAX_RESULT = 20_000
MAX_EARLIER_RESULT = 2_000
# Characters of all results of a turn together; the oldest are cut first.
_MAX_RESULTS = 120_000
_UNSENT = "This call was not made."
_UNKNOWN = "The connection was lost during this call. It may have run. It was not repeated."
# Mistral and strict templates refuse a user's message right after a tool's.
_BROKEN_OFF = "(The reply ended here.)"


def messages_of_reply(text: str, steps: Sequence[MessageStep], *, is_current: bool) -> list[dict[str, Any]]:
    """A reply as messages: for each answer of the model its text with the calls, then their results; then the rest of
    the text, if there is any.

    `is_current`: the turn goes on with it. In later turns results are shorter, and calls have ids that every server
    accepts.
    """
    calls = [step for step in steps if step.tool]
    limits = _limits(calls) if is_current else {step.n: MAX_EARLIER_RESULT for step in calls}
    messages: list[dict[str, Any]] = []
    position = 0
    for _, group in groupby(calls, key=lambda step: step.round):
        of_round = list(group)
        written = text[position : of_round[0].at].strip()
        position = of_round[0].at
        message = {"role": "assistant", "content": _parts(written), "tool_calls": []}
        if is_current:
            message |= (of_round[0].extra or {}).get("message", {})
        message["tool_calls"] = [_call(step, is_current=is_current) for step in of_round]
        messages.append(message)
        for step in of_round:
            result = {"type": "text", "text": _result_text(step, limits[step.n])}
            messages.append({"role": "tool", "tool_call_id": _id_of(step, is_current=is_current), "content": [result]})
    rest = text[position:]
    if rest.strip():
        messages.append({"role": "assistant", "content": _parts(rest if is_current else rest.strip())})
    elif messages and not is_current:
        messages.append({"role": "assistant", "content": _parts(_BROKEN_OFF)})
    return messages


def text_after_steps(text: str, steps: Sequence[MessageStep]) -> str:
    """The text that the model has written since the results of its last calls."""
    return text[max((step.at for step in steps if step.tool), default=0) :]


def estimated_characters(steps: Sequence[MessageStep]) -> int:
    """Characters of a reply's calls and results in later turns."""
    return sum(len(_arguments(step)) + min(len(step.result or ""), MAX_EARLIER_RESULT) for step in steps)


def _limits(steps: Sequence[MessageStep]) -> dict[int, int]:
    left = _MAX_RESULTS
    limits: dict[int, int] = {}
    for step in reversed(steps):
        limits[step.n] = MAX_RESULT if left > 0 else MAX_EARLIER_RESULT
        left -= min(len(step.result or ""), MAX_RESULT)
    return limits


def _call(step: MessageStep, *, is_current: bool) -> dict[str, Any]:
    function = {"name": step.called_as, "arguments": _arguments(step)}
    extra = (step.extra or {}).get("call", {})
    return {"id": _id_of(step, is_current=is_current), "type": "function", "function": function, **extra}


def _id_of(step: MessageStep, *, is_current: bool) -> str:
    return step.call_id if is_current else portable_id(f"{step.message_id}/{step.n}")


def _arguments(step: MessageStep) -> str:
    # Servers refuse broken JSON here, even their model's own.
    return json.dumps(step.arguments, ensure_ascii=False) if isinstance(step.arguments, dict) else "{}"


def _result_text(step: MessageStep, limit: int) -> str:
    if step.state == "unknown":
        return _UNKNOWN
    if step.result is None:
        return _UNSENT
    text = step.result
    if len(text) > limit:
        text = f"{text[:limit]}\n[Cut here: {len(step.result) - limit} more characters.]"
    return "\n".join([text, *_citations(step)])


def _citations(step: MessageStep) -> Iterator[str]:
    if step.sources:
        yield "\nCite these pages in your reply by their numbers in brackets:"
        for source in step.sources:
            yield f"[{source['n']}] {source['title']} {source['url']}"


def _parts(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text}] if text else []
