"""The context of a model call: the system prompt and the newest messages of the branch that fit."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

from shared.chat.parts import IMAGE_TYPES, StoredPart
from shared.config import ObjectStoreSettings, load
from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import ProviderError
from shared.storage.object_store import ObjectStore, ObjectStoreUnavailable

# The models that document it count between 85 and 1,600 tokens for an image.
_IMAGE_TOKENS = 1_000
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")

ChatMessage = Mapping[str, Any]


class ModelInput(Protocol):
    """Anything with a role and content."""

    @property
    def role(self) -> str: ...

    @property
    def content(self) -> list[StoredPart]: ...


def estimate_tokens(content: Sequence[StoredPart]) -> int:
    """An estimate of the tokens in a message's parts. There is no tokenizer, since every model has its own.

    English has about four characters a token, Chinese about one, as other scripts have at worst.
    """
    total = 0
    for part in content:
        if part["type"] == "text":
            text = part["text"]
            ascii_characters = sum(character.isascii() for character in text) if not text.isascii() else len(text)
            total += ascii_characters // 4 + len(text) - ascii_characters
        else:
            total += _IMAGE_TOKENS
    return total


def fit_context(path: Sequence[ModelInput], system_prompt: str | None, max_tokens: int) -> list[ChatMessage]:
    """A branch (oldest first) as chat messages: the newest that fit `max_tokens`, and always the last one.

    An image is still its key; `deliver_images` replaces it by a URL or inline data.
    """
    left = max_tokens - estimate_tokens([{"type": "text", "text": system_prompt or ""}])
    kept: list[ChatMessage] = []
    for message in reversed(path):
        # A reply that failed before its first token is empty, and some servers refuse empty messages.
        content = message.content
        if not content:
            continue
        left -= estimate_tokens(content)
        if left < 0 and kept:
            break
        kept.append({"role": message.role, "content": content})
    if system_prompt:
        kept.append({"role": "system", "content": [{"type": "text", "text": system_prompt}]})
    return kept[::-1]


def has_images(messages: Sequence[ChatMessage]) -> bool:
    return any(part["type"] != "text" for message in messages for part in message["content"])


def deliver_images(messages: Sequence[ChatMessage], endpoint: ModelEndpoint, store: ObjectStore) -> list[ChatMessage]:
    """Chat messages in OpenAI's format: text as a string, images by URL or inline.

    Reads the store where images go inline: not for an event loop, and not inside a transaction.
    Raises ProviderError when an image cannot be read.
    """
    inline = _must_inline(endpoint)

    def delivered(part: StoredPart) -> StoredPart:
        if part["type"] == "text":
            return part
        key = part["image_url"]["key"]
        return {
            "type": "image_url",
            "image_url": {"url": _data_url(store, key) if inline else store.presign_download(key)},
        }

    def content_of(parts: Sequence[StoredPart]) -> str | list[StoredPart]:
        if [part["type"] for part in parts] == ["text"]:
            text: str = parts[0]["text"]
            return text
        return [delivered(part) for part in parts]

    return [{**message, "content": content_of(message["content"])} for message in messages]


def _must_inline(endpoint: ModelEndpoint) -> bool:
    settings = load(ObjectStoreSettings)
    if settings.image_delivery != "auto":
        return settings.image_delivery == "inline"
    # A store on this machine can be reached by a model on this machine and by no other.
    store_host = urlsplit(settings.object_store_endpoint or "").hostname
    return store_host in _LOCAL_HOSTS and urlsplit(endpoint.base_url).hostname not in _LOCAL_HOSTS


def _data_url(store: ObjectStore, key: str) -> str:
    try:
        data = store.read(key)
    except ObjectStoreUnavailable:
        data = None
    if data is None:
        raise ProviderError("An image of the conversation could not be read.")
    return f"data:{IMAGE_TYPES[key.rpartition('.')[2]]};base64,{base64.b64encode(data).decode()}"
