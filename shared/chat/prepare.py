"""Preparing a turn: validate the request, choose the model, read the history, write both rows.

One transaction. Plain text takes at most four statements, whatever the length of the conversation; a project, tools,
images, a named model config and a total quota take one more each, files two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from shared.chat.budget import check_budget
from shared.chat.context import ChatMessage, Context, fit_context
from shared.chat.errors import NotContinuable
from shared.chat.event_log import EventLog, ReplyIds, fold_live, live_events
from shared.chat.file_context import FileTexts
from shared.chat.file_plan import MAX_PROJECT_FILES, ProjectFiles, plan_files, plan_project_files
from shared.chat.instructions import with_instructions
from shared.chat.model_choice import choose_model
from shared.chat.parts import SentPart, image_keys, name_files, to_stored
from shared.chat.quota import Quota, check_quota, counter_key
from shared.chat.requests import ReplyBody, SendBody, TurnFields
from shared.chat.verification import check_verification
from shared.config import ChatSettings, load
from shared.db.models import Message, MessageStep
from shared.db.repositories import conversations, files, message_steps, messages, model_configs, pending_uploads
from shared.db.repositories.conversations import LockedConversation
from shared.db.repositories.message_steps import StepsOf
from shared.db.repositories.messages import NewMessage
from shared.db.repositories.model_configs import ChosenModel
from shared.db.types import utc_now
from shared.errors import NotFound, RateLimited
from shared.ids import new_id
from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import NoModel
from shared.stage_settings import StageSettings
from shared.storage.object_store import ObjectStore
from shared.tools.choice import ChosenTools, from_stored
from shared.tools.choice import to_stored as tools_to_stored

# In the column `model_fields`: the reply is of the operator's model, the default one or another that is offered.
_IS_OPERATORS = "is_default"


@dataclass(frozen=True)
class PreparedTurn:
    """A turn whose rows are in the database and whose model has not been called.

    `log`, `usage`: of the turns before, for a reply that is continued.
    """

    user_id: str
    turn_id: str
    ids: ReplyIds
    endpoint: ModelEndpoint
    # In force when the turn was prepared.
    quota: Quota
    messages: Sequence[ChatMessage]
    log: EventLog = field(default_factory=EventLog)
    usage: Mapping[str, int] | None = None
    # The reply's details, as far as they are known before the model answers (shared.chat.reply.ReplyDetails).
    details: Mapping[str, Any] | None = None
    # Whether the client takes `notice` events.
    notices: bool = False
    # Whether another process can go on with it when this one ends.
    can_be_taken_over: bool = False
    # Goes on with a turn that was counted: another process began it, or it waited for its user.
    was_counted: bool = False
    # The keys of the newest message's own images.
    newest_images: frozenset[str] = frozenset()
    # The tools that the call asked for, and the steps that the reply has.
    tools: Sequence[ChosenTools] = ()
    steps: Sequence[MessageStep] = ()
    files: FileTexts = field(default_factory=FileTexts)


class _Locked(NamedTuple):
    """A conversation, locked until the transaction ends, and the model to call with its quota."""

    conversation: LockedConversation
    endpoint: ModelEndpoint
    quota: Quota


# The time limit of the functions that run turns. An older reply has lost its process and was not recovered yet.
_LONGEST_TURN = timedelta(minutes=15)
_RETRY_SECONDS = 5
# The parent of a message that goes after whatever is shown last.
UNSPECIFIED_PARENT = object()


def prepare_send(
    connection: Connection,
    store: ObjectStore,
    user_id: str,
    conversation_id: str,
    message: str | Sequence[SentPart],
    parent_id: object,
    fields: SendBody,
    request_key: str | None = None,
) -> PreparedTurn:
    """A user's message and the row for its reply.

    `parent_id`: a message's id, None for a new first message, or UNSPECIFIED_PARENT.
    Raises NotFound, RateLimited, EmailUnverified, InvalidImage, InvalidFile, FileNotReady, NoModel, InvalidInput,
    UnsafeBaseUrl, UnreadableApiKey; and IntegrityError when the user has a reply with `request_key` already.
    """
    locked = _lock(connection, user_id, conversation_id, fields, starting=True)
    conversation, endpoint, _ = locked
    text, parts = to_stored(message, user_id, conversation_id, store)
    name_files(connection, user_id, conversation_id, parts or ())
    leaf_id = conversation.active_leaf_id if parent_id is UNSPECIFIED_PARENT else parent_id
    path: Sequence[messages.BranchMessage] = []
    if isinstance(leaf_id, str):
        limit = _context_messages(endpoint) + 1
        path = messages.list_branch_input(connection, user_id, conversation_id, leaf_id, limit=limit)
        if not path:
            raise NotFound
    now = utc_now()
    user_message = NewMessage(
        id=new_id(),
        conversation_id=conversation.id,
        user_id=user_id,
        parent_id=path[-1].id if path else None,
        role="user",
        text=text,
        parts=parts,
        status="completed",
        created_at=now,
    )
    reply = _new_reply(user_id, conversation.id, user_message.id, endpoint, fields, request_key, now)
    messages.add_messages(connection, [user_message, reply])
    pending_uploads.delete_pending_uploads(connection, user_id, image_keys(parts or ()))
    conversations.show_branch(connection, user_id, conversation_id, reply.id, now)
    given = _given(connection, user_id, conversation.project_id, endpoint, [*path, user_message], fields.tools)
    return _turn_of(reply, locked, given, fields)


def prepare_regenerate(
    session: Session,
    user_id: str,
    message_id: str,
    fields: ReplyBody,
    request_key: str | None = None,
) -> PreparedTurn:
    """A sibling of a reply. Raises NotFound, RateLimited, EmailUnverified, NoModel, InvalidInput, UnsafeBaseUrl,
    UnreadableApiKey, IntegrityError."""
    old, locked = _reply_and_model(session, user_id, message_id, fields, starting=True)
    conversation, endpoint, _ = locked
    now = utc_now()
    conversation_id, parent_id = old.conversation_id, _parent_of(old)
    limit = _context_messages(endpoint) + 2
    path = messages.list_branch_input(session, user_id, conversation_id, parent_id, limit=limit)
    reply = _new_reply(user_id, conversation_id, parent_id, endpoint, fields, request_key, now)
    messages.add_messages(session, [reply])
    conversations.show_branch(session, user_id, conversation_id, reply.id, now)
    given = _given(session, user_id, conversation.project_id, endpoint, path, fields.tools)
    return _turn_of(reply, locked, given, fields)


def prepare_continue(session: Session, user_id: str, message_id: str, fields: ReplyBody) -> PreparedTurn:
    """The same reply, to grow from where it ended.

    Raises NotFound, NotContinuable, RateLimited, EmailUnverified, NoModel, InvalidInput, UnsafeBaseUrl,
    UnreadableApiKey.
    """
    reply, locked = _reply_and_model(session, user_id, message_id, fields, starting=True)
    if not _may_continue(reply):
        raise NotContinuable
    now = utc_now()
    turn_id = new_id()
    model_fields = _stored_fields(fields, locked.endpoint)
    had_tools, tools = reply.tools is not None, tools_to_stored(fields.tools)
    if had_tools and tools is None:
        tools = []  # Null would say that it has no steps either.
    if not messages.resume_streaming(session, user_id, message_id, turn_id, model_fields, tools, now):
        raise NotContinuable
    reply.tools = tools
    steps = message_steps.list_steps(session, user_id, [message_id]) if had_tools else ()
    turn = _turn_into(session, reply, turn_id, locked, steps)
    return replace(turn, can_be_taken_over=model_fields is not None, notices=bool(fields.notices))


def claim_prepared_turn(
    session: Session, user_id: str, message_id: str, turn_id: str, fields: TurnFields | None
) -> PreparedTurn | None:
    """Claim a turn that another process prepared, to run it in this one; None when it was claimed or ended already.

    `fields`: None for those stored with the reply. Only one claim succeeds, so that a job that is delivered twice runs
    once. Raises NotFound, NoModel, InvalidInput, UnsafeBaseUrl, UnreadableApiKey.
    """
    reply = _find_reply(session, user_id, message_id)
    chosen = fields or TurnFields.from_stored(reply.model_fields or {})
    locked = _lock(session, user_id, reply.conversation_id, chosen, starting=False)
    claim_id = new_id()
    if not messages.claim_turn(session, user_id, message_id, turn_id, claim_id, utc_now()):
        return None
    steps = message_steps.list_steps(session, user_id, [message_id]) if reply.tools is not None else ()
    turn = _turn_into(session, reply, claim_id, locked, steps)
    # The fields are the stored ones where the turn was taken over.
    was_counted = turn.was_counted or fields is None
    return replace(turn, can_be_taken_over=reply.model_fields is not None, was_counted=was_counted)


def take_over_turn(session: Session, reply: Message) -> PreparedTurn | None:
    """A turn that goes on with a streaming reply, whose process died or released it; None when another process took
    it over.

    Raises NotFound, NoModel, UnsafeBaseUrl, UnreadableApiKey, InvalidInput, when no model can go on.
    """
    assert reply.model_fields is not None  # Otherwise nobody can go on.
    fields = TurnFields.from_stored(reply.model_fields)
    locked = _lock(session, reply.user_id, reply.conversation_id, fields, starting=False)
    if locked.endpoint.is_operators != reply.model_fields.get(_IS_OPERATORS, False):
        raise NoModel  # The user's config was deleted: the conversation is not for the operator's model.
    turn_id = new_id()
    if not messages.take_over_turn(session, reply, turn_id, utc_now()):
        return None
    # Read after the update has locked the row: the former process may not be dead but slow, and wrote until then.
    session.refresh(reply, ["text", "reasoning", "event_log"])
    chunks = messages.list_chunks(session, [reply.id])
    steps = message_steps.list_steps(session, reply.user_id, [reply.id]) if reply.tools is not None else ()
    columns = fold_live(reply, live_events(reply, chunks, steps) or ()).columns()
    messages.fold_chunks(session, reply.user_id, reply.id, turn_id, columns)
    session.expunge(reply)
    for name, value in columns.items():
        setattr(reply, name, value)
    turn = _turn_into(session, reply, turn_id, locked, steps)
    return replace(turn, can_be_taken_over=True, was_counted=True)


def _turn_into(
    session: Session,
    reply: Message,
    turn_id: str,
    locked: _Locked,
    steps: Sequence[MessageStep],
) -> PreparedTurn:
    """A turn that continues a reply after the text and the `steps` that it has."""
    conversation, endpoint, quota = locked
    parent_id = _parent_of(reply)
    limit = _context_messages(endpoint) + 2
    path = messages.list_branch_input(session, reply.user_id, reply.conversation_id, parent_id, limit=limit)
    tools = from_stored(reply.tools)
    given = _given(session, reply.user_id, conversation.project_id, endpoint, path, tools)
    model_input = given.context.messages
    # With tools, the turn adds the reply as it grows (shared.chat.tool_messages).
    if reply.text.strip() and not tools:
        model_input.append({"role": "assistant", "content": reply.content})
    return PreparedTurn(
        user_id=reply.user_id,
        turn_id=turn_id,
        ids=ReplyIds.of(reply),
        endpoint=endpoint,
        quota=quota,
        messages=model_input,
        log=EventLog.of(reply),
        usage=reply.usage,
        details={**(reply.details or {}), **(_details(given.context) or {})} or None,
        # A reply whose key is not stored is continued when its user has answered; only then it has open steps.
        was_counted=not endpoint.is_operators and any(step.ended_at is None for step in steps),
        newest_images=given.context.newest_images,
        tools=tools,
        steps=steps,
        files=given.files,
    )


def _steps_of(
    session: Session | Connection,
    user_id: str,
    path: Sequence[messages.BranchMessage | NewMessage],
    tools: Sequence[ChosenTools] | None,
) -> StepsOf:
    """The steps of a branch's replies, which a model that is offered tools is given; one statement, none where there
    are none. Not those of replies with an empty list, which may be imported, with names that no server takes."""
    with_steps = [message.id for message in path if message.tools] if tools else []
    found: dict[str, list[MessageStep]] = {}
    for step in message_steps.list_steps(session, user_id, with_steps) if with_steps else ():
        found.setdefault(step.message_id, []).append(step)
    return found


def _may_continue(reply: Message) -> bool:
    """Whether a reply can grow: one that was cut off, or that failed after its first word."""
    if reply.status == "failed":
        return bool(reply.text)
    return reply.status in ("stopped", "interrupted") or reply.finish_reason == "length"


def _reply_and_model(
    session: Session, user_id: str, message_id: str, fields: TurnFields, *, starting: bool
) -> tuple[Message, _Locked]:
    reply = _find_reply(session, user_id, message_id)
    return reply, _lock(session, user_id, reply.conversation_id, fields, starting=starting)


def _find_reply(session: Session, user_id: str, message_id: str) -> Message:
    reply = messages.find_message(session, user_id, message_id)
    if reply is None or reply.role != "assistant":
        raise NotFound
    return reply


def _lock(
    session: Session | Connection, user_id: str, conversation_id: str, fields: TurnFields, *, starting: bool
) -> _Locked:
    """The conversation, locked, and the model to call with its quota.

    Raises NotFound and what `choose_model` does. When a turn is `starting`, raises RateLimited when the user has as
    many concurrent replies, or as many turns of the operator's models today, as are allowed, EmailUnverified and
    BudgetExhausted.
    """
    now = utc_now()
    found = conversations.lock_conversation_with_model(
        session, user_id, conversation_id, now - _LONGEST_TURN, counter_key(user_id, now), now.date()
    )
    if found is None:
        raise NotFound
    settings = StageSettings.from_stored(found.changed_settings)
    if starting and found.user_usage.streaming >= (settings.streams_per_user or load(ChatSettings).streams_per_user):
        raise RateLimited(_RETRY_SECONDS)
    config = found.model
    if "model_config_id" in fields.model_fields_set:
        config = _config_of_turn(session, user_id, fields.model_config_id)
    endpoint = with_instructions(choose_model(fields, config, found.user_usage.group, settings), found.instructions)
    quota = Quota.of(settings)
    if starting:
        check_verification(endpoint, found.user_usage, settings)
        check_quota(session, endpoint, found.user_usage, quota, now)
        check_budget(endpoint, found.user_usage.spending, now)
    return _Locked(found, endpoint, quota)


def _config_of_turn(session: Session | Connection, user_id: str, config_id: str | None) -> ChosenModel | None:
    if config_id is None:
        return None
    config = model_configs.find_chosen_model(session, user_id, config_id)
    if config is None:
        raise NotFound
    return config


def _parent_of(reply: Message) -> str:
    assert reply.parent_id is not None  # A reply answers something.
    return reply.parent_id


def _new_reply(
    user_id: str,
    conversation_id: str,
    parent_id: str,
    endpoint: ModelEndpoint,
    fields: SendBody | ReplyBody,
    request_key: str | None,
    now: datetime,
) -> NewMessage:
    return NewMessage(
        id=new_id(),
        conversation_id=conversation_id,
        user_id=user_id,
        parent_id=parent_id,
        role="assistant",
        text="",
        status="streaming",
        model=endpoint.shown_model,
        turn_id=new_id(),
        model_fields=_stored_fields(fields, endpoint),
        tools=tools_to_stored(fields.tools),
        request_key=request_key,
        heartbeat_at=now,
        created_at=now,
    )


def _stored_fields(fields: TurnFields, endpoint: ModelEndpoint) -> dict[str, Any] | None:
    """The value of the column `model_fields`."""
    stored = fields.to_stored()
    return stored if stored is None or not endpoint.is_operators else {**stored, _IS_OPERATORS: True}


def _context_messages(endpoint: ModelEndpoint) -> int:
    """The number of messages that the model is given besides the newest."""
    return endpoint.params.context_messages or load(ChatSettings).context_messages


@dataclass(frozen=True)
class _Given:
    """The input of the model: the messages, and the files in place of their parts."""

    context: Context
    files: FileTexts


def _given(
    session: Session | Connection,
    user_id: str,
    project_id: str | None,
    endpoint: ModelEndpoint,
    path: Sequence[messages.BranchMessage | NewMessage],
    tools: Sequence[ChosenTools] | None,
) -> _Given:
    """`path` has more messages than the context, if the branch has. At most two statements."""
    known_tokens = endpoint.context_tokens
    with_tools = "search_file" in (tools or ()) and "tools" not in endpoint.learned.omitted
    project = ProjectFiles()
    if project_id is not None:
        rows = files.list_of_project(session, user_id, project_id, MAX_PROJECT_FILES)
        project = plan_project_files(rows, path, known_tokens)
    texts = FileTexts(project, with_tools)
    context = fit_context(
        plan_files(path, known_tokens, with_tools=with_tools),
        endpoint.params.system_prompt,
        max_tokens=(known_tokens or load(ChatSettings).context_tokens) - texts.project_tokens,
        max_messages=_context_messages(endpoint) + 1,
        steps=_steps_of(session, user_id, path, tools),
    )
    return _Given(context, texts)


def _turn_of(reply: NewMessage, locked: _Locked, given: _Given, fields: SendBody | ReplyBody) -> PreparedTurn:
    """The turn of a new reply."""
    assert reply.turn_id is not None  # It was made with one.
    return PreparedTurn(
        user_id=reply.user_id,
        turn_id=reply.turn_id,
        ids=ReplyIds.of(reply),
        endpoint=locked.endpoint,
        quota=locked.quota,
        messages=given.context.messages,
        details=_details(given.context),
        notices=bool(fields.notices),
        can_be_taken_over=reply.model_fields is not None,
        newest_images=given.context.newest_images,
        tools=fields.tools or (),
        files=given.files,
    )


def _details(context: Context) -> dict[str, Any] | None:
    return None if context.start_id is None else {"context_start_id": context.start_id}
