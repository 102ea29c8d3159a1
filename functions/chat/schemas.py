"""Request and response bodies of the chat calls that do not stream."""

from typing import Literal

from pydantic import Field

from shared.db.models.message import Role
from shared.schemas import GivenId, RequestBody, ResponseBody, Timestamp


class UploadBody(RequestBody):
    conversation_id: GivenId
    suffixes: list[Literal["jpg", "jpeg", "png", "gif", "webp"]] = Field(min_length=1, max_length=10)


class Upload(ResponseBody):
    upload_url: str
    key: str
    # The PUT must send exactly these.
    headers: dict[str, str]
    expires_at: Timestamp
    max_bytes: int


class UploadList(ResponseBody):
    items: list[Upload]


class StopBody(RequestBody):
    message_id: GivenId


class DeleteBody(RequestBody):
    message_id: GivenId


class FoundMessage(ResponseBody):
    """A message in which a phrase occurs, and how often."""

    message_id: str
    count: int


class OutlineItem(ResponseBody):
    """A message's place in its conversation's tree."""

    id: str
    parent_id: str | None
    role: Role
