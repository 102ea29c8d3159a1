"""Business rules of history and uploads."""

from collections.abc import Sequence
from typing import Protocol, TypeVar
from uuid import uuid4

from sqlalchemy.orm import Session

from functions.chat.schemas import AnswerBody
from shared.auth.claims import Claims
from shared.auth.limits import Limit
from shared.auth.principal import confirm_login
from shared.chat import step_answers
from shared.chat.message_out import MAX_PAGE_BYTES, response_bytes, step_bytes
from shared.chat.parts import IMAGE_TYPES
from shared.chat.recovery import list_steps_of, recover_replies
from shared.chat.worker import hand_over
from shared.config import UploadSettings, load
from shared.cursors import decode_cursor, encode_cursor
from shared.db.models import Conversation, Message
from shared.db.repositories import conversations, messages, object_deletions, pending_uploads, search
from shared.db.repositories.message_steps import StepsOf
from shared.db.repositories.search import PhraseMatch
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import InvalidInput, NotFound
from shared.stage_settings import read_settings
from shared.storage import get_object_store
from shared.storage.images import image_prefix
from shared.storage.object_store import PresignedUpload
from shared.storage.removal import remove_objects

# Instead of a message's id: the branch that was shown last.
ACTIVE_BRANCH = "active"
_DAY_SECONDS = 24 * 3600


def presign_uploads(
    session: Session, user_id: str, conversation_id: str, suffixes: Sequence[str]
) -> list[PresignedUpload]:
    """Presigned uploads, one per suffix. Raises NotFound, RateLimited."""
    _get_conversation(session, user_id, conversation_id)
    now = utc_now()
    attempts = read_settings(session).uploads_per_user_per_day
    attempts = load(UploadSettings).uploads_per_user_per_day if attempts is None else attempts
    Limit("upload", attempts, _DAY_SECONDS).consume(session, user_id, now, len(suffixes))
    store = get_object_store()
    prefix = image_prefix(user_id, conversation_id)
    uploads = [store.presign_upload(f"{prefix}{uuid4().hex}.{suffix}", IMAGE_TYPES[suffix]) for suffix in suffixes]
    pending_uploads.add_pending_uploads(session, user_id, [upload.key for upload in uploads], now)
    return uploads


