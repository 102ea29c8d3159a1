"""Routes of the chat calls that do not stream."""

from typing import Annotated

from fastapi import Query, Response

from functions.chat import service
from functions.chat.schemas import (
    AnswerBody,
    DeleteBody,
    FoundMessage,
    OutlineItem,
    StopBody,
    Upload,
    UploadBody,
    UploadList,
)
from shared.chat.errors import AlreadyAnswered
from shared.chat.message_out import MessageOut, message_out
from shared.chat.stop import stop_reply
from shared.errors import RateLimited
from shared.schemas import Deleted, GivenId, Page
from shared.storage import get_object_store
from shared.storage.object_store import PresignedUpload
from shared.web.dependencies import CurrentUser, DbSession, TokenUser
from shared.web.responses import OWN_THING, error_responses
from shared.web.routing import Router

router = Router("chat", responses=error_responses(*OWN_THING))
_ANSWER = error_responses(*OWN_THING, AlreadyAnswered)
_UPLOAD = error_responses(*OWN_THING, RateLimited)


@router.post("/get_upload_presigned_url", responses=_UPLOAD)
def presign_uploads(body: UploadBody, session: DbSession, caller: CurrentUser) -> UploadList:
    """Presign uploads of images.

    One URL for each suffix, for a PUT with exactly the `headers` given. The object's key is
    `<user_id>/<conversation_id>/images/<name>.<suffix>`; a message names it by the URL or the key. An object of more
    than `max_bytes` is refused when a message names it; one that no message names is deleted after a day. Uploads are
    limited per day.
    """
    uploads = service.presign_uploads(session, caller.user_id, body.conversation_id, body.suffixes)
    return UploadList(items=[_upload(upload) for upload in uploads])


@router.post("/stop", status_code=202, response_class=Response)
def stop(body: StopBody, session: DbSession, caller: CurrentUser) -> None:
    """Stop a reply.

    The reply ends with the status `stopped` and keeps its text; its stream ends with `completed`. Stopping a reply
    that has ended changes nothing.
    """
    stop_reply(session, caller.user_id, body.message_id)


@router.post("/answer", status_code=202, response_class=Response, responses=_ANSWER)
def answer(body: AnswerBody, user: TokenUser) -> None:
    """Answer a step of a waiting reply.

    When every step that waited has its answer, the reply goes on; its events come by `resume` or WebSocket. The same
    answer again changes nothing; another one is refused.
    """
    service.answer_step(user, body)


@router.post("/delete")
def delete_message(body: DeleteBody, user: TokenUser) -> Deleted:
    """Delete a message.

    With all messages that follow it, on every branch, and their stored images. `deleted` counts them.
    """
    return Deleted(deleted=service.delete_message(user, body.message_id))


@router.get("/{conversation_id}")
def list_history(
    conversation_id: str,
    session: DbSession,
    caller: CurrentUser,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    cursor: str | None = None,
    leaf_id: Annotated[GivenId | None, Query(description="Only the branch that ends here; `active`: as shown")] = None,
    steps: Annotated[bool, Query(description="With the tool calls of replies, and the status `waiting`")] = False,
) -> Page[MessageOut]:
    """List the messages of a conversation.

    Oldest first, the whole tree, with branches by `parent_id`. With `leaf_id`: the last `limit` messages of the branch
    that ends there, without a cursor. A page has fewer than `limit` messages where they would be more than 4 MB. A
    reply that is streaming has the text received so far. Images come with presigned download URLs.
    """
    page, found, next_cursor = service.list_history(
        session, caller.user_id, conversation_id, leaf_id, cursor, limit, with_steps=steps
    )
    store = get_object_store()
    items = [message_out(message, store, found.get(message.id, ()) if steps else None) for message in page]
    return Page[MessageOut](items=items, next_cursor=next_cursor)


@router.get("/{conversation_id}/outline")
def list_outline(
    conversation_id: str,
    session: DbSession,
    caller: CurrentUser,
    limit: Annotated[int, Query(ge=1, le=5000)] = 2000,
    cursor: str | None = None,
) -> Page[OutlineItem]:
    """List the tree of a conversation without its content.

    Each message's id, parent and role, oldest first: what it takes to lay out the branches of a long conversation
    before its messages are fetched.
    """
    page, next_cursor = service.list_outline(session, caller.user_id, conversation_id, cursor, limit)
    items = [OutlineItem(id=message.id, parent_id=message.parent_id, role=message.role) for message in page]
    return Page[OutlineItem](items=items, next_cursor=next_cursor)


@router.get("/{conversation_id}/find")
def find_phrase(
    conversation_id: str,
    session: DbSession,
    caller: CurrentUser,
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
    cursor: str | None = None,
) -> Page[FoundMessage]:
    """Find a phrase in a conversation.

    The messages of all branches whose text contains `q`, in any case, oldest first, each with the number of
    occurrences; none for an empty `q`. A reply that is streaming is not searched.
    """
    page, next_cursor = service.find_phrase(session, caller.user_id, conversation_id, q, cursor, limit)
    items = [FoundMessage(message_id=found.id, count=found.occurrences) for found in page]
    return Page[FoundMessage](items=items, next_cursor=next_cursor)


def _upload(upload: PresignedUpload) -> Upload:
    return Upload(
        upload_url=upload.url,
        key=upload.key,
        headers=dict(upload.headers),
        expires_at=upload.expires_at,
        max_bytes=upload.max_bytes,
    )
