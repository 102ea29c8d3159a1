"""Business rules of conversations."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from functions.conversation.schemas import CreateConversationBody, TitleBody
from functions.conversation.settings import ConversationSettings
from functions.conversation.snippets import Match, find_matches
from shared.auth.claims import Claims
from shared.auth.principal import confirm_login
from shared.chat import instructions
from shared.chat.budget import may_spend
from shared.chat.conversation_deletion import purge_conversations
from shared.chat.instructions import Instructions
from shared.chat.model_choice import choose_model
from shared.chat.parts import to_stored
from shared.chat.quota import Quota, count_run_within_quota, counter_key
from shared.chat.usage import turn_usage
from shared.chat.verification import is_verified_enough
from shared.config import load
from shared.cursors import decode_cursor, encode_cursor
from shared.db.models import Conversation, Project
from shared.db.repositories import (
    conversations,
    messages,
    model_configs,
    projects,
    usage,
)
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import NotFound
from shared.ids import new_id
from shared.llm.endpoint import ModelEndpoint
from shared.llm.params import ModelParams
from shared.stage_settings import StageSettings
from shared.storage import get_object_store
from shared.storage.removal import remove_objects
from shared.threads import run_in_thread
from shared.tools import choice

# Up to this many words are searched separately.
MAX_WORDS = 10


def list_conversations(
    session: Session,
    user_id: str,
    *,
    archived: bool | None,
    deleted: bool,
    project_id: str | None,
    query: str,
    cursor: str | None,
    limit: int,
    waiting: bool,
) -> tuple[Sequence[Conversation], str | None, set[str]]:
    """A page, pinned first, then newest activity first, the next page's cursor, and the ids of those in which a reply
    waits for the user. Raises InvalidInput, NotFound for a project that is not the user's.

    `archived`: None lists both. `deleted`: those in the bin, archived or not, newest deletion first. `project_id`: as
    in the repository. With a `query`, those in which all of its words occur. `waiting`: only those in which a reply
    waits, in one page.
    """
    words = _words(query)
    page: Sequence[Conversation]
    next_cursor: str | None
    if waiting:
        waiting_ids = messages.list_waiting_conversation_ids(session, user_id)
        found = conversations.list_among(session, user_id, waiting_ids, project_id=project_id, words=words)
        page, next_cursor = [each for each in found if archived is None or each.archived == archived], None
    elif deleted:
        page, next_cursor = _list_deleted(session, user_id, project_id, words, cursor, limit)
        waiting_ids = messages.list_waiting_conversation_ids(session, user_id) if page else set()
    else:
        after = None
        if cursor:
            pinned, updated_at, last_id = decode_cursor(cursor, bool, datetime, str)
            after = (pinned, updated_at, last_id)
        found, waiting_ids = conversations.list_conversations(
            session, user_id, archived=archived, project_id=project_id, words=words, after=after, limit=limit + 1
        )
        page = found[:limit]
        last = page[-1] if len(found) > limit else None
        next_cursor = encode_cursor(last.pinned, last.updated_at, last.id) if last else None
    # Another user's project has none of the user's conversations either, so only an empty page is in doubt.
    if not page and project_id != conversations.NO_PROJECT:
        _find_project(session, user_id, project_id)
    return page, next_cursor, waiting_ids


def _list_deleted(
    session: Session, user_id: str, project_id: str | None, words: Sequence[str], cursor: str | None, limit: int
) -> tuple[Sequence[Conversation], str | None]:
    after = None
    if cursor:
        deleted_at, archived, pinned, updated_at, last_id = decode_cursor(cursor, datetime, bool, bool, datetime, str)
        after = (deleted_at, archived, pinned, updated_at, last_id)
    found = conversations.list_deleted(
        session, user_id, project_id=project_id, words=words, after=after, limit=limit + 1
    )
    page = found[:limit]
    if len(found) <= limit or page[-1].deleted_at is None:
        return page, None
    last = page[-1]
    return page, encode_cursor(page[-1].deleted_at, last.archived, last.pinned, last.updated_at, last.id)


def search_matches(session: Session, user_id: str, found: Sequence[Conversation], query: str) -> dict[str, list[Match]]:
    """The messages of each conversation that have words of the query, by the conversation's id; empty without one."""
    words = _words(query)
    return find_matches(session, user_id, [conversation.id for conversation in found], words) if words else {}


