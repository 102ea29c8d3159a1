"""Request and response bodies of the conversation calls."""

from datetime import datetime, timezone
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints, model_validator

from shared.chat.instructions import InstructionsSource
from shared.chat.own_model import ModelFields
from shared.chat.parts import MessageContent, TextPart
from shared.chat.reply import Absent
from shared.db.models.message import EndStatus, Role
from shared.schemas import GivenId, InstructionsText, RequestBody, ResponseBody, Timestamp, without_bidi_controls
from shared.tools.choice import ChosenTools, ToolChoice

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# Limit of imported token counts: JSON allows numbers that exceed the column.
_TokenCount = Annotated[int, Field(ge=0, le=10**9)]


def _as_text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("A time must be a string.")  # noqa: TRY004 - Pydantic turns a ValueError into a 422
    return value


# Strict mode would reject strings, the only form of a time in JSON; numbers are rejected.
_Time = Annotated[AwareDatetime, Field(strict=False, ge=_EPOCH), BeforeValidator(_as_text)]


def _without_bidi_controls(value: object) -> object:
    return without_bidi_controls(value) if isinstance(value, str) else value


# Titles of other products' exports may have directional marks, so these are removed rather than refused.
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    BeforeValidator(_without_bidi_controls),
]


class CreateConversationBody(RequestBody):
    """`temporary`: not listed, not searched, never titled, and deleted a day after its last message.

    `project_id`: in this project, whose model config it has where `model_config_id` is absent.
    """

    model_config_id: GivenId | None = None
    project_id: GivenId | None = None
    instructions: InstructionsText | None = None
    # That the interface remembers; a call names its tools itself.
    tools: ToolChoice | None = None
    temporary: bool | None = None


class UpdateConversationBody(RequestBody):
    """Absent fields do not change. Null selects the server's default model (`model_config_id`), no project
    (`project_id`), no instructions, no tools."""

    id: GivenId
    title: Title | None = None
    model_config_id: GivenId | None = None
    project_id: GivenId | None = None
    instructions: InstructionsText | None = None
    # That the interface remembers; a call names its tools itself.
    tools: ToolChoice | None = None
    pinned: bool | None = None
    archived: bool | None = None
    active_leaf_id: GivenId | None = None


class TitleBody(ModelFields):
    conversation_id: GivenId
    message: MessageContent


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
    started_at: _Time
    ended_at: _Time


class ImportedMessage(RequestBody):
    """A message as in `GET /chat/{conversation_id}`, with text only: an image belongs to the
    conversation that it was uploaded to. `id` and `parent_id` refer to messages of the same body.
    """

    id: GivenId
    parent_id: GivenId | None
    role: Role
    content: list[TextPart] = Field(max_length=40, fail_fast=True)
    reasoning: str | None = Field(default=None, max_length=400_000)
    status: EndStatus = "completed"
    model: str | None = Field(default=None, max_length=200)
    usage: ImportedUsage | None = None
    finish_reason: str | None = Field(default=None, max_length=64)
    error: ImportedError | None = None
    sources: list[ImportedSource] | None = Field(default=None, max_length=100)
    context_start_id: GivenId | None = None
    images_omitted: bool | None = None
    steps: list[ImportedStep] | None = Field(default=None, max_length=200)
    created_at: _Time

    @model_validator(mode="after")
    def _as_its_role_says(self) -> "ImportedMessage":
        if self.role == "assistant":
            if len(self.content) > 1:
                raise ValueError("A reply must have exactly one part.")
            if (self.status == "failed") != (self.error is not None):
                raise ValueError("A failed reply must have an error, and no other message may have one.")
            if [step.n for step in self.steps or ()] != list(range(1, len(self.steps or ()) + 1)):
                raise ValueError("Steps are numbered from 1.")
            return self
        if not any(part.text.strip() for part in self.content):
            raise ValueError("A user's message must not be empty.")
        of_replies: tuple[object, ...] = (self.reasoning, self.model, self.usage, self.finish_reason, self.error)
        of_replies += (self.sources, self.context_start_id, self.images_omitted, self.steps)
        if self.status != "completed" or any(value is not None for value in of_replies):
            raise ValueError("Only a reply may have a model, reasoning, usage and finish_reason.")
        return self


class ImportConversationBody(RequestBody):
    """`messages`: oldest first, each after its parent. `active_leaf_id`: the end of the branch shown,
    the last message when absent.
    """

    title: Title | None = None
    active_leaf_id: GivenId | None = None
    # Stops at the first invalid message: there may be thousands.
    messages: list[ImportedMessage] = Field(min_length=1, max_length=5000, fail_fast=True)


class DeleteConversationsBody(RequestBody):
    """`purge`: delete now, from the bin too, instead of moving to the bin."""

    ids: list[GivenId] = Field(min_length=1, max_length=100)
    purge: bool | None = None


class RestoreConversationsBody(RequestBody):
    ids: list[GivenId] = Field(min_length=1, max_length=100)


class Restored(ResponseBody):
    restored: int


class ForkBody(RequestBody):
    message_id: GivenId


class SearchMatch(ResponseBody):
    """A snippet of a message with the matched words. `ranges`: start and end of each in the snippet, in UTF-16 code
    units, as JavaScript counts."""

    message_id: str
    snippet: str
    ranges: list[list[int]]


class ConversationOut(ResponseBody):
    id: str
    title: str | None
    model_config_id: str | None
    pinned: bool
    archived: bool
    created_at: Timestamp
    updated_at: Timestamp
    active_leaf_id: str | None
    project_id: Absent[str] = None
    instructions: Absent[str] = None
    tools: Absent[list[ChosenTools]] = None
    temporary: Absent[bool] = None
    # In the bin since then.
    deleted_at: Absent[Timestamp] = None
    # At most three messages that have the words of a search.
    matches: Absent[list[SearchMatch]] = None


class InstructionsPart(ResponseBody):
    """One part of the system prompt. `tokens`: estimated."""

    source: InstructionsSource
    text: str
    tokens: int


class InstructionsOut(ResponseBody):
    """In the order in which the model is given them."""

    items: list[InstructionsPart]


class TitleOut(ResponseBody):
    title: str
