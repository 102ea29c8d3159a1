"""Request and response bodies of imports."""

from datetime import datetime, timezone
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints, model_validator

from functions.conversation.schemas import Title
from shared.chat.parts import Part, TextPart
from shared.chat.reply import Absent
from shared.db.models.message import EndStatus, Role
from shared.schemas import GivenId, InstructionsText, RequestBody, ResponseBody, check_encodable
from shared.tools.choice import ToolChoice

Source = Literal["chat", "chatgpt", "claude", "open_webui", "librechat"]
SourceId = Annotated[str, StringConstraints(min_length=1, max_length=128)]
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# Limit of imported token counts: JSON allows numbers that exceed the column.
_TokenCount = Annotated[int, Field(ge=0, le=10**9)]


def _as_text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("A time must be a string.")  # noqa: TRY004 - Pydantic turns a ValueError into a 422
    return value


# Strict mode would reject strings, the only form of a time in JSON; numbers are rejected.
_Time = Annotated[AwareDatetime, Field(strict=False, ge=_EPOCH), BeforeValidator(_as_text)]


class ImportedUsage(RequestBody):
    prompt_tokens: _TokenCount
    completion_tokens: _TokenCount
    cached_tokens: _TokenCount | None = None
    reasoning_tokens: _TokenCount | None = None


class ImportedError(RequestBody):
    code: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,64}$")]
    message: str = Field(max_length=1000)
    status: int | None = Field(default=None, ge=100, le=599)
    retry_after: int | None = Field(default=None, ge=0, le=10**9)


class ImportedSource(RequestBody):
    n: int = Field(ge=1, le=1000)
    title: str = Field(max_length=300)
    url: str = Field(max_length=2000, pattern=r"^https?://")


class ImportedObject(RequestBody):
    """An image of a result, by the key of its upload."""

    key: str = Field(max_length=200)
    media_type: str = Field(max_length=100)
    name: str = Field(default="", max_length=200)


class ImportedStep(RequestBody):
    """A tool call that has ended, as in `GET /chat/{conversation_id}?steps=true`."""

    n: int = Field(ge=1, le=1000)
    tool: str = Field(max_length=128)
    title: str = Field(max_length=200)
    state: Literal["done", "failed", "denied", "unknown"]
    at: int = Field(ge=0, le=400_000)
    arguments: dict[str, Any] | str
    preview: str | None = Field(default=None, max_length=300)
    result: str | None = Field(default=None, max_length=64_000)
    sources: list[ImportedSource] | None = Field(default=None, max_length=50)
    objects: list[ImportedObject] | None = Field(default=None, max_length=20)
    started_at: _Time
    ended_at: _Time


class ImportedMessage(RequestBody):
    """A message as in `GET /chat/{conversation_id}`. Images are named by the keys of their uploads for the conversation
    `id` of the body. `id` and `parent_id` refer to messages of the same body, or of an earlier import of the
    conversation.
    """

    id: GivenId
    parent_id: GivenId | None
    role: Role
    content: list[Part] = Field(max_length=40, fail_fast=True)
    reasoning: str | None = Field(default=None, max_length=400_000)
    status: EndStatus = "completed"
    model: str | None = Field(default=None, max_length=200)
    usage: ImportedUsage | None = None
    finish_reason: str | None = Field(default=None, max_length=64)
    error: ImportedError | None = None
    sources: list[ImportedSource] | None = Field(default=None, max_length=100)
    context_start_id: GivenId | None = None
    images_omitted: bool | None = None
    tools_omitted: bool | None = None
    steps: list[ImportedStep] | None = Field(default=None, max_length=200)
    created_at: _Time

    @model_validator(mode="after")
    def _as_its_role_says(self) -> "ImportedMessage":
        if self.role == "assistant":
            if len(self.content) > 1 or not all(isinstance(part, TextPart) for part in self.content):
                raise ValueError("A reply must have exactly one part, a text.")
            if (self.status == "failed") != (self.error is not None):
                raise ValueError("A failed reply must have an error, and no other message may have one.")
            if [step.n for step in self.steps or ()] != list(range(1, len(self.steps or ()) + 1)):
                raise ValueError("Steps are numbered from 1.")
            return self
        if not any(not isinstance(part, TextPart) or part.text.strip() for part in self.content):
            raise ValueError("A user's message must not be empty.")
        of_replies: tuple[object, ...] = (self.reasoning, self.model, self.usage, self.finish_reason, self.error)
        of_replies += (self.sources, self.context_start_id, self.images_omitted, self.tools_omitted, self.steps)
        if self.status != "completed" or any(value is not None for value in of_replies):
            raise ValueError("Only a reply may have a model, reasoning, usage and finish_reason.")
        return self


class ImportConversationBody(RequestBody):
    """`messages`: oldest first, each after its parent. `active_leaf_id`: the end of the branch shown, the last message
    when absent.

    `source` and `source_id`: the product whose export it is, and the conversation's id there. The same ones again add
    what is new to the conversation that was imported before. `id`: the conversation that images were uploaded for, a
    temporary one without messages, or the one imported before. `model_config_id`: one of the caller's own. Times after
    now become now.
    """

    id: GivenId | None = None
    source: Source | None = None
    source_id: SourceId | None = None
    title: Title | None = None
    instructions: InstructionsText | None = None
    project_id: GivenId | None = None
    model_config_id: GivenId | None = None
    # As in UpdateConversationBody.
    tools: ToolChoice | None = None
    pinned: bool | None = None
    archived: bool | None = None
    active_leaf_id: GivenId | None = None
    created_at: _Time | None = None
    updated_at: _Time | None = None
    # Stops at the first invalid message: there may be thousands.
    messages: list[ImportedMessage] = Field(min_length=1, max_length=5000, fail_fast=True)

    @model_validator(mode="after")
    def _source_with_its_id(self) -> "ImportConversationBody":
        if (self.source is None) != (self.source_id is None):
            raise ValueError("A source has an id of the conversation, and an id has a source.")
        return self


class ImportManyBody(RequestBody):
    """`conversations`: bodies of `/conversation/import`. Each is validated by itself, so that one that is invalid does
    not stop the others."""

    # Any keys: a name that cannot be encoded is a fault of its conversation only.
    conversations: list[dict[Any, Any]] = Field(min_length=1, max_length=50)

    @model_validator(mode="before")
    @classmethod
    def _only_text_that_can_be_encoded(cls, data: Any) -> Any:
        """Leaves the texts of the conversations to the validation of each, in place of the base's check of all."""
        if isinstance(data, dict):
            check_encodable({name: value for name, value in data.items() if name != "conversations"})
        return data


class ImportedBody(RequestBody):
    source: Source
    source_ids: list[SourceId] = Field(min_length=1, max_length=100)


class ImportedAgain(ResponseBody):
    """The conversation that was imported before, and the number of messages that were added to it."""

    existing: str
    added: int


class ImportFailure(ResponseBody):
    code: str
    message: str


class ImportResult(ResponseBody):
    """`id`: of the conversation; absent with an `error`. `added`: messages. `existing`: it was imported before."""

    source_id: str | None
    id: Absent[str] = None
    added: Absent[int] = None
    existing: Absent[bool] = None
    error: Absent[ImportFailure] = None


class ImportResults(ResponseBody):
    """In the order of the conversations given."""

    results: list[ImportResult]


class ImportedConversation(ResponseBody):
    """`message_ids`: of the messages that are not imported again, as they are in the export."""

    source_id: str
    id: str
    deleted: bool
    message_ids: list[str]


class ImportedConversations(ResponseBody):
    items: list[ImportedConversation]
