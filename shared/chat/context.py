"""The context of a model call: the system prompt and the newest messages of the branch that fit."""

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from shared.chat.parts import IMAGE_TYPES, StoredPart
from shared.chat.tool_messages import estimated_characters, messages_of_reply
from shared.config import ObjectStoreSettings, load
from shared.db.models import MessageStep
from shared.db.repositories.message_steps import StepsOf
from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import ProviderError
from shared.llm.learned import ImageMode
from shared.llm.tokens import IMAGE_TOKENS, estimate_text_tokens
from shared.storage import get_object_store
from shared.storage.object_store import ObjectStore, ObjectStoreUnavailable
from shared.threads import run_in_thread

# A context that is full is cut to this part of its limits, so that the same prefix is sent until it is full again, and
# the provider's prompt cache holds.
_CUT_TO = 0.7
# A smaller number of messages is what a user chose to the message.
_MIN_BLOCK_MESSAGES = 10
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
_OMITTED_IMAGE = {"type": "text", "text": "[An image was here. It is not sent, because this model takes no images.]"}
_TOO_MANY_IMAGES = {"type": "text", "text": "[An image was here. It is not sent, because the later ones are large.]"}
# Limit of a request's inline images, before base64: a function's memory holds several copies of them.
_MAX_INLINE_BYTES = 30_000_000

ChatMessage = Mapping[str, Any]
_NO_STEPS: StepsOf = {}


class ModelInput(Protocol):
    """Anything with an id, a role and content. `details`: of a reply, with the context that its model was given."""

    @property
    def id(self) -> str: ...

    @property
    def role(self) -> str: ...

    @property
    def content(self) -> list[StoredPart]: ...

    @property
    def details(self) -> Mapping[str, Any] | None: ...


@dataclass(frozen=True)
class Context:
    """The input of a model call.

    `start_id`: the first message of the branch in it, None when it is all of them. `newest_images`: the keys of the
    newest message's own images.
    """

    messages: list[ChatMessage]
    start_id: str | None
    newest_images: frozenset[str]


def estimate_tokens(content: Sequence[StoredPart]) -> int:
    """An estimate of the tokens in a message's parts."""
    return sum(map(_part_tokens, content))


def _part_tokens(part: StoredPart) -> int:
    if part["type"] == "text":
        return estimate_text_tokens(part["text"])
    # The part of a file that a model is given is planned before (shared.chat.file_plan).
    return int(part["file"]["given_tokens"]) if part["type"] == "file" else IMAGE_TOKENS


def fit_context(
    path: Sequence[ModelInput],
    system_prompt: str | None,
    *,
    max_tokens: int,
    max_messages: int,
    steps: StepsOf = _NO_STEPS,
) -> Context:
    """A branch (oldest first, which may lack its beginning) as chat messages: the newest that fit, and always the last.

    The roles alternate, beginning with the user's, because strict chat templates insist on it. The cut of an earlier
    turn stays until the context is full again. An image is still its key; `ConversationImages` delivers it. A reply's
    `steps` become calls and results.
    """
    max_tokens -= estimate_text_tokens(system_prompt or "")
    earlier_start_id = _earlier_start_id(path)
    kept = list(path[_cut(path, steps, earlier_start_id, max_tokens, max_messages) :])
    # Templates refuse a reply that comes first.
    while len(kept) > 1 and kept[0].role != "user":
        del kept[0]
    messages = _alternating(kept, steps)
    if system_prompt:
        messages.insert(0, {"role": "system", "content": [{"type": "text", "text": system_prompt}]})
    is_cut = bool(kept) and (len(kept) < len(path) or kept[0].id == earlier_start_id)
    newest_images = [part["image_url"]["key"] for part in path[-1].content if part["type"] == "image_url"]
    return Context(messages, kept[0].id if is_cut else None, frozenset(newest_images))


def _cut(
    path: Sequence[ModelInput], steps: StepsOf, earlier_start_id: str | None, max_tokens: int, max_messages: int
) -> int:
    """The index of the first message that is given."""
    start = next((index for index, message in enumerate(path) if message.id == earlier_start_id), 0)
    tokens = [
        estimate_tokens(message.content) + estimated_characters(steps.get(message.id, ())) // 4 for message in path
    ]
    if len(path) - start <= max_messages and sum(tokens[start:]) <= max_tokens:
        return start
    is_block = max_messages >= _MIN_BLOCK_MESSAGES
    most_messages = math.ceil(max_messages * _CUT_TO) if is_block else max_messages
    most_tokens = int(max_tokens * _CUT_TO)
    # The last message is given even when it alone is too long.
    start, left = len(path) - 1, most_tokens - tokens[-1]
    while start > 0 and len(path) - start < most_messages and tokens[start - 1] <= left:
        start -= 1
        left -= tokens[start]
    return start


