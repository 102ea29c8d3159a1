"""Request and response bodies of the conversation calls."""

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from shared.chat.instructions import InstructionsSource
from shared.chat.own_model import ModelFields
from shared.chat.parts import MessageContent
from shared.chat.reply import Absent
from shared.schemas import GivenId, InstructionsText, RequestBody, ResponseBody, Timestamp, without_bidi_controls
from shared.tools.choice import ChosenTools, ToolChoice


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

    `project_id`: in this project, whose model config and tools it has where `model_config_id` or `tools` is absent.
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


class UpdateConversationsBody(RequestBody):
    """The same change of several conversations. Absent fields do not change; `project_id: null` selects no project."""

    ids: list[GivenId] = Field(min_length=1, max_length=100)
    project_id: GivenId | None = None
    archived: bool | None = None


class Updated(ResponseBody):
    updated: int


class TitleBody(ModelFields):
    conversation_id: GivenId
    message: MessageContent


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
    # In lists: a reply waits for the caller.
    waiting: Absent[bool] = None
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
