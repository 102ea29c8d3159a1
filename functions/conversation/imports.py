"""Import of a conversation: validation of its message tree, and its database rows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from functions.conversation.schemas import ImportConversationBody, ImportedMessage, ImportedStep
from shared.chat.event_log import EventLog, StoredEntry
from shared.db.models import Conversation
from shared.db.repositories.messages import NewMessage
from shared.errors import InvalidInput
from shared.ids import new_id

# Lambda accepts events of 6 MB, in which the body is a JSON string: escaped quotes and line ends make it longer.
MAX_IMPORT_BYTES = 4_000_000


def check_tree(body: ImportConversationBody) -> None:
    """Check that every parent precedes its children, so that there are neither gaps nor cycles.

    A reply follows a user's message; a user's message may be a root or follow any message, as in `send`.
    Raises InvalidInput.
    """
    roles: dict[str, str] = {}
    for index, message in enumerate(body.messages):
        if message.id in roles:
            raise _invalid(f"messages.{index}.id", "Another message has this id.")
        if message.parent_id is not None and message.parent_id not in roles:
            raise _invalid(f"messages.{index}.parent_id", "No message before this one has this id.")
        if message.role == "assistant" and roles.get(message.parent_id or "") != "user":
            raise _invalid(f"messages.{index}.parent_id", "A reply follows a user's message.")
        roles[message.id] = message.role
    if body.active_leaf_id is not None and body.active_leaf_id not in roles:
        raise _invalid("active_leaf_id", "No message has this id.")


def _invalid(field: str, message: str) -> InvalidInput:
    return InvalidInput(details=[{"field": field, "message": message}])


def to_messages(body: ImportConversationBody, conversation: Conversation) -> Mapping[str, NewMessage]:
    """The rows of a validated body, in its order, by the ids of the body; the rows have new ids."""
    rows: dict[str, NewMessage] = {}
    for message in body.messages:
        parent_id = None if message.parent_id is None else rows[message.parent_id].id
        rows[message.id] = replace(
            _to_row(message, parent_id, conversation),
            details=_details(message, rows),
        )
    return rows


def to_steps(body: ImportConversationBody, rows: Mapping[str, NewMessage]) -> list[dict[str, Any]]:
    """The rows of the steps of a validated body. Tools of servers are known by name only."""
    return [
        {
            **step.model_dump(exclude={"sources", "started_at", "ended_at"}),
            "message_id": rows[message.id].id,
            "server_id": None,
            "round": step.n,
            "call_id": f"call-{step.n}",
            "called_as": step.tool,
            "sources": [source.model_dump() for source in step.sources] if step.sources else None,
            "events": [],
            "attempts": 1,
            "started_at": step.started_at,
            "ended_at": step.ended_at,
        }
        for message in body.messages
        for step in message.steps or ()
    ]


def _to_row(message: ImportedMessage, parent_id: str | None, conversation: Conversation) -> NewMessage:
    texts = [part.text for part in message.content]
    text = "\n\n".join(texts)
    is_reply = message.role == "assistant"
    return NewMessage(
        id=new_id(),
        conversation_id=conversation.id,
        user_id=conversation.user_id,
        parent_id=parent_id,
        role=message.role,
        text=text,
        parts=[{"type": "text", "text": part} for part in texts] if len(texts) > 1 else None,
        reasoning=message.reasoning or None,
        status=message.status,
        model=message.model,
        usage=message.usage.model_dump(exclude_none=True) if message.usage else None,
        finish_reason=message.finish_reason,
        error=message.error.model_dump(exclude_none=True) if message.error else None,
        tools=[] if message.steps else None,
        event_log=_log_of(message.reasoning or "", text, message.steps or ()) if is_reply else None,
        # The exporter's clock may be ahead of ours.
        created_at=min(message.created_at, conversation.created_at),
    )


def _details(message: ImportedMessage, rows: Mapping[str, NewMessage]) -> dict[str, Any] | None:
    """The details of a reply. The start of its context is named by the new id, where it is among the messages."""
    start = rows.get(message.context_start_id or "")
    details = {
        "sources": [source.model_dump() for source in message.sources] if message.sources else None,
        "context_start_id": start and start.id,
        "images_omitted": message.images_omitted or None,
    }
    return {name: value for name, value in details.items() if value is not None} or None


def _log_of(reasoning: str, text: str, steps: Sequence[ImportedStep]) -> list[StoredEntry]:
    """An event log as if the reply had streamed, so that it can be resumed and continued."""
    log = EventLog()
    log.append_started()
    log.append_whole("reasoning", reasoning)
    position = 0
    for step in steps:
        end = max(position, min(step.at, len(text)))
        log.append_whole("delta", text[position:end])
        log.append_step(step.n, step.state)
        position = end
    log.append_whole("delta", text[position:])
    return log.stored
