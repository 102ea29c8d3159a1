"""The rules of history, uploads and stopping."""

from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy.orm import Session

from shared.chat.parts import IMAGE_TYPES, image_prefix
from shared.chat.recovery import settle
from shared.cursors import decode_cursor, encode_cursor
from shared.db.models import Message
from shared.db.repositories import conversations, messages
from shared.db.types import utc_now
from shared.errors import NotFound
from shared.storage import get_object_store
from shared.storage.object_store import PresignedUpload


def presign_uploads(
    session: Session, user_id: str, conversation_id: str, suffixes: Sequence[str]
) -> list[PresignedUpload]:
    """One upload for each suffix. Raises NotFound."""
    _check_conversation(session, user_id, conversation_id)
    store = get_object_store()
    prefix = image_prefix(user_id, conversation_id)
    return [store.presign_upload(f"{prefix}{uuid4().hex}.{suffix}", IMAGE_TYPES[suffix]) for suffix in suffixes]


def list_history(
    session: Session, user_id: str, conversation_id: str, cursor: str | None, limit: int
) -> tuple[Sequence[Message], str | None]:
    """A page of a conversation's messages, oldest first, and the next page's cursor.

    Replies that are streaming come with the text they have so far. Raises NotFound, InvalidInput.
    """
    _check_conversation(session, user_id, conversation_id)
    after = str(decode_cursor(cursor, str)[0]) if cursor else None
    page = messages.list_messages(session, user_id, conversation_id, after=after, limit=limit + 1)
    next_cursor = encode_cursor(page[limit - 1].id) if len(page) > limit else None
    page = page[:limit]
    settle(session, [message for message in page if message.status == "streaming"], utc_now())
    return page, next_cursor


def _check_conversation(session: Session, user_id: str, conversation_id: str) -> None:
    if conversations.find_conversation(session, user_id, conversation_id) is None:
        raise NotFound
