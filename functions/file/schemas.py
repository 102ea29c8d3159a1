"""Request and response bodies of the file calls, and the event of `extract`."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints, model_validator

from shared.chat.file_out import FileOut
from shared.schemas import GivenId, RequestBody, ResponseBody, Timestamp, VisibleName

FileName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=255, pattern=r"^[^/\\\x00-\x1f\x7f]+$"),
    VisibleName,
]
MediaType = Annotated[str, StringConstraints(max_length=127, pattern=r"^([\w.+-]+/[\w.+-]+(;.*)?)?$")]


class CreateFileBody(RequestBody):
    """`media_type`: may be empty, as a browser's is for a suffix that it does not know. `sha256`: in hex; given, a file
    whose bytes the user has uploaded before is ready at once. Neither `conversation_id` nor `project_id`: the first
    message that names the file assigns it to its conversation; it is deleted when none does within a day."""

    name: FileName
    media_type: MediaType
    size: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    conversation_id: GivenId | None = None
    project_id: GivenId | None = None

    @model_validator(mode="after")
    def _one_owner(self) -> "CreateFileBody":
        if self.conversation_id is not None and self.project_id is not None:
            raise ValueError("A file is of a conversation or of a project.")
        return self


class CreatedFile(ResponseBody):
    """`upload_url`: for a PUT with exactly `headers`. It is not needed for a file that is ready already."""

    file: FileOut
    upload_url: str
    headers: dict[str, str]
    expires_at: Timestamp


class UploadedBody(RequestBody):
    id: GivenId


class PageImagesBody(RequestBody):
    id: GivenId


class FileWithUrls(FileOut):
    """`text_url`: of the text as JSON (`pages`: `line`, `label`, `text`; `outline`); null until it was read, and for a
    scan."""

    download_url: str
    text_url: str | None


class DeleteFilesBody(RequestBody):
    ids: list[GivenId] = Field(min_length=1, max_length=100)


class ExtractJob(BaseModel):
    """The event of the function `extract`."""

    user_id: str
    file_id: str
    trace_id: str = ""
    # Render a scan's pages instead of reading its text.
    page_images: bool = False
