"""Routes of the file calls."""

from typing import Annotated

from fastapi import Query, Request

from functions.file import service
from functions.file.errors import EmptyFile, NotAScan, UnsupportedFile
from functions.file.schemas import (
    CreatedFile,
    CreateFileBody,
    DeleteFilesBody,
    FileWithUrls,
    PageImagesBody,
    UploadedBody,
)
from shared.chat.errors import StorageUnavailable
from shared.chat.file_out import FileOut, file_out
from shared.errors import RateLimited
from shared.invocation import role_keys
from shared.schemas import Deleted, GivenId, Page
from shared.storage import get_object_store
from shared.storage.files import original_key, text_key
from shared.web.dependencies import CurrentUser, DbSession, TokenUser
from shared.web.responses import OWN_THING, WITH_TOKEN, error_responses
from shared.web.routing import Router

router = Router("file", responses=error_responses(*WITH_TOKEN))
_OWN_THING = error_responses(*OWN_THING)
_SCAN = error_responses(*OWN_THING, NotAScan)
_CREATE = error_responses(*OWN_THING, EmptyFile, UnsupportedFile, RateLimited, StorageUnavailable)


@router.post("/create", status_code=201, responses=_CREATE)
def create_file(body: CreateFileBody, user: TokenUser) -> CreatedFile:
    """Announce the upload of a document.

    PUT its bytes to `upload_url` with exactly `headers`, then call `uploaded`. A document has at most 30 MB. The same
    bytes of one user are read once: with `sha256`, such a file is `ready` in this response, and needs no upload.
    """
    created = service.create_file(user, body)
    return CreatedFile(
        file=file_out(created.file),
        upload_url=created.upload.url,
        headers=dict(created.upload.headers),
        expires_at=created.upload.expires_at,
    )


@router.post("/uploaded", status_code=202, responses=_OWN_THING)
def start_reading(body: UploadedBody, user: TokenUser, request: Request) -> FileOut:
    """Read a document that has been uploaded.

    Its state is `reading`, then `ready` or `failed`; an event `file` goes to the caller's WebSocket connections. A
    document that failed can be uploaded again, while its URL is valid, and read again.
    """
    return file_out(service.start_reading(user, body.id, role_keys(request.headers)))


@router.post("/page_images", status_code=202, responses=_SCAN)
def start_rendering(body: PageImagesBody, user: TokenUser, request: Request) -> FileOut:
    """Render the pages of a scan.

    For a file that failed with `file_empty_text` and has `page_images`, the number of images and their tokens. Its
    state is `reading`, then `ready`: models are sent the images instead of a text; those of a project's file with every
    message of its conversations, as many as fit.
    """
    return file_out(service.start_rendering(user, body.id, role_keys(request.headers)))


@router.get("", responses=_OWN_THING)
def list_files(
    session: DbSession,
    caller: CurrentUser,
    conversation_id: Annotated[GivenId | None, Query(description="Only the files of this conversation")] = None,
    project_id: Annotated[GivenId | None, Query(description="Only the files of this project")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    cursor: str | None = None,
) -> Page[FileOut]:
    """List files.

    The caller's, newest first; a file of a conversation is deleted with it, one of a project with the project.
    """
    found, next_cursor = service.list_files(session, caller.user_id, conversation_id, project_id, cursor, limit)
    return Page[FileOut](items=[file_out(file) for file in found], next_cursor=next_cursor)


@router.get("/{file_id}", responses=_OWN_THING)
def get_file(file_id: str, session: DbSession, caller: CurrentUser) -> FileWithUrls:
    """Get a file.

    With download URLs of its bytes and of its text, valid for an hour.
    """
    file = service.get_file(session, caller.user_id, file_id)
    store = get_object_store()
    return FileWithUrls(
        **vars(file_out(file)),
        download_url=store.presign_download(original_key(file.user_id, file.id)),
        text_url=store.presign_download(text_key(file.user_id, file.id))
        if file.state == "ready" and not file.page_images
        else None,
    )


@router.post("/delete")
def delete_files(body: DeleteFilesBody, user: TokenUser) -> Deleted:
    """Delete files.

    With their bytes and text. Messages that name them keep the names; models get a note that they were deleted.
    """
    return Deleted(deleted=service.delete_files(user, body.ids))
