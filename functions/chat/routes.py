"""The buffered chat calls over HTTP."""

from typing import Annotated, Any

from fastapi import Query

from functions.chat import service
from functions.chat.schemas import MessageOut, OutlineItem, StopBody, UploadBody, UploadList
from shared.chat.parts import to_client
from shared.chat.stop import stop_reply
from shared.schemas import GivenId, Page
from shared.storage import get_object_store
from shared.web.dependencies import CurrentUser, DbSession
from shared.web.responses import OWN_THING, error_responses
from shared.web.routing import Router

router = Router("chat", responses=error_responses(*OWN_THING))


@router.post("/get_upload_presigned_url", response_model=UploadList)
def presign_uploads(body: UploadBody, session: DbSession, caller: CurrentUser) -> Any:
    uploads = service.presign_uploads(session, caller.user_id, body.conversation_id, body.suffixes)
    return {"items": [{**vars(upload), "upload_url": upload.url} for upload in uploads]}


@router.post("/stop", status_code=202)
def stop(body: StopBody, session: DbSession, caller: CurrentUser) -> None:
    stop_reply(session, caller.user_id, body.message_id)


@router.get("/{conversation_id}", response_model=Page[MessageOut])
def list_history(
    conversation_id: str,
    session: DbSession,
    caller: CurrentUser,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    cursor: str | None = None,
    leaf_id: Annotated[GivenId | None, Query(description="Only the branch that ends here; `active`: as shown")] = None,
) -> Any:
    page, next_cursor = service.list_history(session, caller.user_id, conversation_id, leaf_id, cursor, limit)
    store = get_object_store()
    # Images go out by fresh download URLs, so `content` is made, not read off the row.
    shaped = [{**vars(message), "content": to_client(message.content, store)} for message in page]
    return {"items": shaped, "next_cursor": next_cursor}


@router.get("/{conversation_id}/outline", response_model=Page[OutlineItem])
def list_outline(
    conversation_id: str,
    session: DbSession,
    caller: CurrentUser,
    limit: Annotated[int, Query(ge=1, le=5000)] = 2000,
    cursor: str | None = None,
) -> Any:
    page, next_cursor = service.list_outline(session, caller.user_id, conversation_id, cursor, limit)
    return {"items": page, "next_cursor": next_cursor}