def _words(query: str) -> Sequence[str]:
    words = list(dict.fromkeys(query.split()))
    # Each word is a subquery, and databases limit their number; a longer query is searched as one phrase.
    return words if len(words) <= MAX_WORDS else [query.strip()]


def get_conversation(session: Session, user_id: str, conversation_id: str) -> Conversation:
    """Raises NotFound."""
    conversation = conversations.find_conversation(session, user_id, conversation_id)
    if conversation is None:
        raise NotFound
    return conversation


def create_conversation(session: Session, user_id: str, body: CreateConversationBody) -> Conversation:
    """Raises NotFound for a model config or a project that is not the user's, RateLimited."""
    project = _find_project(session, user_id, body.project_id)
    model_config_id = body.model_config_id
    if project is not None and "model_config_id" not in body.model_fields_set:
        model_config_id = project.model_config_id
    else:
        _check_model_config(session, user_id, model_config_id)
    conversation = new_conversation(session, user_id, model_config_id, temporary=bool(body.temporary))
    conversation.project_id = body.project_id
    conversation.instructions = body.instructions or None
    if project is not None and "tools" not in body.model_fields_set:
        conversation.tools = project.tools
    else:
        conversation.tools = choice.to_stored(body.tools)
    conversations.add_conversation(session, conversation)
    return conversation


def new_conversation(
    session: Session, user_id: str, model_config_id: str | None, *, temporary: bool = False
) -> Conversation:
    """A conversation that is not in the database yet, but counted. Raises RateLimited."""
    now = utc_now()
    load(ConversationSettings).new_conversations.consume(session, user_id, now)
    return Conversation(
        id=new_id(),
        user_id=user_id,
        model_config_id=model_config_id,
        pinned=False,
        archived=False,
        temporary=temporary,
        created_at=now,
        updated_at=now,
    )


def update_conversation(session: Session, user_id: str, conversation_id: str, changes: dict[str, Any]) -> Conversation:
    """Change the named attributes. Raises NotFound, also for an unknown model config, project or message."""
    conversation = conversations.lock_conversation(session, user_id, conversation_id)
    if conversation is None:
        raise NotFound
    _check_model_config(session, user_id, changes.get("model_config_id"))
    _find_project(session, user_id, changes.get("project_id"))
    if "active_leaf_id" in changes:
        leaf = messages.find_message(session, user_id, changes["active_leaf_id"])
        if leaf is None or leaf.conversation_id != conversation_id:
            raise NotFound
    if "tools" in changes:
        changes = {**changes, "tools": choice.to_stored(changes["tools"])}
    for name, value in changes.items():
        setattr(conversation, name, value)
    return conversation


def update_conversations(
    session: Session, user_id: str, conversation_ids: Sequence[str], changes: dict[str, Any]
) -> int:
    """Change the named attributes of each; returns the number of conversations. Raises NotFound for a project that is
    not the user's."""
    _find_project(session, user_id, changes.get("project_id"))
    owned = conversations.lock_owned(session, user_id, conversation_ids)
    found = [conversation.id for conversation in owned if not conversation.is_deleted]
    if changes:
        conversations.update_conversations(session, user_id, found, changes)
    return len(found)


def list_instructions(session: Session, user_id: str, conversation_id: str) -> list[Instructions]:
    """The system prompt of a conversation's turns, by its sources. Raises NotFound."""
    conversation = get_conversation(session, user_id, conversation_id)
    stored = conversations.find_instructions(session, user_id, conversation_id)
    if stored is None:
        raise NotFound
    config = None
    if conversation.model_config_id is not None:
        config = model_configs.find_chosen_model(session, user_id, conversation.model_config_id)
    return instructions.list_instructions(stored, config.params.get("system_prompt") if config is not None else None)


