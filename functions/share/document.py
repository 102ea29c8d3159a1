"""The document of a share: the messages of a branch, reduced to what anybody may read."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from functions.share.schemas import (
    SharedFile,
    SharedImage,
    SharedMessage,
    ShareDocument,
    SharedPart,
    SharedStep,
    SharedText,
)
from shared.chat.reply import ReplyDetails, SourceOut
from shared.chat.step_out import MAX_SHOWN_RESULT
from shared.db.models import Message, MessageStep
from shared.db.repositories.message_steps import StepsOf

_ENDED_STEPS = ("done", "failed", "denied", "unknown")


@dataclass(frozen=True)
class Included:
    reasoning: bool
    steps: bool
    images: bool


@dataclass(frozen=True)
class SharedBranch:
    """`images`: the names in the document → the keys in the private bucket."""

    document: ShareDocument
    images: dict[str, str]


def share_branch(
    share_id: str,
    title: str | None,
    branch: Sequence[Message],
    steps: StepsOf,
    included: Included,
    now: datetime,
    expires_at: datetime | None,
) -> SharedBranch:
    """The document of a branch, oldest message first."""
    images: dict[str, str] = {}

    def named(key: str) -> str:
        # A name stays the same at each update, and is without the ids that the key has.
        digest = hashlib.sha256(f"{share_id}\n{key}".encode()).hexdigest()[:32]
        name = f"{digest}.{key.rpartition('.')[2]}"
        images[name] = key
        return name

    def part_of(part: dict[str, Any]) -> SharedPart | None:
        if part["type"] == "text":
            return SharedText(type="text", text=part["text"])
        if part["type"] == "file":
            return SharedFile(type="file", name=part["file"]["name"], media_type=part["file"]["media_type"])
        return SharedImage(type="image", name=named(part["image_url"]["key"])) if included.images else None

    def message_of(message: Message) -> SharedMessage:
        is_reply = message.role == "assistant"
        sources = ReplyDetails.model_validate(message.details or {}).sources
        shown_steps = [step for step in steps.get(message.id, ()) if step.state in _ENDED_STEPS and step.ended_at]
        return SharedMessage(
            role=message.role,
            content=[shared for part in message.content if (shared := part_of(part)) is not None],
            created_at=message.created_at,
            model=message.model,
            status=_status(message) if is_reply else None,
            reasoning=message.reasoning or None if included.reasoning else None,
            sources=sources or None,
            steps=[_step(n, step) for n, step in enumerate(shown_steps, 1)] or None if included.steps else None,
        )

    document = ShareDocument(
        title=title, shared_at=now, expires_at=expires_at, messages=[message_of(message) for message in branch]
    )
    return SharedBranch(document, images)


def _status(message: Message) -> Literal["stopped", "failed"] | None:
    if message.status == "completed":
        return None
    return "failed" if message.status == "failed" else "stopped"


def _step(n: int, step: MessageStep) -> SharedStep:
    assert step.ended_at is not None
    return SharedStep(
        n=n,
        tool=step.tool,
        title=step.title,
        state=cast("Literal['done', 'failed', 'denied', 'unknown']", step.state),
        at=step.at,
        arguments=step.arguments,
        preview=step.preview,
        result=step.result[:MAX_SHOWN_RESULT] if step.result else None,
        sources=[SourceOut(**source) for source in step.sources or ()] or None,
        started_at=step.started_at,
        ended_at=step.ended_at,
    )
