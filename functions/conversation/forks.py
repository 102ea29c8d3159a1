"""Forks: copies of a branch's messages, their images and their files for a new conversation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared.chat.errors import StorageUnavailable
from shared.db.models import Conversation, File, Message, MessageStep
from shared.db.repositories.message_steps import StepsOf
from shared.db.repositories.messages import NewMessage
from shared.ids import new_id
from shared.storage.files import copy_file
from shared.storage.images import image_prefix
from shared.storage.object_store import ObjectStore, ObjectStoreUnavailable


@dataclass(frozen=True)
class CopiedMessage:
    """`images`: the keys of its images in the store, each with that of the copy. `steps`: rows."""

    message: NewMessage
    images: dict[str, str]
    steps: list[dict[str, Any]]


def named_files(branch: Sequence[Message]) -> set[str]:
    """The ids of the files of a branch's messages."""
    parts = [part for message in branch for part in message.parts or ()]
    return {part["file"]["id"] for part in parts if part["type"] == "file"}


def copy_file_row(file: File, now: datetime) -> File:
    """A copy of a file that was read, which belongs to no conversation yet."""
    columns = {attribute.key: getattr(file, attribute.key) for attribute in File.__mapper__.column_attrs}
    return File(**columns | {"id": new_id(), "conversation_id": None, "created_at": now, "updated_at": now})


def copy_files(store: ObjectStore, files: Mapping[str, File]) -> list[str]:
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


def copy_branch(
    branch: Sequence[Message], steps: StepsOf, fork: Conversation, files: Mapping[str, File]
) -> list[CopiedMessage]:
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
) -> CopiedMessage:
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
    return CopiedMessage(copy, images, rows)


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


def copy_images(store: ObjectStore, copies: list[CopiedMessage]) -> None:
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