async def generate_title(claims: Claims, body: TitleBody) -> str:
    """Generate a title from the first message and store it.

    A title that the user sets meanwhile wins. Above a quota or budget for the operator's models, or where they need a
    verified address, the title is made without a model. Raises TokenRevoked, NotFound, InvalidImage, NoModel,
    UnsafeBaseUrl, UnreadableApiKey.
    """
    user_id = claims.user_id
    # Imported here, to keep cold starts short: only this call uses models.
    from functions.conversation.titles import estimate_title, request_title, title_from_text

    def read() -> tuple[ModelEndpoint | None, str, str | None]:
        now = utc_now()
        with transaction() as session:
            confirm_login(session, claims)
            found = conversations.lock_conversation_with_model(
                session, user_id, body.conversation_id, now, counter_key(user_id, now), now.date()
            )
            if found is None:
                raise NotFound
            text, _ = to_stored(body.message, user_id, body.conversation_id, get_object_store())
            conversation = conversations.find_conversation(session, user_id, body.conversation_id)
            if conversation is not None and conversation.temporary:
                return None, text, None
            settings = StageSettings.from_stored(found.changed_settings)
            endpoint = choose_model(body, found.model, found.user_usage.group, settings)
            is_asked = (
                text.strip()
                and is_verified_enough(endpoint, found.user_usage, settings)
                and may_spend(endpoint, found.user_usage.spending, now)
                and count_run_within_quota(session, endpoint, found.user_usage, Quota.of(settings), user_id, now)
            )
            return endpoint if is_asked else None, text, found.title

    endpoint, text, title_before = await run_in_thread(read)
    title = None
    if endpoint is not None:
        # The user's sampling parameters are meant for replies, not for titles.
        endpoint = replace(
            endpoint, params=ModelParams(extra_body=endpoint.params.extra_body, stream=endpoint.params.stream)
        )
        title = await request_title(endpoint, text)
    title = title or title_from_text(text)

    def store() -> str:
        with transaction() as session:
            conversation = conversations.lock_conversation(session, user_id, body.conversation_id)
            if conversation is None:
                raise NotFound
            if conversation.title == title_before and not conversation.temporary:
                conversation.title = title
            if endpoint is not None and endpoint.prices is not None:
                usage.add_usage(session, user_id, turn_usage(endpoint, estimate_title(text, title), 0, utc_now()))
            return conversation.title or title

    return await run_in_thread(store)


def delete_conversations(claims: Claims, conversation_ids: Sequence[str], *, purge: bool) -> int:
    """Move conversations to the bin, or delete them for good; returns their number. Raises TokenRevoked.

    With `purge`, and for temporary ones, the messages and share links are deleted at once, then the images.
    """
    user_id = claims.user_id
    with transaction() as session:
        confirm_login(session, claims)
        owned = conversations.lock_owned(session, user_id, conversation_ids)
        purged = [conversation.id for conversation in owned if purge or conversation.temporary]
        binned = [found.id for found in owned if found.id not in purged and not found.is_deleted]
        prefixes = purge_conversations(session, user_id, purged)
        conversations.set_deleted(session, user_id, binned, utc_now())
    remove_objects(prefixes)
    return len(purged) + len(binned)


def restore_conversations(session: Session, user_id: str, conversation_ids: Sequence[str]) -> int:
    """Take conversations out of the bin; returns the number of those that were in it."""
    owned = conversations.lock_owned(session, user_id, conversation_ids)
    restored = [conversation.id for conversation in owned if conversation.is_deleted]
    conversations.set_deleted(session, user_id, restored, None)
    return len(restored)


def _find_project(session: Session, user_id: str, project_id: str | None) -> Project | None:
    """The user's project; None if `project_id` is None. Raises NotFound."""
    if project_id is None:
        return None
    project = projects.find_project(session, user_id, project_id)
    if project is None:
        raise NotFound
    return project


def _check_model_config(session: Session, user_id: str, model_config_id: str | None) -> None:
    if model_config_id is not None and not model_configs.may_choose(session, user_id, model_config_id):
        raise NotFound
