"""Business rules of imports.

A conversation is identified by its source and its id there: a later import adds the messages that are new.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from functions.conversation.import_schemas import ImportConversationBody, Source
from functions.conversation.imports import ImportRows, Known, check_tree, named_images, to_rows
from functions.conversation.settings import ConversationSettings
from shared.auth.claims import Claims
from shared.auth.principal import confirm_login
from shared.chat.errors import InvalidFile, InvalidImage
from shared.chat.parts import check_uploads, name_files
from shared.config import load
from shared.db.models import Conversation
from shared.db.repositories import imports, message_steps, messages, model_configs, pending_uploads, projects
from shared.db.repositories.imports import KnownMessage
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import AppError, InvalidInput, NotFound, RateLimited
from shared.ids import new_id
from shared.schemas import validation_details
from shared.storage import get_object_store
from shared.tools import choice


@dataclass(frozen=True)
class Imported:
    """`existing`: the conversation was imported before. `added`: the number of messages that are new."""

    conversation: Conversation
    existing: bool
    added: int


Outcome = Imported | AppError
# Precision of an export's times.
_PRECISION = timedelta(milliseconds=1)


def import_conversation(claims: Claims, body: ImportConversationBody) -> Imported:
    """Create a conversation from exported messages, or add to the one imported before.

    Raises TokenRevoked, InvalidInput when the messages are not a tree, NotFound, InvalidImage, InvalidFile,
    FileNotReady, StorageUnavailable, RateLimited.
    """
    (outcome,) = _import(claims, [body])
    if isinstance(outcome, AppError):
        raise outcome
    return outcome


def import_conversations(claims: Claims, bodies: Sequence[Mapping[str, object]]) -> list[Outcome]:
    """Like `import_conversation` for each of unvalidated bodies, with the error instead of the id of one that fails.

    Raises TokenRevoked, StorageUnavailable.
    """
    return _import(claims, [_validated(body) for body in bodies])


def _validated(body: Mapping[str, object]) -> ImportConversationBody | InvalidInput:
    try:
        return ImportConversationBody.model_validate(body)
    except ValidationError as error:
        return InvalidInput(details=validation_details(error.errors(include_url=False, include_input=False)))


def list_imported(
    session: Session, user_id: str, source: Source, source_ids: Sequence[str]
) -> list[tuple[str, Conversation, Known]]:
    """The conversations of an export that were imported: `(source_id, conversation, messages)`."""
    found = {
        _SourceKey(source, source_id): row
        for source_id, row in imports.list_imported(session, user_id, source, source_ids).items()
    }
    known = _known_messages(session, user_id, found)
    return [(key.source_id, conversation, known[key]) for key, conversation in found.items()]


class _SourceKey(NamedTuple):
    source: Source
    source_id: str


def _source_key(body: ImportConversationBody) -> _SourceKey | None:
    return _SourceKey(body.source, body.source_id) if body.source is not None and body.source_id is not None else None


def _import(claims: Claims, bodies: Sequence[ImportConversationBody | AppError]) -> list[Outcome]:
    user_id = claims.user_id
    with transaction() as session:
        confirm_login(session, claims)
    checked = [body if isinstance(body, AppError) else _with_uploaded_images(user_id, body) for body in bodies]
    try:
        with transaction() as session:
            return _Import(session, user_id, checked).run()
    except IntegrityError:
        # Another call imported one of the conversations at the same time; now it is found.
        with transaction() as session:
            return _Import(session, user_id, checked).run()


def _with_uploaded_images(user_id: str, body: ImportConversationBody) -> ImportConversationBody | AppError:
    """The body, or the error of its images. Requests the object store. Raises StorageUnavailable."""
    images = named_images(body)
    if images and body.id is None:
        return InvalidImage()
    try:
        check_uploads(images, user_id, body.id or "", get_object_store())
    except InvalidImage as error:
        return error
    return body


class _Import:
    """One transaction of an import. The statements are for all conversations together, and the errors of a
    conversation are found before the first of its rows is written."""

    def __init__(self, session: Session, user_id: str, bodies: Sequence[ImportConversationBody | AppError]) -> None:
        self._session = session
        self._user_id = user_id
        self._bodies = bodies
        self._now = utc_now()
        self._store = get_object_store()
        self._new: list[Conversation] = []
        self._rows: list[ImportRows] = []
        # New messages of conversations with a source, by their ids in the export.
        self._ids: list[tuple[Conversation, Mapping[str, str]]] = []

    def run(self) -> list[Outcome]:
        valid = [body for body in self._bodies if not isinstance(body, AppError)]
        self._existing = self._find_existing(valid)
        self._known = _known_messages(self._session, self._user_id, self._existing)
        self._prepared = self._find_prepared(valid)
        self._projects = self._find_projects(valid)
        self._models = self._find_models(valid)
        self._quota = self._consume_quota(valid)
        seen: set[_SourceKey] = set()
        outcomes = [body if isinstance(body, AppError) else self._outcome(body, seen) for body in self._bodies]
        self._write()
        return outcomes

    def _find_existing(self, bodies: Sequence[ImportConversationBody]) -> dict[_SourceKey, Conversation]:
        keys = list(filter(None, map(_source_key, bodies)))
        found: dict[_SourceKey, Conversation] = {}
        for source in sorted({key.source for key in keys}):
            ids = [key.source_id for key in keys if key.source == source]
            rows = imports.list_imported(self._session, self._user_id, source, ids)
            found |= {_SourceKey(source, source_id): row for source_id, row in rows.items()}
        if not found:
            return found
        locked = imports.lock_conversations(self._session, self._user_id, sorted({row.id for row in found.values()}))
        return {key: locked[row.id] for key, row in found.items() if row.id in locked}

    def _find_prepared(self, bodies: Sequence[ImportConversationBody]) -> dict[str, Conversation]:
        """The temporary conversations without messages that images were uploaded for."""
        ids = [body.id for body in bodies if body.id is not None]
        return imports.lock_prepared(self._session, self._user_id, ids) if ids else {}

    def _find_projects(self, bodies: Sequence[ImportConversationBody]) -> set[str]:
        ids = {body.project_id for body in bodies if body.project_id is not None}
        return set(projects.list_owned_ids(self._session, self._user_id, sorted(ids))) if ids else set()

    def _find_models(self, bodies: Sequence[ImportConversationBody]) -> set[str]:
        ids = {body.model_config_id for body in bodies if body.model_config_id is not None}
        return set(model_configs.list_owned_ids(self._session, self._user_id, sorted(ids))) if ids else set()

    def _consume_quota(self, bodies: Sequence[ImportConversationBody]) -> RateLimited | None:
        """Count the conversations that are created; one that was prepared is counted already. The error of all of them
        when they are too many."""
        created = sum(body.id is None and _source_key(body) not in self._existing for body in bodies)
        limit = load(ConversationSettings).new_conversations
        if not created or limit.allows(self._session, self._user_id, self._now, created):
            return None
        return limit.refusal(self._now)

    def _outcome(self, body: ImportConversationBody, seen: set[_SourceKey]) -> Outcome:
        key = _source_key(body)
        existing = self._existing.get(key) if key else None
        try:
            if key in seen:
                raise InvalidInput(details=[{"field": "source_id", "message": "Another conversation has this id."}])
            if body.project_id is not None and body.project_id not in self._projects:
                raise NotFound
            if body.model_config_id is not None and body.model_config_id not in self._models:
                raise NotFound
            known = self._known[key] if key is not None and existing is not None else {}
            check_tree(body, known)
            conversation = existing if existing is not None else self._new_conversation(body)
            rows = to_rows(body, conversation, known, self._now, self._store)
            self._name_files(body, conversation, rows)
        except AppError as error:
            return error
        if key is not None:
            seen.add(key)
            self._ids.append((conversation, rows.ids))
        if existing is not None:
            self._extend(existing, body, known, rows)
        else:
            self._fill(conversation, body, rows)
        self._rows.append(rows)
        return Imported(conversation, existing=existing is not None, added=len(rows.messages))

    def _new_conversation(self, body: ImportConversationBody) -> Conversation:
        """Raises NotFound, RateLimited."""
        if body.id is not None:
            if body.id not in self._prepared:
                raise NotFound
            return self._prepared[body.id]
        if self._quota is not None:
            raise self._quota
        return Conversation(id=new_id(), user_id=self._user_id)

    def _name_files(self, body: ImportConversationBody, conversation: Conversation, rows: ImportRows) -> None:
        parts = [part for message in rows.messages for part in message.parts or () if part["type"] == "file"]
        if parts:
            # A file is assigned to a conversation that is stored.
            if body.id is None:
                raise InvalidFile
            name_files(self._session.connection(), self._user_id, conversation.id, parts)

    def _fill(self, conversation: Conversation, body: ImportConversationBody, rows: ImportRows) -> None:
        updated_at = min(body.updated_at or self._now, self._now)
        conversation.source, conversation.source_id = body.source, body.source_id
        conversation.title = body.title
        conversation.instructions = body.instructions or None
        conversation.project_id = body.project_id
        conversation.model_config_id = body.model_config_id
        conversation.tools = choice.to_stored(body.tools)
        conversation.pinned, conversation.archived = bool(body.pinned), bool(body.archived)
        conversation.temporary = False
        conversation.created_at = min(body.created_at or updated_at, updated_at)
        conversation.updated_at = updated_at
        conversation.active_leaf_id = rows.ids[body.active_leaf_id or body.messages[-1].id]
        if body.id is None:
            self._new.append(conversation)

    def _extend(self, conversation: Conversation, body: ImportConversationBody, known: Known, rows: ImportRows) -> None:
        """An import takes a conversation out of the bin, and shows what it adds, unless the user has gone on since."""
        conversation.deleted_at = None
        if not rows.messages:
            return
        if _is_original(_source_key(body), conversation):
            # All its messages are known, so the time shows whether others were written since.
            has_gone_on = body.updated_at is None or conversation.updated_at >= body.updated_at + _PRECISION
        else:
            has_gone_on = conversation.active_leaf_id not in {message.id for message in known.values()}
        if body.updated_at is not None:
            conversation.updated_at = max(conversation.updated_at, min(body.updated_at, self._now))
        leaf_id = rows.ids.get(body.active_leaf_id or body.messages[-1].id)
        if leaf_id is not None and not has_gone_on:
            conversation.active_leaf_id = leaf_id

    def _write(self) -> None:
        added = self._rows
        self._session.add_all(self._new)
        self._session.flush()
        if new_messages := [message for rows in added for message in rows.messages]:
            messages.add_messages(self._session, new_messages)
        message_steps.add_steps(self._session, [step for rows in added for step in rows.steps])
        imports.add_imported_messages(
            self._session,
            [
                {"conversation_id": conversation.id, "source_id": source_id, "message_id": message_id}
                for conversation, ids in self._ids
                for source_id, message_id in ids.items()
            ],
        )
        images = [key for rows in added for key in rows.images]
        pending_uploads.delete_pending_uploads(self._session, self._user_id, images)


def _known_messages(
    session: Session, user_id: str, found: Mapping[_SourceKey, Conversation]
) -> dict[_SourceKey, dict[str, KnownMessage]]:
    """The messages of conversations that were imported, by their ids in the export; of an original of this
    application's, also its own: messages that were deleted here come back from its export once."""
    originals = [row.id for key, row in found.items() if _is_original(key, row)]
    imported = imports.list_known_messages(session, user_id, [row.id for row in found.values()]) if found else {}
    own = imports.list_own_messages(session, user_id, originals) if originals else {}
    return {key: imported[row.id] | (own[row.id] if _is_original(key, row) else {}) for key, row in found.items()}


def _is_original(key: _SourceKey | None, conversation: Conversation) -> bool:
    """Whether a conversation of this application's export is this one itself, not a copy."""
    return key is not None and key.source == imports.OWN_SOURCE and key.source_id == conversation.id