def list_history(
    session: Session,
    user_id: str,
    conversation_id: str,
    leaf_id: str | None,
    cursor: str | None,
    limit: int,
    *,
    with_steps: bool,
) -> tuple[Sequence[Message], StepsOf, str | None]:
    """A page of a conversation's messages, oldest first, their steps, and the next page's cursor.

    With `leaf_id`: the last `limit` messages of the branch that ends in that message (ACTIVE_BRANCH: the branch shown
    last), without a cursor; earlier messages are requested with the first message's parent as `leaf_id`.
    Streaming replies have the text received so far. Raises NotFound, InvalidInput.
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
    steps = list_steps_of(session, page) if with_steps else {}
    page, next_cursor = _within_size(page, steps, next_cursor, is_branch=leaf_id is not None)
    return page, steps, next_cursor


def _within_size(
    page: Sequence[Message], steps: StepsOf, next_cursor: str | None, *, is_branch: bool
) -> tuple[Sequence[Message], str | None]:
    """As many messages of a page as a response can hold, at least one: the oldest, or of a branch the newest."""
    size = 0
    for count, message in enumerate(reversed(page) if is_branch else page):
        size += response_bytes(message) + step_bytes(steps.get(message.id, ()))
        if size > MAX_PAGE_BYTES and count > 0:
            return (page[-count:], None) if is_branch else (page[:count], encode_cursor(page[count - 1].id))
    return page, next_cursor


def answer_step(claims: Claims, body: AnswerBody) -> None:
    """Store the user's answer to a step; the reply goes on, in the worker where there is one.

    Raises TokenRevoked, NotFound, InvalidInput, AlreadyAnswered.
    """
    given = body.model_dump(exclude_none=True, exclude={"message_id", "n"})
    with transaction() as session:
        confirm_login(session, claims)
        goes_on = step_answers.answer_step(session, claims.user_id, body.message_id, body.n, given)
    if goes_on:
        hand_over(claims.user_id, body.message_id)


def delete_message(claims: Claims, message_id: str) -> int:
    """Delete a message with all that follow it, then the images that no other has; returns the number of messages.

    When the branch shown ends in one of them, the newest branch through the message before is shown instead.
    Raises TokenRevoked, NotFound.
    """
    user_id = claims.user_id
    with transaction() as session:
        confirm_login(session, claims)
        message = messages.find_message(session, user_id, message_id)
        if message is None:
            raise NotFound
        conversation = conversations.lock_conversation(session, user_id, message.conversation_id)
        if conversation is None:
            raise NotFound
        conversation_id, parent_id = message.conversation_id, message.parent_id
        deleted = messages.list_subtree_ids(session, user_id, conversation_id, message_id)
        keys = set(messages.delete_messages(session, user_id, deleted))
        if keys:  # The versions of an edited question have the same images.
            keys -= messages.list_image_keys(session, user_id, conversation_id)
        object_deletions.add_object_deletions(session, sorted(keys))
        if conversation.active_leaf_id is None or conversation.active_leaf_id in deleted:
            # Ids are in the order of time, so the newest message of a subtree is the end of a branch.
            rest = messages.list_subtree_ids(session, user_id, conversation_id, parent_id) if parent_id else ()
            newest = rest[-1] if rest else messages.newest_message_id(session, user_id, conversation_id)
            conversation.active_leaf_id = newest
    remove_objects(sorted(keys))
    return len(deleted)


def list_outline(
    session: Session, user_id: str, conversation_id: str, cursor: str | None, limit: int
) -> tuple[Sequence[messages.OutlineEntry], str | None]:
    """A page of the message tree without content, oldest first, and the next page's cursor.

    Raises NotFound, InvalidInput.
    """
    _get_conversation(session, user_id, conversation_id)
    return _cut(
        messages.list_outline_entries(session, user_id, conversation_id, after=_after(cursor), limit=limit + 1), limit
    )


def find_phrase(
    session: Session, user_id: str, conversation_id: str, phrase: str, cursor: str | None, limit: int
) -> tuple[Sequence[PhraseMatch], str | None]:
    """A page of the messages that contain a phrase, oldest first, and the next page's cursor.

    Raises NotFound, InvalidInput.
    """
    _get_conversation(session, user_id, conversation_id)
    if not phrase:
        return (), None
    found = search.find_phrase(session, user_id, conversation_id, phrase, after=_after(cursor), limit=limit + 1)
    return _cut(found, limit)


def _list_branch(session: Session, conversation: Conversation, leaf_id: str, limit: int) -> Sequence[Message]:
    user_id = conversation.user_id
    if leaf_id != ACTIVE_BRANCH:
        page = messages.list_branch(session, user_id, conversation.id, leaf_id, limit=limit)
        if not page:
            raise NotFound
        return page
    active = conversation.active_leaf_id or messages.newest_message_id(session, user_id, conversation.id)
    return messages.list_branch(session, user_id, conversation.id, active, limit=limit) if active else ()


class _Listed(Protocol):
    """A row of a page, with the id that its cursor encodes."""

    @property
    def id(self) -> str: ...


_Row = TypeVar("_Row", bound=_Listed)


def _after(cursor: str | None) -> str | None:
    return str(decode_cursor(cursor, str)[0]) if cursor else None


def _cut(rows: Sequence[_Row], limit: int) -> tuple[Sequence[_Row], str | None]:
    """The first `limit` rows, and the next page's cursor if there are more; `rows` has one row more than a page."""
    return rows[:limit], encode_cursor(rows[limit - 1].id) if len(rows) > limit else None


def _get_conversation(session: Session, user_id: str, conversation_id: str) -> Conversation:
    conversation = conversations.find_conversation(session, user_id, conversation_id)
    if conversation is None:
        raise NotFound
    return conversation
