"""Bodies of the conversation calls."""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.chat.model_choice import ModelFields
from shared.chat.parts import MessageContent
from shared.schemas import GivenId, RequestBody, ResponseBody, Timestamp

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class CreateConversationBody(RequestBody):
    model_config_id: GivenId | None = None


class UpdateConversationBody(RequestBody):
    """What is absent stays; `model_config_id: null` goes back to the server's default model."""

    id: GivenId
    title: Title | None = None
    model_config_id: GivenId | None = None
    pinned: bool | None = None
    archived: bool | None = None
    active_leaf_id: GivenId | None = None


class TitleBody(ModelFields):
    conversation_id: GivenId
    message: MessageContent


class DeleteConversationsBody(RequestBody):
    ids: list[GivenId] = Field(min_length=1, max_length=100)


class ConversationOut(ResponseBody):
    id: str
    title: str | None
    model_config_id: str | None
    pinned: bool
    archived: bool
    created_at: Timestamp
    updated_at: Timestamp
    active_leaf_id: str | None


class TitleOut(ResponseBody):
    title: str
