"""Import of a conversation: validation of its message tree, and its database rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.conversation.import_schemas import ImportConversationBody, ImportedMessage, ImportedStep
from shared.chat.event_log import EventLog, StoredEntry
from shared.chat.parts import ImageAddress, ImagePart, StoredPart, image_keys, to_stored
from shared.db.models import Conversation
from shared.db.repositories.imports import KnownMessage
from shared.db.repositories.messages import NewMessage
from shared.errors import InvalidInput
from shared.ids import new_id
from shared.storage.object_store import ObjectStore

# Lambda accepts events of 6 MB, in which the body is a JSON string: escaped quotes and line ends make it longer.
MAX_IMPORT_BYTES = 4_000_000

# The messages of an earlier import of the conversation, by their ids in the export.
Known = Mapping[str, KnownMessage]


@dataclass(frozen=True)
class ImportRows:
    """The rows of what is new in an import. `ids`: of its messages, by those of the export; `images`: keys."""

    messages: list[NewMessage]
    steps: list[dict[str, Any]]
    ids: Mapping[str, str]
    images: list[str]


def check_tree(body: ImportConversationBody, known: Known) -> None:
    """Check that every parent is known or precedes its children, so that there are neither gaps nor cycles.

    A reply follows a user's message; a user's message may be a root or follow any message, as in `send`.
    Raises InvalidInput.
    """
    roles: dict[str, str | None] = {source_id: message.role for source_id, message in known.items()}
    seen: set[str] = set()
    for index, message in enumerate(body.messages):
        if message.id in seen:
            raise _invalid(f"messages.{index}.id", "Another message has this id.")
        if message.parent_id is not None and message.parent_id not in roles:
            raise _invalid(f"messages.{index}.parent_id", "No message before this one has this id.")
        # A deleted message has no role; what follows it is not imported.
        if message.role == "assistant" and roles.get(message.parent_id or "", "none") not in ("user", None):
            raise _invalid(f"messages.{index}.parent_id", "A reply follows a user's message.")
        seen.add(message.id)
        roles[message.id] = message.role
    if body.active_leaf_id is not None and body.active_leaf_id not in roles:
        raise _invalid("active_leaf_id", "No message has this id.")


def _invalid(field: str, message: str) -> InvalidInput:
    return InvalidInput(details=[{"field": field, "message": message}])


def named_images(body: ImportConversationBody) -> list[ImagePart]:
    """The images of the messages and of their steps."""
    parts = [part for message in body.messages for part in message.content if isinstance(part, ImagePart)]
    return parts + [
        _image_part(item.key)
        for message in body.messages
        for step in message.steps or ()
        for item in step.objects or ()
    ]


def _image_part(key: str) -> ImagePart:
    return ImagePart(type="image_url", image_url=ImageAddress(key=key))


def to_rows(
    body: ImportConversationBody, conversation: Conversation, known: Known, now: datetime, store: ObjectStore
) -> ImportRows:
    """The rows of the messages of a validated body that are not known, in its order.

    A message that follows a deleted one is left out. Raises InvalidImage for an image of another conversation.
    """
    ids = {source_id: message.id for source_id, message in known.items()}
    rows: list[NewMessage] = []
    steps: list[dict[str, Any]] = []
    images: list[str] = []
    for message in body.messages:
        if message.id in known:
            continue
        if message.parent_id is not None and ids[message.parent_id] is None:
            ids[message.id] = None
            continue
        ids[message.id] = message_id = new_id()
        text, parts = to_stored(message.content, conversation.user_id, conversation.id, store)
        images += image_keys(parts or ())
        parent_id = None if message.parent_id is None else ids[message.parent_id]
        # A single text is in `text` alone.
        is_plain = not parts or (len(parts) == 1 and parts[0]["type"] == "text")
        rows.append(
            NewMessage(
                id=message_id,
                conversation_id=conversation.id,
                user_id=conversation.user_id,
                parent_id=parent_id,
                role=message.role,
                text=text,
                parts=None if is_plain else parts,
                reasoning=message.reasoning or None,
                status=message.status,
                model=message.model,
                usage=message.usage.model_dump(exclude_none=True) if message.usage else None,
                finish_reason=message.finish_reason,
                error=message.error.model_dump(exclude_none=True) if message.error else None,
                details=_details(message, ids),
                tools=[] if message.steps else None,
                event_log=_log_of(message, text) if message.role == "assistant" else None,
                # The exporter's clock may be ahead of ours.
                created_at=min(message.created_at, now),
            )
        )
        for step in message.steps or ():
            objects = _objects(step, conversation, store)
            images += [item["key"] for item in objects]
            steps.append(_step_row(step, message_id, objects))
    added = {row.id for row in rows}
    new_ids = {source_id: row_id for source_id, row_id in ids.items() if row_id is not None and row_id in added}
    return ImportRows(rows, steps, new_ids, images)


def _objects(step: ImportedStep, conversation: Conversation, store: ObjectStore) -> list[dict[str, Any]]:
    images = [_image_part(item.key) for item in step.objects or ()]
    to_stored(images, conversation.user_id, conversation.id, store)
    return [item.model_dump() for item in step.objects or ()]


def _step_row(step: ImportedStep, message_id: str, objects: Sequence[StoredPart]) -> dict[str, Any]:
    """Tools of servers are known by name only."""
    return {
        **step.model_dump(exclude={"sources", "objects", "started_at", "ended_at"}),
        "message_id": message_id,
        "server_id": None,
        "round": step.n,
        "call_id": f"call-{step.n}",
        "called_as": step.tool,
        "sources": [source.model_dump() for source in step.sources] if step.sources else None,
        "objects": list(objects) or None,
        "events": [],
        "attempts": 1,
        "started_at": step.started_at,
        "ended_at": step.ended_at,
    }


def _details(message: ImportedMessage, ids: Mapping[str, str | None]) -> dict[str, Any] | None:
    """The details of a reply. The start of its context is named by the new id, where it is among the messages."""
    start = ids.get(message.context_start_id or "")
    details = {
        "sources": [source.model_dump() for source in message.sources] if message.sources else None,
        "context_start_id": start,
        "images_omitted": message.images_omitted or None,
        "tools_omitted": message.tools_omitted or None,
    }
    return {name: value for name, value in details.items() if value is not None} or None


def _log_of(message: ImportedMessage, text: str) -> list[StoredEntry]:
    """An event log as if the reply had streamed, so that it can be resumed and continued."""
    log = EventLog()
    log.append_started()
    log.append_whole("reasoning", message.reasoning or "")
    position = 0
    for step in message.steps or ():
        end = max(position, min(step.at, len(text)))
        log.append_whole("delta", text[position:end])
        log.append_step(step.n, step.state)
        position = end
    log.append_whole("delta", text[position:])
    return log.stored
