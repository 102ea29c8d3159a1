"""Export of everything an account owns, in pages."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field
from sqlalchemy.orm import Session

from shared.chat.message_out import MAX_PAGE_BYTES, MessageOut, message_out, response_bytes
from shared.chat.recovery import recover_replies
from shared.cursors import decode_cursor, encode_cursor
from shared.db.models import Conversation, ModelConfig, User
from shared.db.repositories import conversations, messages, model_configs
from shared.db.types import utc_now
from shared.schemas import ResponseBody, Timestamp
from shared.storage.object_store import ObjectStore

_MAX_ITEMS = 500
_READ_AT_ONCE = 100
# Estimated size of an item that is not a message.
_ITEM_BYTES = 1_000


class AccountItem(ResponseBody):
    kind: Literal["account"]
    id: str
    username: str
    email: str
    group: str
    created_at: Timestamp


class ModelConfigItem(ResponseBody):
    """Without its API key. `params`: with null for each value of `headers` and `query`."""

    kind: Literal["model_config"]
    id: str
    name: str
    base_url: str
    model: str
    params: dict[str, Any]
    created_at: Timestamp
    updated_at: Timestamp


class ConversationItem(ResponseBody):
    kind: Literal["conversation"]
    id: str
    title: str | None
    model_config_id: str | None
    pinned: bool
    archived: bool
    temporary: bool
    active_leaf_id: str | None
    created_at: Timestamp
    updated_at: Timestamp
    deleted_at: Timestamp | None


class MessageItem(MessageOut):
    kind: Literal["message"]
    conversation_id: str


ExportItem = Annotated[AccountItem | ModelConfigItem | ConversationItem | MessageItem, Field(discriminator="kind")]


class _Entry(NamedTuple):
    item: ExportItem
    size: int  # bytes, estimated
    # The cursor's values: a conversation, and the last message of it that was listed.
    conversation_id: str = ""
    message_id: str = ""


def export_page(
    session: Session, user: User, store: ObjectStore, cursor: str | None
) -> tuple[list[ExportItem], str | None]:
    """A page of an account's export, and the next page's cursor.

    The account and its model configs, then each conversation, also in the bin, followed by its messages, oldest first.
    Raises InvalidInput for a cursor of another list.
    """
    after = decode_cursor(cursor, str, str) if cursor else None
    entries = _conversations_after(session, user.id, store, *(after or ("", "")))
    items: list[ExportItem] = [] if after else [_account(user), *_model_configs(session, user.id)]
    size = len(items) * _ITEM_BYTES
    last = None
    for entry in entries:
        size += entry.size
        if last is not None and (len(items) >= _MAX_ITEMS or size > MAX_PAGE_BYTES):
            return items, encode_cursor(last.conversation_id, last.message_id)
        items.append(entry.item)
        last = entry
    return items, None


def _conversations_after(
    session: Session, user_id: str, store: ObjectStore, conversation_id: str, message_id: str
) -> Iterator[_Entry]:
    if conversation_id:
        yield from _messages_after(session, user_id, store, conversation_id, message_id)
    while batch := conversations.list_all(session, user_id, after=conversation_id, limit=_READ_AT_ONCE):
        for conversation in batch:
            conversation_id = conversation.id
            yield _Entry(_conversation(conversation), _ITEM_BYTES, conversation_id)
            yield from _messages_after(session, user_id, store, conversation_id, "")


def _messages_after(
    session: Session, user_id: str, store: ObjectStore, conversation_id: str, message_id: str
) -> Iterator[_Entry]:
    while batch := messages.list_messages(
        session, user_id, conversation_id, after=message_id or None, limit=_READ_AT_ONCE
    ):
        recover_replies(session, [message for message in batch if message.status == "streaming"], utc_now())
        for message in batch:
            message_id = message.id
            item = MessageItem(kind="message", conversation_id=conversation_id, **vars(message_out(message, store)))
            yield _Entry(item, response_bytes(message), conversation_id, message_id)


def _account(user: User) -> AccountItem:
    return AccountItem(
        kind="account",
        id=user.id,
        username=user.username,
        email=user.email,
        group=user.group,
        created_at=user.created_at,
    )


def _model_configs(session: Session, user_id: str) -> list[ExportItem]:
    return [_model_config(config) for config in model_configs.list_model_configs(session, user_id)]


def _model_config(config: ModelConfig) -> ModelConfigItem:
    return ModelConfigItem(
        kind="model_config",
        id=config.id,
        name=config.name,
        base_url=config.base_url,
        model=config.model,
        params=config.params,
        created_at=config.created_at,
        updated_at=config.updated_at,
    )


def _conversation(conversation: Conversation) -> ConversationItem:
    return ConversationItem(
        kind="conversation",
        id=conversation.id,
        title=conversation.title,
        model_config_id=conversation.model_config_id,
        pinned=conversation.pinned,
        archived=conversation.archived,
        temporary=conversation.temporary,
        active_leaf_id=conversation.active_leaf_id,
        created_at=conversation.created_at,
        updated_at=conversation.updated_at,
        deleted_at=conversation.deleted_at,
    )
