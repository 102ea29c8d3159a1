"""A file as clients receive it, and the event of its changes."""

from typing import Literal

from pydantic import BaseModel

from shared.chat.reply import Absent
from shared.db.models import File
from shared.db.models.file import FileState
from shared.documents.page_images import MAX_PAGE_IMAGES
from shared.llm.tokens import IMAGE_TOKENS
from shared.schemas import ResponseBody, Timestamp

_MESSAGES = {
    "file_kind": "This kind of file cannot be read. Save a document as PDF or in a current Office format, or unpack "
    "the archive.",
    "file_encrypted": "This file is encrypted. Remove its password and upload it again.",
    "file_empty_text": "This file contains no text. Send a scan's pages as images, or save pictures as a PDF first.",
    "file_too_long": "This file is too large or too complex to be read. Upload a part of it.",
    "file_unreadable": "This file is damaged or incomplete. Save it again, then upload it.",
}


class FileErrorOut(ResponseBody):
    code: str
    message: str


class PageImagesOut(ResponseBody):
    """`tokens`: of all of them, estimated."""

    count: int
    tokens: int


class FileOut(ResponseBody):
    """`size`: in bytes. `pages`: absent where the document has none. `tokens`: estimated. `page_images`: those that a
    scan is sent as or, in state `failed`, that `POST /file/page_images` makes of it."""

    id: str
    name: str
    media_type: str
    size: int
    state: FileState
    error: Absent[FileErrorOut] = None
    pages: Absent[int] = None
    lines: Absent[int] = None
    tokens: Absent[int] = None
    page_images: Absent[PageImagesOut] = None
    conversation_id: Absent[str] = None
    project_id: Absent[str] = None
    created_at: Timestamp


class FileEvent(BaseModel):
    """A file was read, or could not be. Sent to all connections of its owner."""

    type: Literal["file"] = "file"
    file: FileOut


def file_out(file: File) -> FileOut:
    return FileOut(
        id=file.id,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        state=file.state,
        error=None if file.error is None else FileErrorOut(code=file.error, message=_MESSAGES[file.error]),
        pages=file.pages,
        lines=file.lines,
        tokens=file.tokens,
        page_images=_page_images(file),
        conversation_id=file.conversation_id,
        project_id=file.project_id,
        created_at=file.created_at,
    )


def is_scan(file: File) -> bool:
    """Whether a file has pages without text, which can be sent as images."""
    return file.state == "failed" and file.error == "file_empty_text" and bool(file.pages)


def _page_images(file: File) -> PageImagesOut | None:
    count = min(file.pages or 0, MAX_PAGE_IMAGES) if is_scan(file) else file.page_images
    return PageImagesOut(count=count, tokens=count * IMAGE_TOKENS) if count else None
