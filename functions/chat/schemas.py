"""Request and response bodies of the chat calls that do not stream."""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from shared.db.models.message import Role
from shared.schemas import GivenId, RequestBody, ResponseBody, Timestamp

_MAX_OBJECT_BYTES = 64_000


def _small(value: dict[str, Any]) -> dict[str, Any]:
    try:
        size = len(json.dumps(value, allow_nan=False))
    except ValueError:
        raise ValueError("is not valid JSON") from None
    if size > _MAX_OBJECT_BYTES:
        raise ValueError("is too large")
    return value


_Object = Annotated[dict[str, Any], AfterValidator(_small)]


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


class AnswerBody(RequestBody):
    """`arguments`: as edited by the user. `form`: its values. `reason`: of a denial, for the model."""

    message_id: GivenId
    n: int = Field(ge=1, le=1000)
    decision: Literal["allow", "allow_always", "deny"]
    arguments: _Object | None = None
    form: _Object | None = None
    reason: str | None = Field(None, max_length=1000)


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
