"""The conversation calls over HTTP."""

from typing import Annotated, Any

from fastapi import Query

from functions.conversation import service
from functions.conversation.schemas import (
    ConversationOut,
    CreateConversationBody,
    DeleteConversationsBody,
    ImportConversationBody,
    TitleBody,
    TitleOut,
    UpdateConversationBody,
)
from shared.chat.errors import InvalidImage
from shared.chat.model_choice import MODEL_ERRORS
from shared.schemas import Deleted, Page
from shared.web.dependencies import CurrentUser, DbSession, DetachedUser
from shared.web.responses import OWN_THING, WITH_TOKEN, error_responses
from shared.web.routing import Router

router = Router("conversation", responses=error_responses(*WITH_TOKEN))
_OWN_THING = error_responses(*OWN_THING)
_TITLE = error_responses(*OWN_THING, *MODEL_ERRORS, InvalidImage)


@router.get("", response_model=Page[ConversationOut])
def list_conversations(
    session: DbSession,
    caller: CurrentUser,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
    cursor: str | None = None,
    q: Annotated[str, Query(max_length=200)] = "",
    archived: bool = False,
) -> Any:
    items, next_cursor = service.list_conversations(
        session, caller.user_id, archived=archived, query=q, cursor=cursor, limit=limit
    )
    return {"items": items, "next_cursor": next_cursor}


@router.get("/{conversation_id}", response_model=ConversationOut, responses=_OWN_THING)
def get_conversation(conversation_id: str, session: DbSession, caller: CurrentUser) -> Any:
    return service.get_conversation(session, caller.user_id, conversation_id)


@router.post("/create", status_code=201, response_model=ConversationOut, responses=_OWN_THING)
def create_conversation(body: CreateConversationBody, session: DbSession, caller: CurrentUser) -> Any:
    return service.create_conversation(session, caller.user_id, body.model_config_id)


@router.post("/import", status_code=201, response_model=ConversationOut)
def import_conversation(body: ImportConversationBody, session: DbSession, caller: CurrentUser) -> Any:
    return service.import_conversation(session, caller.user_id, body)


@router.post("/update", response_model=ConversationOut, responses=_OWN_THING)
def update_conversation(body: UpdateConversationBody, session: DbSession, caller: CurrentUser) -> Any:
    # Only a model can be taken away; elsewhere null says nothing.
    changes = {
        name: value
        for name, value in body
        if name != "id" and name in body.model_fields_set and (value is not None or name == "model_config_id")
    }
    return service.update_conversation(session, caller.user_id, body.id, changes)


@router.post("/generate_title", response_model=TitleOut, responses=_TITLE)
async def generate_title(body: TitleBody, caller: DetachedUser) -> Any:
    return TitleOut(title=await service.generate_title(caller.user_id, body))


@router.post("/delete", response_model=Deleted)
def delete_conversations(body: DeleteConversationsBody, caller: DetachedUser) -> Any:
    return Deleted(deleted=service.delete_conversations(caller.user_id, body.ids))
