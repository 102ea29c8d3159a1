"""The parts of a message, in the three forms they take.

From a client: text, an image by its presigned upload URL or its key, or a file by its id. Stored: an image by its key
alone, a file with its name and size. Going out to a client: an image by a fresh download URL. (What a model gets is in
`context` and `file_context`.)
"""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints
from sqlalchemy import Connection

from shared.chat.errors import FileNotReady, InvalidFile, InvalidImage, StorageUnavailable
from shared.chat.reply import Absent
from shared.db.repositories import files
from shared.schemas import GivenId, RequestBody, ResponseBody
from shared.storage.images import image_prefix
from shared.storage.object_store import ObjectStore, ObjectStoreUnavailable

IMAGE_TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
}
# Limit per message.
MAX_FILES = 10
_NAME = re.compile(r"[A-Za-z0-9-]{1,64}\.(?:" + "|".join(IMAGE_TYPES) + ")")


class TextPart(RequestBody):
    type: Literal["text"]
    text: str = Field(max_length=400_000)


class ImageAddress(RequestBody):
    url: Annotated[str, StringConstraints(max_length=4000)] | None = None
    key: Annotated[str, StringConstraints(max_length=400)] | None = None


class ImagePart(RequestBody):
    type: Literal["image_url"]
    image_url: ImageAddress


class FileReference(RequestBody):
    """Only `id` counts; the others are accepted, so that a part can be sent as it was received."""

    id: GivenId
    name: Annotated[str, StringConstraints(max_length=255)] | None = None
    media_type: Annotated[str, StringConstraints(max_length=127)] | None = None
    size: int | None = None
    tokens: int | None = None
    pages: int | None = None
    images: int | None = None


class FilePart(RequestBody):
    type: Literal["file"]
    file: FileReference


SentPart = TextPart | ImagePart | FilePart
Part = Annotated[SentPart, Field(discriminator="type")]


def _not_empty(message: str | list[Any]) -> str | list[Any]:
    if isinstance(message, str):
        has_content = bool(message.strip())
    else:
        has_content = any(not isinstance(part, TextPart) or part.text.strip() for part in message)
    if not has_content:
        raise ValueError("is empty")
    return message


def _not_too_many_files(message: str | list[Any]) -> str | list[Any]:
    if sum(isinstance(part, FilePart) for part in message) > MAX_FILES:
        raise ValueError(f"has more than {MAX_FILES} files")
    return message


# A message as a client sends it: plain text, or parts.
MessageContent = Annotated[
    Annotated[str, Field(max_length=400_000)] | Annotated[list[Part], Field(max_length=40)],
    AfterValidator(_not_empty),
    AfterValidator(_not_too_many_files),
]


class TextPartOut(ResponseBody):
    type: Literal["text"]
    text: str


class ImageAddressOut(ResponseBody):
    url: str
    key: str


class ImagePartOut(ResponseBody):
    type: Literal["image_url"]
    image_url: ImageAddressOut


class FileReferenceOut(ResponseBody):
    """A file as it was when the message was sent; it may have been deleted since. `size`: in bytes; absent in messages
    of earlier releases. `images`: of a scan, which is sent as so many images of pages."""

    id: str
    name: str
    media_type: str
    size: Absent[int] = None
    pages: int | None
    tokens: int
    images: Absent[int] = None


class FilePartOut(ResponseBody):
    type: Literal["file"]
    file: FileReferenceOut


AnyPartOut = TextPartOut | ImagePartOut | FilePartOut
PartOut = Annotated[AnyPartOut, Field(discriminator="type")]

StoredPart = dict[str, Any]


def to_stored(
    message: str | Sequence[SentPart], user_id: str, conversation_id: str, store: ObjectStore
) -> tuple[str, list[StoredPart] | None]:
    """A client's message as it is stored: `(text, parts)`, where parts are None for plain text.

    Files have only their ids; `name_files` adds the rest. Raises InvalidImage for an image of another owner,
    conversation or store.
    """
    if isinstance(message, str):
        return message, None
    stored: list[StoredPart] = []
    for part in message:
        if isinstance(part, TextPart):
            stored.append({"type": "text", "text": part.text})
        elif isinstance(part, FilePart):
            stored.append({"type": "file", "file": {"id": part.file.id}})
        else:
            key = _image_key(part.image_url, user_id, conversation_id, store)
            stored.append({"type": "image_url", "image_url": {"key": key}})
    return "\n\n".join(part["text"] for part in stored if part["type"] == "text"), stored


def image_keys(content: Sequence[StoredPart]) -> list[str]:
    """The object keys of the images in stored parts."""
    return [part["image_url"]["key"] for part in content if part["type"] == "image_url"]


def name_files(connection: Connection, user_id: str, conversation_id: str, parts: Sequence[StoredPart]) -> None:
    """Complete the file parts of a message that is being sent, and assign the files to its conversation.

    Two statements, none without files. Raises InvalidFile, FileNotReady.
    """
    named = [part for part in parts if part["type"] == "file"]
    if not named:
        return
    found = {row.id: row for row in files.find_files(connection, user_id, [part["file"]["id"] for part in named])}
    for part in named:
        row = found.get(part["file"]["id"])
        if row is None:
            raise InvalidFile
        if row.state != "ready":
            raise FileNotReady
        part["file"] |= {
            "name": row.name,
            "media_type": row.media_type,
            "size": row.size,
            "pages": row.pages,
            "tokens": row.tokens,
        }
        if row.page_images:
            part["file"]["images"] = row.page_images
    unattached = [row.id for row in found.values() if row.conversation_id is None and row.project_id is None]
    if unattached:
        files.attach_files(connection, user_id, conversation_id, unattached)


def check_uploads(message: str | Sequence[SentPart], user_id: str, conversation_id: str, store: ObjectStore) -> None:
    """Check that a message's images are in the object store and not too large.

    A presigned PUT cannot limit the size to a range, so the limit is enforced here. Requests the object store: do not
    call it inside a transaction. Raises InvalidImage, StorageUnavailable.
    """
    if isinstance(message, str):
        return
    for part in message:
        if isinstance(part, ImagePart):
            try:
                found = store.describe(_image_key(part.image_url, user_id, conversation_id, store))
            except ObjectStoreUnavailable:
                raise StorageUnavailable from None
            if found is None:
                raise InvalidImage("An image of the message has not been uploaded. Upload it again.")
            if not 0 < found.size <= store.max_image_bytes:
                raise InvalidImage("An image of the message is too large. Upload a smaller one.")


def to_client(content: Sequence[StoredPart], store: ObjectStore) -> list[AnyPartOut]:
    """Stored parts with a download URL for each image."""
    return [_part_out(part, store) for part in content]


def _part_out(part: StoredPart, store: ObjectStore) -> AnyPartOut:
    if part["type"] == "text":
        return TextPartOut(type="text", text=part["text"])
    if part["type"] == "file":
        return FilePartOut(type="file", file=FileReferenceOut.model_validate(part["file"]))
    key = part["image_url"]["key"]
    return ImagePartOut(type="image_url", image_url=ImageAddressOut(url=store.presign_download(key), key=key))


def _image_key(address: ImageAddress, user_id: str, conversation_id: str, store: ObjectStore) -> str:
    keys: set[str | None] = set()
    if address.key is not None:
        keys.add(address.key)
    if address.url is not None:
        keys.add(store.key_of(address.url))
    key = keys.pop() if len(keys) == 1 else None
    prefix = image_prefix(user_id, conversation_id)
    if key is None or not key.startswith(prefix) or not _NAME.fullmatch(key[len(prefix) :]):
        raise InvalidImage
    return key
