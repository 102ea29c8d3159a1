"""Forks: new conversations with copies of a branch's messages, their images and their files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from functions.conversation.service import get_conversation, new_conversation
from shared.auth.claims import Claims
from shared.auth.principal import confirm_login
from shared.chat.errors import StorageUnavailable
from shared.chat.recovery import list_steps_of, recover_replies
from shared.db.models import Conversation, File, Message, MessageStep
from shared.db.repositories import conversations, files, message_steps, messages, pending_uploads
from shared.db.repositories.message_steps import StepsOf
from shared.db.repositories.messages import NewMessage
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import NotFound
from shared.ids import new_id
from shared.storage import get_object_store
from shared.storage.files import copy_file
from shared.storage.images import image_prefix
from shared.storage.object_store import ObjectStore, ObjectStoreUnavailable

_MAX_MESSAGES = 5000


def fork_conversation(claims: Claims, message_id: str) -> Conversation:
    """A new conversation with a copy of the branch up to a message, images and files included.

    A reply that streams is copied with the text it has, as stopped. Raises TokenRevoked, NotFound, StorageUnavailable,
    RateLimited.
    """
    user_id = claims.user_id
    with transaction() as session:
        confirm_login(session, claims)
        message = messages.find_message(session, user_id, message_id)
        if message is None:
            raise NotFound
        origin = get_conversation(session, user_id, message.conversation_id)
        branch = messages.list_branch(session, user_id, origin.id, message_id, limit=_MAX_MESSAGES)
        recover_replies(session, [entry for entry in branch if entry.status == "streaming"], utc_now())
        fork = new_conversation(session, user_id, origin.model_config_id, temporary=origin.temporary)
        fork.title, fork.project_id = origin.title, origin.project_id
        fork.instructions, fork.tools = origin.instructions, origin.tools
        now = fork.created_at
        found = files.list_ready(session, user_id, origin.id, _named_files(branch))
        file_copies = {file.id: _copy_file_row(file, now) for file in found}
        # They belong to no conversation until there is one: the sweep deletes those of a fork that broke off.
        files.add_files(session, list(file_copies.values()))
        copies = _copy_branch(branch, list_steps_of(session, branch), fork, file_copies)
        images = sorted({key for copy in copies for key in copy.images.values()})
        pending_uploads.add_pending_uploads(session, user_id, images, now)
    _copy_images(get_object_store(), copies)
    gone = _copy_files(get_object_store(), file_copies)
    with transaction() as session:
        conversations.add_conversation(session, fork)
        messages.add_messages(session, [copy.message for copy in copies])
        message_steps.add_steps(session, [step for copy in copies for step in copy.steps])
        pending_uploads.delete_pending_uploads(session, user_id, images)
        files.delete_files(session, user_id, gone)
        files.attach_files(session, user_id, fork.id, [file.id for file in file_copies.values()])
        fork.active_leaf_id = copies[-1].message.id
    return fork


@dataclass(frozen=True)
class _CopiedMessage:
    """`images`: the keys of its images in the store, each with that of the copy. `steps`: rows."""

    message: NewMessage
    images: dict[str, str]
    steps: list[dict[str, Any]]


def _named_files(branch: Sequence[Message]) -> set[str]:
    """The ids of the files of a branch's messages."""
    parts = [part for message in branch for part in message.parts or ()]
    return {part["file"]["id"] for part in parts if part["type"] == "file"}


def _copy_file_row(file: File, now: datetime) -> File:
    """A copy of a file that was read, which belongs to no conversation yet."""
    columns = {attribute.key: getattr(file, attribute.key) for attribute in File.__mapper__.column_attrs}
    return File(**columns | {"id": new_id(), "conversation_id": None, "created_at": now, "updated_at": now})


