"""Export of everything an account owns, in pages."""

from collections.abc import Iterator
from itertools import chain
from operator import itemgetter
from typing import Annotated, Literal, NamedTuple

from pydantic import Field
from sqlalchemy.orm import Session

from shared.chat.file_out import FileOut, file_out
from shared.chat.message_out import MAX_PAGE_BYTES, MessageOut, message_out, response_bytes, step_bytes
from shared.chat.recovery import list_steps_of, recover_replies
from shared.chat.reply import Absent
from shared.chat.step_out import MAX_SHOWN_RESULT
from shared.cursors import decode_cursor, encode_cursor
from shared.db.models import (
    Conversation,
    Identity,
    ModelConfig,
    Passkey,
    Project,
    Prompt,
    SearchEngine,
    ToolServer,
    User,
    UserSettings,
)
from shared.db.repositories import (
    conversations,
    files,
    identities,
    messages,
    model_configs,
    passkeys,
    projects,
    prompts,
    search_engines,
    tool_servers,
    user_settings,
)
from shared.db.types import utc_now
from shared.llm.params import ModelParams, ParamsOut
from shared.schemas import ResponseBody, Timestamp
from shared.storage.files import original_key
from shared.storage.object_store import ObjectStore
from shared.tools.choice import ChosenTools, from_stored

_MAX_ITEMS = 500
_READ_AT_ONCE = 100
# Characters of a step's result: more than a row has.
_WHOLE_RESULT = 100_000
# The kinds before the conversations, in order.
_KINDS = (
    "account",
    "identity",
    "passkey",
    "settings",
    "model_config",
    "project",
    "prompt",
    "tool_server",
    "search_engine",
    "file",
)
# Estimated size of a file, and of a conversation without its messages.
_ITEM_BYTES = 1_000


class AccountItem(ResponseBody):
    kind: Literal["account"]
    id: str
    username: str
    email: str
    email_verified: bool
    group: str
    created_at: Timestamp


class ModelConfigItem(ResponseBody):
    """A model config without its API key. `params`: with null for each value of `headers` and `query`."""

    kind: Literal["model_config"]
    id: str
    name: str
    base_url: str
    model: str
    params: ParamsOut
    created_at: Timestamp
    updated_at: Timestamp


class IdentityItem(ResponseBody):
    """A sign-in with another provider, which has the account's user as `subject`."""

    kind: Literal["identity"]
    id: str
    issuer: str
    subject: str
    email: str | None
    created_at: Timestamp
    last_used_at: Timestamp


class PasskeyItem(ResponseBody):
    """A passkey without its public key."""

    kind: Literal["passkey"]
    id: str
    name: str
    created_at: Timestamp
    last_used_at: Timestamp | None


class SettingsItem(ResponseBody):
    kind: Literal["settings"]
    language: str | None
    theme: str | None
    send_key: str | None
    default_model_config_id: str | None
    instructions: str | None
    login_notices: bool | None


class ProjectItem(ResponseBody):
    kind: Literal["project"]
    id: str
    name: str
    icon: str | None
    instructions: str
    model_config_id: str | None
    tools: list[ChosenTools] | None
    pinned: bool
    archived: bool
    created_at: Timestamp
    updated_at: Timestamp


class PromptItem(ResponseBody):
    kind: Literal["prompt"]
    id: str
    project_id: str | None
    command: str
    title: str
    text: str
    created_at: Timestamp
    updated_at: Timestamp


class ToolServerItem(ResponseBody):
    """A tool server without its token. `policy`: by tool, or `*`."""

    kind: Literal["tool_server"]
    id: str
    name: str
    url: str
    auth: str
    policy: dict[str, str]
    created_at: Timestamp
    updated_at: Timestamp


class SearchEngineItem(ResponseBody):
    """A search engine without its API key. `base_url`: null for the provider's own address."""

    kind: Literal["search_engine"]
    provider: str
    base_url: str | None
    updated_at: Timestamp


