"""Request and response bodies of the share calls, and the document of a share, which anybody can read.

The models of the document are the allow-list of what a share contains: nothing of a message is in it that is not a
field here.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from shared.chat.reply import Absent, SourceOut
from shared.db.models.message import Role
from shared.schemas import GivenId, RequestBody, ResponseBody, Timestamp

# Seconds: from a minute to ten years.
ExpiresIn = Annotated[int, Field(ge=60, le=10 * 366 * 24 * 3600)]


class SharedText(BaseModel):
    type: Literal["text"]
    text: str


class SharedImage(BaseModel):
    """`name`: of the object beside the document, or in the sealed document's `images`."""

    type: Literal["image"]
    name: str


class SharedFile(BaseModel):
    """An attached document, by its name only."""

    type: Literal["file"]
    name: str
    media_type: str


SharedPart = Annotated[SharedText | SharedImage | SharedFile, Field(discriminator="type")]


class SharedStep(BaseModel):
    """A tool call that has ended, as in the history, without its server and its files."""

    n: int
    tool: str
    title: str
    state: Literal["done", "failed", "denied", "unknown"]
    at: int
    arguments: dict[str, Any] | str
    preview: Absent[str] = None
    result: Absent[str] = None
    sources: Absent[list[SourceOut]] = None
    started_at: Timestamp
    ended_at: Timestamp


class SharedMessage(BaseModel):
    """`status` is absent for a reply that is complete. `reasoning` and `steps` only where the share includes them."""

    role: Role
    content: list[SharedPart]
    created_at: Timestamp
    model: Absent[str] = None
    status: Absent[Literal["stopped", "failed"]] = None
    reasoning: Absent[str] = None
    sources: Absent[list[SourceOut]] = None
    steps: Absent[list[SharedStep]] = None


class ShareDocument(BaseModel):
    """`messages`: a branch, oldest first."""

    format: Literal[1] = 1
    title: str | None
    shared_at: Timestamp
    expires_at: Timestamp | None
    messages: list[SharedMessage]


class ShareInclude(RequestBody):
    """Parts of replies and messages that are left out otherwise."""

    reasoning: bool = False
    steps: bool = False
    images: bool = False


class CreateShareBody(RequestBody):
    """`leaf_id`: the last message of the branch; the end of the shown branch when absent. `expires_in`: seconds;
    without it the link does not expire. `sealed`: the caller encrypts the document."""

    conversation_id: GivenId
    leaf_id: GivenId | None = None
    include: ShareInclude = ShareInclude()
    sealed: bool = False
    expires_in: ExpiresIn | None = None


class UpdateShareBody(RequestBody):
    """Absent: `leaf_id` is the end of the shown branch now, `include` and the expiry stay. `expires_in: null`: the link
    does not expire."""

    id: GivenId
    leaf_id: GivenId | None = None
    include: ShareInclude | None = None
    expires_in: ExpiresIn | None = None


class PublishShareBody(RequestBody):
    id: GivenId


class RevokeSharesBody(RequestBody):
    ids: list[GivenId] = Field(min_length=1, max_length=100)


class IncludedParts(ResponseBody):
    reasoning: bool
    steps: bool
    images: bool


class ShareOut(ResponseBody):
    """`url`: of the page that shows it, without the key of a sealed one; `data_url`: of the document. Where the site's
    address is not known, both are paths on it."""

    id: str
    conversation_id: str
    leaf_id: str
    title: str | None
    url: str
    data_url: str
    include: IncludedParts
    sealed: bool
    created_at: Timestamp
    updated_at: Timestamp
    expires_at: Timestamp | None


class SavedShare(ShareOut):
    """A saved share; of a sealed one also the `document` and the download URLs of its `images`, for the caller to
    encrypt and to PUT to `upload_url` with exactly `upload_headers`."""

    document: Absent[ShareDocument] = None
    images: Absent[dict[str, str]] = None
    upload_url: Absent[str] = None
    upload_headers: Absent[dict[str, str]] = None


class ShareList(ResponseBody):
    """`enabled`: whether shares can be made and updated."""

    items: list[ShareOut]
    enabled: bool


class Revoked(ResponseBody):
    revoked: int
