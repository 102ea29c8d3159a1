"""Deletion of conversations for good, with everything that belongs to them."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from shared.db.repositories import conversations, files, object_deletions, shares
from shared.storage.files import file_prefix
from shared.storage.images import image_prefix
from shared.storage.shares import share_prefix


def purge_conversations(session: Session, user_id: str, conversation_ids: Sequence[str]) -> Sequence[str]:
    """Delete conversations with their messages, files and share links, and queue the removal of their objects.

    Returns the prefixes of the objects, which can be removed at once after the commit (shared.storage.removal).
    """
    prefixes = [image_prefix(user_id, conversation_id) for conversation_id in conversation_ids]
    owned = files.list_of_conversations(session, user_id, conversation_ids)
    prefixes += [file_prefix(user_id, file_id) for file_id in owned]
    revoked = shares.delete_of_conversations(session, user_id, conversation_ids)
    prefixes += [share_prefix(share_id) for share_id in revoked]
    object_deletions.add_object_deletions(session, prefixes)
    conversations.delete_conversations(session, user_id, conversation_ids)
    return prefixes
