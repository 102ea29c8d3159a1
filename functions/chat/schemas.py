"""Bodies of the buffered chat calls."""

from typing import Literal

from pydantic import Field

from shared.chat.parts import PartOut
from shared.chat.reply import ErrorOut, Status, UsageOut
from shared.schemas import GivenId, RequestBody, ResponseBody, Timestamp


class UploadBody(RequestBody):
    conversation_id: GivenId
    suffixes: list[Literal["jpg", "jpeg", "png", "gif", "webp"]] = Field(min_length=1, max_length=10)


class Upload(ResponseBody):
    upload_url: str
    key: str
    # To be sent with the PUT, exactly.
    headers: dict[str, str]
    expires_at: Timestamp
    max_bytes: int


class UploadList(ResponseBody):
    items: list[Upload]


class StopBody(RequestBody):
    message_id: GivenId


class MessageOut(ResponseBody):
    id: str
    parent_id: str | None
    role: Literal["user", "assistant"]
    content: list[PartOut]
    reasoning: str | None = None
    status: Status
    model: str | None = None
    usage: UsageOut | None = None
    finish_reason: str | None = None
    error: ErrorOut | None = None
    created_at: Timestamp


class OutlineItem(ResponseBody):
    """A message's place in its conversation's tree."""

    id: str
    parent_id: str | None
    role: Literal["user", "assistant"]
