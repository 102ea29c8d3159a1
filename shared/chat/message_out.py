"""A message as clients receive it."""

import json
from collections.abc import Sequence

from shared.chat.parts import PartOut, to_client
from shared.chat.reply import Absent, ErrorOut, ReplyDetails, UsageOut
from shared.chat.step_out import MAX_SHOWN_RESULT, StepOut, step_out
from shared.db.models import Message, MessageStep
from shared.db.models.message import Role, Status
from shared.schemas import ResponseBody, Timestamp
from shared.storage.object_store import ObjectStore

# Lambda takes 6,291,556 bytes of response, SCF 6 MB
# (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
MAX_PAGE_BYTES = 4_000_000
# Size of the other fields of a message or a step, at most.
_MESSAGE_BYTES = 2_000


class MessageOut(ResponseBody, ReplyDetails):
    id: str
    parent_id: str | None
    role: Role
    content: list[PartOut]
    reasoning: str | None
    status: Status
    model: str | None
    usage: UsageOut | None
    finish_reason: str | None
    error: ErrorOut | None
    created_at: Timestamp
    steps: Absent[list[StepOut]] = None


def message_out(
    message: Message,
    store: ObjectStore,
    steps: Sequence[MessageStep] | None = None,
    max_result: int = MAX_SHOWN_RESULT,
) -> MessageOut:
    """A message with a download URL for each image.

    `steps`: None for a client that does not know them, to which a waiting reply is a stopped one. `max_result`:
    characters of the result of each.
    """
    return MessageOut(
        id=message.id,
        parent_id=message.parent_id,
        role=message.role,
        content=to_client(message.content, store),
        reasoning=message.reasoning,
        status="stopped" if message.status == "waiting" and steps is None else message.status,
        model=message.model,
        usage=None if message.usage is None else UsageOut.model_validate(message.usage),
        finish_reason=message.finish_reason,
        error=None if message.error is None else ErrorOut.model_validate(message.error),
        created_at=message.created_at,
        steps=[step_out(step, store=store, max_result=max_result) for step in steps] if steps else None,
    ).with_details(message.details)


def step_bytes(steps: Sequence[MessageStep], max_result: int = MAX_SHOWN_RESULT) -> int:
    """The size of steps in a response, at most, as in `response_bytes`."""
    size = 0
    for step in steps:
        shown = json.dumps([step.arguments, (step.result or "")[:max_result], step.sources, step.ask])
        size += len(shown.encode()) + shown.count('"') + shown.count("\\") + _MESSAGE_BYTES
    return size


def response_bytes(message: Message) -> int:
    """The size of a message in a response, at most. Lambda's response has the body as a JSON string, in which quotes,
    backslashes and line ends of its JSON are escaped once more."""
    texts = [part["text"] for part in message.content if part["type"] == "text"] + [message.reasoning or ""]
    escaped: int = sum(text.count('"') + text.count("\\") + text.count("\n") for text in texts)
    return sum(len(text.encode()) for text in texts) + 3 * escaped + _MESSAGE_BYTES
