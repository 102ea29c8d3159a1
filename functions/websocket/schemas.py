"""Schemas of client frames."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from shared.chat.reply import MAX_SEQ
from shared.chat.requests import ReplyBody, SendBody
from shared.schemas import GivenId, RequestBody

# Message size limit of the gateway (AWS: 128 KB; SCF: 256 KB).
MAX_MESSAGE_BYTES = 128 * 1024

RequestId = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[!-~]+$")]


class SendFrame(SendBody):
    type: Literal["send"]
    request_id: RequestId


class RegenerateFrame(ReplyBody):
    type: Literal["regenerate"]
    request_id: RequestId


class ContinueFrame(ReplyBody):
    type: Literal["continue"]
    request_id: RequestId


class StopFrame(RequestBody):
    type: Literal["stop"]
    message_id: GivenId
    request_id: RequestId | None = None


class ResumeFrame(RequestBody):
    type: Literal["resume"]
    message_id: GivenId
    after: int = Field(0, ge=0, le=MAX_SEQ)
    request_id: RequestId | None = None


class PingFrame(RequestBody):
    type: Literal["ping"]
    request_id: RequestId | None = None


ClientFrame = SendFrame | RegenerateFrame | ContinueFrame | StopFrame | ResumeFrame | PingFrame
client_frame: TypeAdapter[ClientFrame] = TypeAdapter(Annotated[ClientFrame, Field(discriminator="type")])