class FileItem(FileOut):
    """`url`: a download URL of its bytes."""

    kind: Literal["file"]
    url: str


class ConversationItem(ResponseBody):
    kind: Literal["conversation"]
    id: str
    title: str | None
    model_config_id: str | None
    project_id: str | None
    instructions: str | None
    tools: Absent[list[ChosenTools]] = None
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


ExportItem = Annotated[
    AccountItem
    | IdentityItem
    | PasskeyItem
    | SettingsItem
    | ModelConfigItem
    | ProjectItem
    | PromptItem
    | ToolServerItem
    | SearchEngineItem
    | FileItem
    | ConversationItem
    | MessageItem,
    Field(discriminator="kind"),
]


class _Entry(NamedTuple):
    item: ExportItem
    size: int  # bytes, estimated
    # The cursor's values: a conversation, and the last message of it that was listed; before the conversations an empty
    # one and the position of the item.
    conversation_id: str = ""
    message_id: str = ""


def export_page(
    session: Session, user: User, store: ObjectStore, cursor: str | None
) -> tuple[list[ExportItem], str | None]:
    """A page of an account's export, and the next page's cursor.

    The account, its sign-ins, passkeys, settings, model configs, projects, prompts, tool servers, search engine and
    files; then each conversation, also in the bin, followed by its messages, oldest first.
    Raises InvalidInput for a cursor of another list.
    """
    conversation_id, last_id = decode_cursor(cursor, str, str) if cursor else ("", "")
    entries = _conversations_after(session, user.id, store, conversation_id, last_id if conversation_id else "")
    if not conversation_id:
        entries = chain(
            _account_entries(session, user, after=last_id),
            _file_entries(session, user.id, store, after=last_id),
            entries,
        )
    items: list[ExportItem] = []
    size = 0
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
        steps = list_steps_of(session, batch)
        for message in batch:
            message_id = message.id
            own = steps.get(message_id, [])
            size, max_result = response_bytes(message) + step_bytes(own, _WHOLE_RESULT), _WHOLE_RESULT
            if size > MAX_PAGE_BYTES:  # A reply of very many steps: with as much of their results as is shown.
                size, max_result = response_bytes(message) + step_bytes(own), MAX_SHOWN_RESULT
            shown = message_out(message, store, own, max_result)
            item = MessageItem(kind="message", conversation_id=conversation_id, **vars(shown))
            yield _Entry(item, size, conversation_id, message_id)


def _account(user: User) -> AccountItem:
    return AccountItem(
        kind="account",
        id=user.id,
        username=user.username,
        email=user.email,
        email_verified=user.email_verified_at is not None,
        group=user.group,
        created_at=user.created_at,
    )


def _account_entries(session: Session, user: User, after: str) -> Iterator[_Entry]:
    """Everything but the conversations, in the order of their positions, of which the first character is the kind's."""
    settings = user_settings.find_user_settings(session, user.id)
    engine = search_engines.find_search_engine(session, user.id)
    items: list[
        AccountItem
        | IdentityItem
        | PasskeyItem
        | SettingsItem
        | ModelConfigItem
        | ProjectItem
        | PromptItem
        | ToolServerItem
        | SearchEngineItem
    ] = [
        _account(user),
        *(_identity(identity) for identity in identities.list_identities(session, user.id)),
        *(_passkey(passkey) for passkey in passkeys.list_passkeys(session, user.id)),
        *([_settings(settings)] if settings is not None else []),
        *(_model_config(config) for config in model_configs.list_model_configs(session, user.id)),
        *(_project(project) for project in projects.list_projects(session, user.id)),
        *(_prompt(prompt) for prompt in prompts.list_prompts(session, user.id)),
        *(_tool_server(server) for server in tool_servers.list_own_servers(session, user.id)),
        *([_search_engine(engine)] if engine is not None else []),
    ]
    positions = [f"{_KINDS.index(item.kind)}{getattr(item, 'id', '')}" for item in items]
    for position, item in sorted(zip(positions, items, strict=True), key=itemgetter(0)):
        if position > after:
            yield _Entry(item, len(item.model_dump_json()), "", position)