def _copy_files(store: ObjectStore, files: Mapping[str, File]) -> list[str]:
    """Copy the objects of files, by the id of the original; returns the ids of copies whose original is gone.

    Requests the object store: do not call it inside a transaction. Raises StorageUnavailable.
    """
    try:
        return [
            copy.id
            for file_id, copy in files.items()
            if not copy_file(store, copy.user_id, file_id, copy.id, copy.page_images)
        ]
    except ObjectStoreUnavailable:
        raise StorageUnavailable from None


def _copy_branch(
    branch: Sequence[Message], steps: StepsOf, fork: Conversation, files: Mapping[str, File]
) -> list[_CopiedMessage]:
    """The messages of a branch, oldest first, and their steps, as rows of another conversation with new ids. `files`:
    the copies of its files, by the id of the original."""
    ids = {message.id: new_id() for message in branch}
    return [_copy(message, steps.get(message.id, ()), ids, fork, files) for message in branch]


def _copy(
    message: Message,
    steps: Sequence[MessageStep],
    ids: dict[str, str],
    fork: Conversation,
    files: Mapping[str, File],
) -> _CopiedMessage:
    images: dict[str, str] = {}
    prefix = image_prefix(fork.user_id, fork.id)

    def copied(part: dict[str, Any]) -> dict[str, Any]:
        if part["type"] == "file" and part["file"]["id"] in files:
            return {"type": "file", "file": {**part["file"], "id": files[part["file"]["id"]].id}}
        if part["type"] != "image_url":
            return part
        key: str = part["image_url"]["key"]
        images[key] = f"{prefix}{key.rpartition('/')[2]}"
        return {"type": "image_url", "image_url": {"key": images[key]}}

    details = message.details
    if details and "context_start_id" in details:
        start = ids.get(details["context_start_id"])
        details = {name: value for name, value in details.items() if name != "context_start_id"}
        details = (details | ({"context_start_id": start} if start else {})) or None
    copy = NewMessage(
        id=ids[message.id],
        conversation_id=fork.id,
        user_id=fork.user_id,
        parent_id=ids.get(message.parent_id or ""),
        role=message.role,
        text=message.text,
        parts=None if message.parts is None else [copied(part) for part in message.parts],
        reasoning=message.reasoning,
        status="stopped" if message.status in ("streaming", "waiting") else message.status,
        model=message.model,
        usage=message.usage,
        finish_reason=message.finish_reason,
        error=message.error,
        details=details,
        event_log=message.event_log,
        tools=message.tools,
        created_at=message.created_at,
    )
    rows = [_copy_step(step, copy, images, prefix) for step in steps]
    return _CopiedMessage(copy, images, rows)


def _copy_step(step: MessageStep, message: NewMessage, images: dict[str, str], prefix: str) -> dict[str, Any]:
    """The row of a step. One that has not ended, has failed in the copy."""
    columns = {attribute.key: getattr(step, attribute.key) for attribute in MessageStep.__mapper__.column_attrs}
    objects = []
    for item in step.objects or ():
        images[item["key"]] = f"{prefix}{item['key'].rpartition('/')[2]}"
        objects.append({**item, "key": images[item["key"]]})
    result_key = None
    if step.result_key is not None:
        result_key = images[step.result_key] = f"{prefix}{step.result_key.rpartition('/')[2]}"
    columns |= {"message_id": message.id, "objects": objects or None, "result_key": result_key, "task": None}
    if step.ended_at is None:
        columns |= {"state": "failed", "ended_at": message.created_at}
    return columns


def _copy_images(store: ObjectStore, copies: list[_CopiedMessage]) -> None:
    """Copy the images in the store. An image that is gone from it is left out of its message.

    Requests the object store: do not call it inside a transaction. Raises StorageUnavailable.
    """
    for index, copy in enumerate(copies):
        try:
            gone = {new_key for key, new_key in copy.images.items() if not store.copy(key, new_key)}
        except ObjectStoreUnavailable:
            raise StorageUnavailable from None
        if gone:
            parts = [
                part
                for part in copy.message.parts or ()
                if part["type"] != "image_url" or part["image_url"]["key"] not in gone
            ]
            copies[index] = replace(copy, message=replace(copy.message, parts=parts))
