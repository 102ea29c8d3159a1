"""The parts of a message, in the three forms they take.

From a client: text, or an image by its presigned upload URL or its key. Stored: an image by its key
alone. Going out to a client: an image by a fresh download URL (what a model gets is in `context`).
"""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from shared.chat.errors import InvalidImage, StorageUnavailable
from shared.schemas import RequestBody, ResponseBody
from shared.storage.object_store import ObjectStore, ObjectStoreUnavailable

IMAGE_TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
}
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


Part = Annotated[TextPart | ImagePart, Field(discriminator="type")]


def _not_empty(message: str | list[Any]) -> str | list[Any]:
    if isinstance(message, str):
        has_content = bool(message.strip())
    else:
        has_content = any(isinstance(part, ImagePart) or part.text.strip() for part in message)
    if not has_content:
        raise ValueError("is empty")
    return message


# A message as a client sends it: plain text, or parts.
MessageContent = Annotated[
    Annotated[str, Field(max_length=400_000)] | Annotated[list[Part], Field(max_length=40)],
    AfterValidator(_not_empty),
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


PartOut = Annotated[TextPartOut | ImagePartOut, Field(discriminator="type")]

StoredPart = dict[str, Any]


def image_prefix(user_id: str, conversation_id: str) -> str:
    """The prefix of the object keys of a conversation's images."""
    return f"{user_id}/{conversation_id}/images/"


def to_stored(
    message: str | Sequence[TextPart | ImagePart], user_id: str, conversation_id: str, store: ObjectStore
) -> tuple[str, list[StoredPart] | None]:
    """A client's message as it is stored: `(text, parts)`, where parts are None for plain text.

    Raises InvalidImage for an image of another owner, conversation or store.
    """
    if isinstance(message, str):
        return message, None
    stored: list[StoredPart] = []
    for part in message:
        if isinstance(part, TextPart):
            stored.append({"type": "text", "text": part.text})
        else:
            key = _image_key(part.image_url, user_id, conversation_id, store)
            stored.append({"type": "image_url", "image_url": {"key": key}})
    return "\n\n".join(part["text"] for part in stored if part["type"] == "text"), stored


def image_keys(content: Sequence[StoredPart]) -> list[str]:
    """The object keys of the images in stored parts."""
    return [part["image_url"]["key"] for part in content if part["type"] == "image_url"]


def check_uploads(
    message: str | Sequence[TextPart | ImagePart], user_id: str, conversation_id: str, store: ObjectStore
) -> None:
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
                raise InvalidImage("An image of the message has not been uploaded.")
            if not 0 < found.size <= store.max_image_bytes:
                raise InvalidImage("An image of the message is too large.")


def to_client(content: Sequence[StoredPart], store: ObjectStore) -> list[TextPartOut | ImagePartOut]:
    """Stored parts with a download URL for each image."""
    return [_part_out(part, store) for part in content]


def _part_out(part: StoredPart, store: ObjectStore) -> TextPartOut | ImagePartOut:
    if part["type"] == "text":
        return TextPartOut(type="text", text=part["text"])
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
