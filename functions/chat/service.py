"""The rules of history, uploads and stopping."""

from collections.abc import Sequence
from typing import Protocol, TypeVar
from uuid import uuid4

from sqlalchemy.orm import Session

from shared.chat.parts import IMAGE_TYPES, image_prefix
from shared.chat.recovery import recover_replies
from shared.cursors import decode_cursor, encode_cursor
from shared.db.models import Conversation, Message
from shared.db.repositories import conversations, messages
from shared.db.types import utc_now
from shared.errors import InvalidInput, NotFound
from shared.storage import get_object_store
from shared.storage.object_store import PresignedUpload

# Names the branch that was shown last, where a message's id would name one.
ACTIVE_LEAF = "active"


def presign_uploads(
    session: Session, user_id: str, conversation_id: str, suffixes: Sequence[str]
) -> list[PresignedUpload]:
    """One upload for each suffix. Raises NotFound."""
    _get_conversation(session, user_id, conversation_id)
    store = get_object_store()
    prefix = image_prefix(user_id, conversation_id)
    return [store.presign_upload(f"{prefix}{uuid4().hex}.{suffix}", IMAGE_TYPES[suffix]) for suffix in suffixes]


def list_history(
    session: Session, user_id: str, conversation_id: str, leaf_id: str | None, cursor: str | None, limit: int
) -> tuple[Sequence[Message], str | None]:
    """A page of a conversation's messages, oldest first, and the next page's cursor.

    With `leaf_id` it is the end of the branch that ends in that message, or with ACTIVE_LEAF in the one that was
    shown last; what stands before it is asked for by the first message's parent, so there is no cursor.
    Replies that are streaming come with the text they have so far. Raises NotFound, InvalidInput.
    """
    conversation = _get_conversation(session, user_id, conversation_id)
    if leaf_id is None:
        page, next_cursor = _cut(
            messages.list_messages(session, user_id, conversation_id, after=_after(cursor), limit=limit + 1), limit
        )
    elif cursor is not None:
        raise InvalidInput(details=[{"field": "cursor", "message": "A branch has no cursor."}])
    else:
        page, next_cursor = _list_branch(session, conversation, leaf_id, limit), None
    recover_replies(session, [message for message in page if message.status == "streaming"], utc_now())
    return page, next_cursor


def list_outline(
    session: Session, user_id: str, conversation_id: str, cursor: str | None, limit: int
) -> tuple[Sequence[messages.OutlineEntry], str | None]:
    """A page of the places of all messages in the tree, oldest first, and the next page's cursor.

    Raises NotFound, InvalidInput.
    """
    _get_conversation(session, user_id, conversation_id)
    return _cut(
        messages.list_outline_entries(session, user_id, conversation_id, after=_after(cursor), limit=limit + 1), limit
    )


def _list_branch(session: Session, conversation: Conversation, leaf_id: str, limit: int) -> Sequence[Message]:
    user_id = conversation.user_id
    if leaf_id != ACTIVE_LEAF:
        page = messages.list_branch(session, user_id, conversation.id, leaf_id, limit=limit)
        if not page:
            raise NotFound
        return page
    active = conversation.active_leaf_id or messages.newest_message_id(session, user_id, conversation.id)
    return messages.list_branch(session, user_id, conversation.id, active, limit=limit) if active else ()


class _Listed(Protocol):
    """What a page is made of."""

    @property
    def id(self) -> str: ...


_Row = TypeVar("_Row", bound=_Listed)


def _after(cursor: str | None) -> str | None:
    return str(decode_cursor(cursor, str)[0]) if cursor else None


def _cut(rows: Sequence[_Row], limit: int) -> tuple[Sequence[_Row], str | None]:
    """The page, of which one row more was asked for, and the cursor of the next if there is one."""
    return rows[:limit], encode_cursor(rows[limit - 1].id) if len(rows) > limit else None


def _get_conversation(session: Session, user_id: str, conversation_id: str) -> Conversation:
    conversation = conversations.find_conversation(session, user_id, conversation_id)
    if conversation is None:
        raise NotFound
    return conversation
