"""Results of `tools/call` as a model and a user get them."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

_MAX_PREVIEW = 120
_MAX_OBJECTS = 8
_MAX_NAME = 200


@dataclass(frozen=True)
class Blob:
    """An image, sound or file in a result, which has to be stored."""

    content: bytes
    media_type: str
    name: str


@dataclass(frozen=True)
class ReadResult:
    """`text`: for the model. `blobs`: at most 8."""

    text: str
    is_error: bool
    preview: str | None
    blobs: list[Blob]


def read_result(result: Mapping[str, Any]) -> ReadResult:
    """A result of resultType `complete`, in any revision. Parts that are not understood are named in the text."""
    texts: list[str] = []
    blobs: list[Blob] = []
    content = result.get("content")
    for part in content if isinstance(content, list) else []:
        if isinstance(part, dict):
            _read_part(part, texts, blobs)
    structured = result.get("structuredContent")
    # A server should send it as text, too, for clients that do not read it.
    if structured is not None and not texts:
        texts.append(json.dumps(structured, ensure_ascii=False))
    text = "\n\n".join(filter(None, texts))
    return ReadResult(text, result.get("isError") is True, _preview(text, blobs), blobs[:_MAX_OBJECTS])


def _read_part(part: Mapping[str, Any], texts: list[str], blobs: list[Blob]) -> None:
    kind = part.get("type")
    if kind == "text" and isinstance(part.get("text"), str):
        texts.append(part["text"])
    elif kind in ("image", "audio"):
        _read_blob(part.get("data"), part.get("mimeType"), str(kind), texts, blobs)
    elif kind == "resource_link" and isinstance(part.get("uri"), str):
        title = part.get("title") or part.get("name") or ""
        texts.append(f"[Resource {title!s}: {part['uri']}]")
    elif kind == "resource" and isinstance(part.get("resource"), dict):
        resource = part["resource"]
        if isinstance(resource.get("text"), str):
            texts.append(f"[Resource {resource.get('uri', '')!s}]\n{resource['text']}")
        else:
            _read_blob(resource.get("blob"), resource.get("mimeType"), _name_of(resource.get("uri")), texts, blobs)
    else:
        texts.append(f"[A part of the kind {str(kind)[:40]!r}, which cannot be shown.]")


def _read_blob(data: Any, media_type: Any, name: str, texts: list[str], blobs: list[Blob]) -> None:
    try:
        content = base64.b64decode(data, validate=True) if isinstance(data, str) else b""
    except (ValueError, binascii.Error):
        content = b""
    kind = media_type if isinstance(media_type, str) else "application/octet-stream"
    if content and len(blobs) < _MAX_OBJECTS:
        blobs.append(Blob(content, kind, name))
        texts.append(f"[{name}, {kind}, {len(content)} bytes: shown to the user]")
    else:
        texts.append(f"[{name}, {kind}: it cannot be shown]")


def _name_of(uri: Any) -> str:
    """The last part of a resource's path."""
    path = urlsplit(uri).path if isinstance(uri, str) else ""
    return unquote(path.rstrip("/").rpartition("/")[2])[:_MAX_NAME] or "file"


def _preview(text: str, blobs: list[Blob]) -> str | None:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if not line and blobs:
        line = blobs[0].media_type
    return (line if len(line) <= _MAX_PREVIEW else f"{line[: _MAX_PREVIEW - 1]}…") or None
