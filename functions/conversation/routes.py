"""Routes of the conversation calls."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import Query, Response

from functions.conversation import forks, import_service, service
from functions.conversation.import_schemas import (
    ImportConversationBody,
    ImportedAgain,
    ImportedBody,
    ImportedConversation,
    ImportedConversations,
    ImportFailure,
    ImportManyBody,
    ImportResult,
    ImportResults,
)
from functions.conversation.import_service import Imported
from functions.conversation.schemas import (
    ConversationOut,
    CreateConversationBody,
    DeleteConversationsBody,
    ForkBody,
    InstructionsOut,
    InstructionsPart,
    RestoreConversationsBody,
    Restored,
    SearchMatch,
    TitleBody,
    TitleOut,
    UpdateConversationBody,
    UpdateConversationsBody,
    Updated,
)
from functions.conversation.snippets import Match
from shared.chat.errors import FileNotReady, InvalidFile, InvalidImage, StorageUnavailable
from shared.chat.model_choice import MODEL_ERRORS
from shared.db.models import Conversation
from shared.errors import AppError, RateLimited
from shared.llm.tokens import estimate_text_tokens
from shared.schemas import Deleted, Page
from shared.surrogates import without_lone_surrogates
from shared.tools.choice import from_stored
from shared.web.dependencies import CurrentUser, DbSession, TokenUser
from shared.web.responses import OWN_THING, WITH_TOKEN, error_responses
from shared.web.routing import Router

router = Router("conversation", responses=error_responses(*WITH_TOKEN))
_OWN_THING = error_responses(*OWN_THING)
_CREATE = error_responses(*OWN_THING, RateLimited)
_IMPORT_MANY = error_responses(*WITH_TOKEN, StorageUnavailable)
_IMPORTED = error_responses(*WITH_TOKEN)
_IMPORT: dict[int | str, dict[str, Any]] = {
    **error_responses(*OWN_THING, InvalidImage, InvalidFile, FileNotReady, StorageUnavailable, RateLimited),
    200: {"model": ImportedAgain, "description": "It was imported before."},
}
_FORK = error_responses(*OWN_THING, StorageUnavailable, RateLimited)
_TITLE = error_responses(*OWN_THING, *MODEL_ERRORS, InvalidImage)


@router.get("", responses=_OWN_THING)
def list_conversations(
    session: DbSession,
    caller: CurrentUser,
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
    cursor: str | None = None,
    q: Annotated[str, Query(max_length=200)] = "",
    archived: bool | Literal["any"] = False,
    deleted: bool = False,
    project_id: Annotated[str | None, Query(max_length=64)] = None,
    waiting: bool = False,
) -> Page[ConversationOut]:
    """List conversations.

    Pinned ones first, then by newest activity; temporary ones are not listed. With `q`: those in whose titles and
    messages all of its words occur, with `matches`. `archived=any` lists archived ones among the others, `deleted`
    those in the bin, archived or not, newest deletion first. `project_id` lists those of a project, `project_id=none`
    those in none, `waiting` those in which a reply waits for the caller, all in one page.
    """
    user_id = caller.user_id
    items, next_cursor, waiting_ids = service.list_conversations(
        session,
        user_id,
        archived=None if archived == "any" else archived,
        deleted=deleted,
        project_id=project_id,
        query=q,
        cursor=cursor,
        limit=limit,
        waiting=waiting,
    )
    matches = service.search_matches(session, user_id, items, q)
    return Page[ConversationOut](
        items=[_conversation(item, matches.get(item.id), is_waiting=item.id in waiting_ids) for item in items],
        next_cursor=next_cursor,
    )


@router.get("/{conversation_id}", responses=_OWN_THING)
def get_conversation(conversation_id: str, session: DbSession, caller: CurrentUser) -> ConversationOut:
    """Get a conversation.

    Without its messages, which `GET /chat/{conversation_id}` lists.
    """
    return _conversation(service.get_conversation(session, caller.user_id, conversation_id))


@router.get("/{conversation_id}/instructions", responses=_OWN_THING)
def list_instructions(conversation_id: str, session: DbSession, caller: CurrentUser) -> InstructionsOut:
    """List the parts of the system prompt.

    Those of the conversation's next turn, each with its origin. Parameters that a call sends
    itself are not in it.
    """
    parts = service.list_instructions(session, caller.user_id, conversation_id)
    return InstructionsOut(
        items=[
            InstructionsPart(source=part.source, text=part.text, tokens=estimate_text_tokens(part.text))
            for part in parts
        ]
    )


@router.post("/create", status_code=201, responses=_CREATE)
def create_conversation(body: CreateConversationBody, session: DbSession, caller: CurrentUser) -> ConversationOut:
    """Create a conversation.

    Its turns run the model config given, or the project's where there is a project, or the server's default model. New
    conversations are limited per day.
    """
    return _conversation(service.create_conversation(session, caller.user_id, body))


@router.post("/import", status_code=201, responses=_IMPORT)
def import_conversation(
    body: ImportConversationBody, user: TokenUser, response: Response
) -> ConversationOut | ImportedAgain:
    """Import a conversation with its messages.

    Creates a conversation from a tree of messages, oldest first, each after its parent. Ids in the body only link its
    messages to each other; the stored messages get new ones. With `source` and `source_id` of a conversation that was
    imported before: adds the messages that are new to it, takes it out of the bin, and returns 200.
    """
    imported = import_service.import_conversation(user, body)
    if imported.existing:
        response.status_code = 200
        return ImportedAgain(existing=imported.conversation.id, added=imported.added)
    return _conversation(imported.conversation)


@router.post("/import_many", responses=_IMPORT_MANY)
def import_conversations(body: ImportManyBody, user: TokenUser) -> ImportResults:
    """Import several conversations.

    Each as `/conversation/import` does, with a result for each in the order given. One that fails has an `error` and
    does not stop the others.
    """
    outcomes = import_service.import_conversations(user, body.conversations)
    return ImportResults(
        results=[_import_result(given, outcome) for given, outcome in zip(body.conversations, outcomes, strict=True)]
    )


@router.post("/imported", responses=_IMPORTED)
def list_imported(body: ImportedBody, session: DbSession, caller: CurrentUser) -> ImportedConversations:
    """List what an import would not add.

    Of the conversations of an export, those that were imported before, with the ids of their messages in the export.
    """
    found = import_service.list_imported(session, caller.user_id, body.source, body.source_ids)
    return ImportedConversations(
        items=[
            ImportedConversation(
                source_id=source_id,
                id=conversation.id,
                deleted=conversation.deleted_at is not None,
                message_ids=list(known),
            )
            for source_id, conversation, known in found
        ]
    )


@router.post("/update", responses=_OWN_THING)
def update_conversation(body: UpdateConversationBody, session: DbSession, caller: CurrentUser) -> ConversationOut:
    """Change a conversation.

    Fields that are absent stay as they are. `model_config_id: null` goes back to the server's default model,
    `project_id: null` takes it out of its project; `active_leaf_id` chooses the branch to show.
    """
    changes = body.changes(clearable=("model_config_id", "project_id", "instructions", "tools"))
    return _conversation(service.update_conversation(session, caller.user_id, body.id, changes))


@router.post("/update_many", responses=_OWN_THING)
def update_conversations(body: UpdateConversationsBody, session: DbSession, caller: CurrentUser) -> Updated:
    """Change several conversations.

    Archives them, or moves them to a project, or out of theirs (`project_id: null`). Ids that are not the caller's,
    and those in the bin, are ignored; `updated` counts the others.
    """
    changes = body.changes(clearable=("project_id",))
    changes.pop("ids")
    return Updated(updated=service.update_conversations(session, caller.user_id, body.ids, changes))


@router.post("/generate_title", responses=_TITLE)
async def generate_title(body: TitleBody, user: TokenUser) -> TitleOut:
    """Generate a title from the first message.

    The title is stored, unless the user changed the title meanwhile. Where the model fails, or the caller's quota for
    the server's default model is used up, the title is the beginning of the message.
    """
    return TitleOut(title=await service.generate_title(user, body))


@router.post("/delete")
def delete_conversations(body: DeleteConversationsBody, user: TokenUser) -> Deleted:
    """Delete conversations.

    They stay in the bin for 30 days; `purge` deletes them now, with their messages and stored images, those in the bin
    too. Ids that are not the caller's are ignored; `deleted` counts the others.
    """
    return Deleted(deleted=service.delete_conversations(user, body.ids, purge=bool(body.purge)))


@router.post("/restore")
def restore_conversations(body: RestoreConversationsBody, session: DbSession, caller: CurrentUser) -> Restored:
    """Restore conversations from the bin.

    Ids that are not in the caller's bin are ignored; `restored` counts the others.
    """
    return Restored(restored=service.restore_conversations(session, caller.user_id, body.ids))


@router.post("/fork", status_code=201, responses=_FORK)
def fork_conversation(body: ForkBody, user: TokenUser) -> ConversationOut:
    """Fork a conversation.

    Creates a conversation with a copy of the branch that ends in the message, images included.
    """
    return _conversation(forks.fork_conversation(user, body.message_id))


def _conversation(
    conversation: Conversation, matches: Sequence[Match] | None = None, *, is_waiting: bool = False
) -> ConversationOut:
    return ConversationOut(
        id=conversation.id,
        title=conversation.title,
        model_config_id=conversation.model_config_id,
        pinned=conversation.pinned,
        archived=conversation.archived,
        created_at=conversation.created_at,
        updated_at=conversation.updated_at,
        active_leaf_id=conversation.active_leaf_id,
        project_id=conversation.project_id,
        instructions=conversation.instructions,
        tools=from_stored(conversation.tools) or None,
        temporary=conversation.temporary or None,
        deleted_at=conversation.deleted_at,
        waiting=is_waiting or None,
        matches=None if matches is None else [_match(match) for match in matches],
    )


def _import_result(given: Mapping[str, object], outcome: Imported | AppError) -> ImportResult:
    source_id = given.get("source_id")
    named = without_lone_surrogates(source_id) if isinstance(source_id, str) else None
    if isinstance(outcome, AppError):
        fields = [f"{detail['field']}: {detail['message']}" for detail in outcome.details or ()]
        message = " ".join([outcome.message, *fields[:3]])
        return ImportResult(source_id=named, error=ImportFailure(code=outcome.code, message=message))
    return ImportResult(
        source_id=named, id=outcome.conversation.id, added=outcome.added, existing=outcome.existing or None
    )


def _match(match: Match) -> SearchMatch:
    return SearchMatch(
        message_id=match.message_id, snippet=match.snippet, ranges=[list(found) for found in match.ranges]
    )