def _file_entries(session: Session, user_id: str, store: ObjectStore, after: str) -> Iterator[_Entry]:
    kind = str(_KINDS.index("file"))
    file_id = after.removeprefix(kind) if after.startswith(kind) else ""
    while batch := files.list_all(session, user_id, after=file_id, limit=_READ_AT_ONCE):
        for file in batch:
            file_id = file.id
            url = store.presign_download(original_key(user_id, file_id))
            yield _Entry(FileItem(kind="file", url=url, **vars(file_out(file))), _ITEM_BYTES, "", f"{kind}{file_id}")


def _identity(identity: Identity) -> IdentityItem:
    return IdentityItem(
        kind="identity",
        id=identity.id,
        issuer=identity.issuer,
        subject=identity.subject,
        email=identity.email,
        created_at=identity.created_at,
        last_used_at=identity.last_used_at,
    )


def _passkey(passkey: Passkey) -> PasskeyItem:
    return PasskeyItem(
        kind="passkey",
        id=passkey.id,
        name=passkey.name,
        created_at=passkey.created_at,
        last_used_at=passkey.last_used_at,
    )


def _settings(settings: UserSettings) -> SettingsItem:
    return SettingsItem(
        kind="settings",
        language=settings.language,
        theme=settings.theme,
        send_key=settings.send_key,
        default_model_config_id=settings.default_model_config_id,
        instructions=settings.instructions,
        login_notices=settings.login_notices,
    )


def _project(project: Project) -> ProjectItem:
    return ProjectItem(
        kind="project",
        id=project.id,
        name=project.name,
        icon=project.icon,
        instructions=project.instructions,
        model_config_id=project.model_config_id,
        tools=from_stored(project.tools) or None,
        pinned=project.pinned,
        archived=project.archived,
        created_at=project.created_at,
        updated_at=project.updated_at,
    )


def _prompt(prompt: Prompt) -> PromptItem:
    return PromptItem(
        kind="prompt",
        id=prompt.id,
        project_id=prompt.project_id,
        command=prompt.command,
        title=prompt.title,
        text=prompt.text,
        created_at=prompt.created_at,
        updated_at=prompt.updated_at,
    )


def _model_config(config: ModelConfig) -> ModelConfigItem:
    return ModelConfigItem(
        kind="model_config",
        id=config.id,
        name=config.name,
        base_url=config.base_url,
        model=config.model,
        params=ModelParams.shown(config.params),
        created_at=config.created_at,
        updated_at=config.updated_at,
    )


def _tool_server(server: ToolServer) -> ToolServerItem:
    return ToolServerItem(
        kind="tool_server",
        id=server.id,
        name=server.name,
        url=server.url,
        auth=server.auth,
        policy=server.policy,
        created_at=server.created_at,
        updated_at=server.updated_at,
    )


def _search_engine(engine: SearchEngine) -> SearchEngineItem:
    return SearchEngineItem(
        kind="search_engine", provider=engine.provider, base_url=engine.base_url, updated_at=engine.updated_at
    )


def _conversation(conversation: Conversation) -> ConversationItem:
    return ConversationItem(
        kind="conversation",
        id=conversation.id,
        title=conversation.title,
        model_config_id=conversation.model_config_id,
        project_id=conversation.project_id,
        instructions=conversation.instructions,
        tools=from_stored(conversation.tools) or None,
        pinned=conversation.pinned,
        archived=conversation.archived,
        temporary=conversation.temporary,
        active_leaf_id=conversation.active_leaf_id,
        created_at=conversation.created_at,
        updated_at=conversation.updated_at,
        deleted_at=conversation.deleted_at,
    )
