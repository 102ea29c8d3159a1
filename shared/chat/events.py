"""The events of a turn as clients get them: the same objects over SSE and WebSocket."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.chat.reply import Absent, ErrorOut, ReplyDetails, UsageOut
from shared.chat.step_out import StepOut
from shared.db.models.message import Status


class _Event(BaseModel):
    model_config = ConfigDict(json_schema_serialization_defaults_required=True, defer_build=True)

    # From 1 within one reply.
    seq: int


class Started(_Event):
    type: Literal["started"] = "started"
    conversation_id: str
    user_message_id: str
    assistant_message_id: str
    # That makes the reply, by the name under which it is kept.
    model: str | None


class ReasoningDelta(_Event):
    type: Literal["reasoning"] = "reasoning"
    message_id: str
    text: str


class TextDelta(_Event):
    type: Literal["delta"] = "delta"
    message_id: str
    text: str


class StepChanged(_Event):
    """A step began, or changed its state."""

    type: Literal["step"] = "step"
    message_id: str
    step: StepOut


class Waiting(_Event):
    """The last event of a reply whose `steps` need the user: it goes on when they are answered."""

    type: Literal["waiting"] = "waiting"
    message_id: str
    steps: list[int]


class Completed(_Event, ReplyDetails):
    type: Literal["completed"] = "completed"
    user_message_id: str
    assistant_message_id: str
    status: Status
    finish_reason: str | None
    usage: UsageOut | None


class Failed(_Event):
    type: Literal["failed"] = "failed"
    user_message_id: str
    assistant_message_id: str
    error: ErrorOut


class Notice(BaseModel):
    """A passing state, for a client that asked for notices: not stored, without a `seq`, not replayed.

    `provider_wait`: the provider is busy (`status`) or could not be reached, and is called again in `seconds`.
    """

    model_config = ConfigDict(defer_build=True)

    type: Literal["notice"] = "notice"
    message_id: str
    kind: Literal["provider_wait"] = "provider_wait"
    seconds: int
    status: Absent[int] = None


# With a `seq`: stored, and replayed to whoever resumes.
LoggedEvent = Started | ReasoningDelta | TextDelta | StepChanged | Waiting | Completed | Failed
ChatEvent = Annotated[LoggedEvent | Notice, Field(discriminator="type")]


def text_event(kind: str, seq: int, message_id: str, text: str) -> ReasoningDelta | TextDelta:
    """The event that carries text of a `kind`: `reasoning` or `delta`."""
    event_type = ReasoningDelta if kind == "reasoning" else TextDelta
    return event_type(seq=seq, message_id=message_id, text=text)
