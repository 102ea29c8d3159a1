"""The interface of an object store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class PresignedUpload:
    """A presigned PUT, usable by its bearer, repeatedly, until `expires_at`, with exactly `headers`."""

    url: str
    key: str
    headers: Mapping[str, str]
    expires_at: datetime
    # Bytes; a larger object is refused when a message names it.
    max_bytes: int


@dataclass(frozen=True)
class ObjectInfo:
    size: int  # bytes
    content_type: str


class _Stream(Protocol):
    def read(self, amt: int) -> bytes: ...


def read_at_most(stream: _Stream, max_bytes: int) -> bytes | None:
    """All bytes of a stream, None when there are more than `max_bytes`.

    It is read to its end, because urllib3 and botocore report an incomplete body only there.
    """
    body = b""
    while len(body) <= max_bytes:
        part = stream.read(max_bytes + 1 - len(body))
        if not part:
            return body
        body += part
    return None


class ObjectStoreUnavailable(Exception):
    """The store could not be reached or failed. The call may be retried."""


class ObjectStore(Protocol):
    """Presigning makes no network call. The others raise ObjectStoreUnavailable."""

    # Size limit of an object, in bytes.
    max_image_bytes: int

    def presign_upload(self, key: str, content_type: str, max_bytes: int | None = None) -> PresignedUpload:
        """`max_bytes`: of the object, for the caller's own check; `max_image_bytes` by default."""
        ...

    def presign_download(self, key: str) -> str: ...

    def key_of(self, url: str) -> str | None:
        """The key that a presigned URL of this store is for; None for any other URL."""
        ...

    def describe(self, key: str) -> ObjectInfo | None:
        """Size and type of an object; None when it does not exist."""
        ...

    def read(self, key: str, max_bytes: int | None = None) -> bytes | None:
        """An object's content; None when it does not exist, or is larger than `max_bytes` (default: `max_image_bytes`).

        Its size when a message named it says nothing: an upload URL may be used again until it expires.
        """
        ...

    def put(self, key: str, content: bytes, content_type: str, cache_control: str | None = None) -> None:
        """Write an object, replacing one of the same key. `cache_control`: the header of its downloads."""
        ...

    def copy(self, key: str, new_key: str) -> bool:
        """Copy an object within the store; False when there is no such object."""
        ...

    def list_keys(self, prefix: str, limit: int) -> Sequence[str]:
        """The first keys that begin with `prefix`, in their order. `limit`: at most 1000."""
        ...

    def delete_prefix(self, prefix: str) -> None:
        """Remove every object whose key begins with `prefix`. Repeating it is harmless."""
        ...
