"""The rows of a reply's steps: how a tool call becomes one, asks the user, and ends; and the limit of their number."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from shared.chat.offered_tools import FIND_TOOL, Offered, OfferedTools
from shared.chat.prepare import PreparedTurn
from shared.db.models import MessageStep
from shared.db.models.message import StepState
from shared.db.types import utc_now
from shared.llm.answer import ToolCall
from shared.surrogates import parse_json
from shared.tools.tool import InputRequired, TaskPending

# Per turn, and again after each time that the user lets it go on.
MAX_STEPS = 24
_MAX_ROUNDS = 15
# Characters of a result in its row, and of arguments as JSON.
MAX_RESULT = 64_000
_MAX_ARGUMENTS = 64_000
_MAX_PREVIEW = 300
# The columns that the end of a step changes.
END_COLUMNS = ("state", "preview", "result", "result_key", "sources", "objects", "ended_at")


def new_step(
    turn: PreparedTurn,
    steps: Sequence[MessageStep],
    call: ToolCall,
    tools: OfferedTools,
    round_extra: Mapping[str, Any] | None,
) -> tuple[MessageStep, Offered | None]:
    """The step of a call, as it is written first: `running` where it may be sent at once. `steps`: those before the
    model's answer. `round_extra`: kept with each call of the answer."""
    offered = tools.find(call.name)
    tool = offered.tool if offered is not None else None
    number = max((step.round for step in steps), default=0) + 1
    arguments, problem = _parse_arguments(call.arguments)
    extra = {"call": call.extra} if call.extra else {}
    taken = {step.call_id for step in steps}
    step = MessageStep(
        message_id=turn.ids.message_id,
        n=0,
        tool=tool.name if tool else call.name,
        server_id=tool.server_id if tool else None,
        title=(tool.title or tool.name if tool else call.name)[:200],
        state="running",
        round=number,
        call_id=call.id if call.id not in taken else f"{call.id[:180]}_{number}",
        called_as=call.name,
        extra={**extra, **(round_extra or {})} or None,
        at=len(turn.log.text),
        arguments=arguments,
        attempts=0,
        started_at=utc_now(),
    )
    if call.name == FIND_TOOL and tools.is_searched and problem is None:
        step.title = "Find a tool"
        end_step(step, "done", _search(tools, step.arguments), None)
    elif offered is None:
        names = ", ".join(tools.names[:50])
        end_step(step, "failed", f"There is no tool with this name. The tools are: {names}", "Unknown tool")
    elif problem is not None:
        end_step(step, "failed", problem, "Invalid arguments")
    elif offered.tool.policy == "deny":
        end_step(step, "denied", "The user does not allow this tool.", None)
    elif offered.tool.policy == "ask":
        step.state = "waiting"
        step.ask = {"kind": "approve", "message": f"The model wants to use {step.title}."}
    return step, offered


def _parse_arguments(text: str) -> tuple[dict[str, Any] | str, str | None]:
    """The arguments of a call, and for the model why they cannot be used."""
    if len(text) > _MAX_ARGUMENTS:
        return text[:1000], "The arguments are too long."
    try:
        value = parse_json(text or "{}")
    except (ValueError, RecursionError):
        return text, "The arguments are not valid JSON. Call the tool again with valid JSON."
    return (value, None) if isinstance(value, dict) else (text, "The arguments have to be a JSON object.")


def _search(tools: OfferedTools, arguments: Mapping[str, Any] | str) -> str:
    """The result of a search for tools."""
    query = arguments.get("query") if isinstance(arguments, Mapping) else None
    found = tools.search(query if isinstance(query, str) else "")
    return json.dumps([{"name": o.name, "description": o.tool.description[:500]} for o in found])


def found_names(steps: Sequence[MessageStep]) -> Sequence[str]:
    """The names of the tools that the searches among these steps found."""
    searches = [step for step in steps if step.tool == FIND_TOOL and step.state == "done" and step.result]
    return [entry["name"] for step in searches for entry in json.loads(step.result or "[]")]


def end_step(step: MessageStep, state: StepState, result: str, preview: str | None) -> None:
    step.state, step.ended_at = state, utc_now()
    step.result = result if len(result) <= MAX_RESULT else f"{result[:MAX_RESULT]}\n[The result was cut here.]"
    step.preview = preview[:_MAX_PREVIEW] if preview else None


def ask_for_input(step: MessageStep, question: InputRequired, *, is_held: bool) -> None:
    """Ask the user what a call needs to go on. `is_held`: the call is held open meanwhile."""
    step.state, step.answer = "waiting", None
    ask = {"kind": question.kind, "message": question.message, "schema": question.schema, "url": question.url}
    step.ask = {**ask, "state": None, "is_held": True} if is_held else {**ask, "state": question.state}


def ask_to_repeat(step: MessageStep) -> None:
    """Ask the user about a call whose process died."""
    step.state, step.answer = "unknown", None
    step.ask = {
        "kind": "unknown",
        "message": f"The connection was lost while {step.title} ran. It may have run. Run it again?",
    }


def needs_answer(step: MessageStep) -> bool:
    return step.state in ("waiting", "unknown") and step.ended_at is None


def stored_task(pending: TaskPending) -> dict[str, Any]:
    return {"handle": dict(pending.handle), "poll_at": pending.poll_at.isoformat()}


def limit_step(turn: PreparedTurn, steps: Sequence[MessageStep]) -> MessageStep:
    """The step that asks the user whether to go on after so many `steps`."""
    return MessageStep(
        message_id=turn.ids.message_id,
        n=0,
        tool="",
        title="Go on?",
        state="waiting",
        round=max((step.round for step in steps), default=0),
        call_id="",
        called_as="",
        at=len(turn.log.text),
        arguments={},
        ask={"kind": "limit", "message": f"The reply has made {_since_limit(steps)} steps. Let it go on?"},
        attempts=0,
        started_at=utc_now(),
    )


def steps_left(steps: Sequence[MessageStep]) -> int:
    """The number of calls that the model's next answer may make: at least one."""
    return max(1, MAX_STEPS - _since_limit(steps))


def is_over_limit(steps: Sequence[MessageStep]) -> bool:
    """Whether to ask the user before the model is asked again."""
    recent = steps[len(steps) - _since_limit(steps) :]
    return len(recent) >= MAX_STEPS or len({step.round for step in recent}) >= _MAX_ROUNDS


def _since_limit(steps: Sequence[MessageStep]) -> int:
    """The number of steps since the turn began, or since the user let it go on."""
    count = 0
    for step in reversed(steps):
        if not step.tool:
            break
        count += 1
    return count