def _earlier_start_id(path: Sequence[ModelInput]) -> str | None:
    """The message with which the context of the newest reply began; None where that was the branch's first."""
    replies = (message for message in reversed(path) if message.role == "assistant" and message.content)
    newest = next(replies, None)
    return None if newest is None else (newest.details or {}).get("context_start_id")


def _alternating(path: Sequence[ModelInput], steps: StepsOf) -> list[ChatMessage]:
    """Messages of one role that follow each other are joined; empty ones, of replies that failed, are left out."""
    messages: list[dict[str, Any]] = []
    for message in path:
        for chat in _chat_messages(message, steps.get(message.id, ())):
            before = messages[-1] if messages else None
            if before is not None and before["role"] == chat["role"] != "tool" and "tool_calls" not in before:
                messages[-1] = {**before, **chat, "content": [*before["content"], *chat["content"]]}
            else:
                messages.append(chat)
    return list(messages)


def _chat_messages(message: ModelInput, steps: Sequence[MessageStep]) -> Sequence[dict[str, Any]]:
    content = message.content
    if steps:
        text = "".join(part["text"] for part in content if part["type"] == "text")
        return messages_of_reply(text, steps, is_current=False)
    return [{"role": message.role, "content": content}] if content else []


def has_images(messages: Sequence[ChatMessage]) -> bool:
    return any(part["type"] == "image_url" for message in messages for part in message["content"])


def as_text(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Chat messages without images, in OpenAI's format. Raises no error."""
    return [{**message, "content": _content(message["content"]) or _empty(message)} for message in messages]


class ConversationImages:
    """The images of a context, delivered to the model as its config or its provider asks (provider.ChatImages)."""

    def __init__(self, newest_images: frozenset[str], endpoint: ModelEndpoint) -> None:
        self.newest_has_images = bool(newest_images)
        self._newest_images = newest_images
        self._endpoint = endpoint

    @property
    def first_mode(self) -> ImageMode:
        chosen = self._endpoint.params.image_delivery
        if chosen is not None and chosen != "auto":
            return chosen
        return "inline" if _must_inline(self._endpoint) else "url"

    async def deliver(self, messages: Sequence[ChatMessage], mode: ImageMode) -> Sequence[ChatMessage]:
        """Raises ProviderError when an image cannot be read."""
        # Reading and signing block.
        return await run_in_thread(deliver_images, messages, mode, get_object_store(), self._newest_images)


def deliver_images(
    messages: Sequence[ChatMessage], mode: ImageMode, store: ObjectStore, newest_images: frozenset[str]
) -> list[ChatMessage]:
    """Chat messages in OpenAI's format, with images by URL, inline, or as a note.

    Reads the store where images go inline: not for an event loop, and not inside a transaction. The newest are read
    first, until they have 30 MB; earlier ones become a note. Raises ProviderError when an image cannot be read.
    """
    left = _MAX_INLINE_BYTES

    def delivered(part: StoredPart) -> StoredPart:
        nonlocal left
        if part["type"] == "text":
            return part
        key = part["image_url"]["key"]
        if mode == "none" or (mode == "latest" and key not in newest_images):
            return _OMITTED_IMAGE
        if mode == "url":
            return {"type": "image_url", "image_url": {"url": store.presign_download(key)}}
        data = _read_image(store, key) if left > 0 else b""
        left -= len(data)
        if left <= 0:
            left = 0
            return _TOO_MANY_IMAGES
        return {"type": "image_url", "image_url": {"url": _data_url(key, data)}}

    newest_first: list[ChatMessage] = [
        {**message, "content": _content([*map(delivered, reversed(message["content"]))][::-1]) or _empty(message)}
        for message in reversed(messages)
    ]
    return newest_first[::-1]


def _empty(message: ChatMessage) -> str | None:
    """The content of a message without text: calls of tools have none."""
    return None if "tool_calls" in message else ""


def _content(parts: Sequence[StoredPart]) -> str | list[StoredPart]:
    """Text alone as a string, which every server takes."""
    if all(part["type"] == "text" for part in parts):
        return "\n\n".join(part["text"] for part in parts)
    return list(parts)


def _must_inline(endpoint: ModelEndpoint) -> bool:
    settings = load(ObjectStoreSettings)
    if settings.image_delivery != "auto":
        return settings.image_delivery == "inline"
    # A store on this machine can be reached by a model on this machine and by no other.
    store_host = urlsplit(settings.object_store_endpoint or "").hostname
    return store_host in _LOCAL_HOSTS and urlsplit(endpoint.base_url).hostname not in _LOCAL_HOSTS


def _read_image(store: ObjectStore, key: str) -> bytes:
    """Raises ProviderError."""
    try:
        data = store.read(key)
    except ObjectStoreUnavailable:
        data = None
    if data is None:
        raise ProviderError("An image of the conversation could not be read.")
    return data


def _data_url(key: str, data: bytes) -> str:
    return f"data:{IMAGE_TYPES[key.rpartition('.')[2]]};base64,{base64.b64encode(data).decode()}"
