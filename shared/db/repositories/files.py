"""Documents of users."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select, update
from sqlalchemy.orm import Session

from shared.db.models import Conversation, File
from shared.db.repositories.changed import rows_changed

_WITH_TEXT = (File.state == "ready", File.page_images.is_(None))
_UNATTACHED = (File.conversation_id.is_(None), File.project_id.is_(None))


def add_files(session: Session, files: Sequence[File]) -> None:
    session.add_all(files)
    session.flush()


def find_file(session: Session, user_id: str, file_id: str) -> File | None:
    return session.scalar(select(File).where(File.id == file_id, File.user_id == user_id))


def lock_file(session: Session, user_id: str, file_id: str) -> File | None:
    """Lock a file until the transaction ends."""
    return session.scalar(select(File).where(File.id == file_id, File.user_id == user_id).with_for_update())


def find_files(session: Session | Connection, user_id: str, file_ids: Sequence[str]) -> Sequence[Row[Any]]:
    """The user's files of these ids: id, conversation_id, project_id, name, media_type, size, state, pages,
    tokens, page_images."""
    columns = (
        File.id,
        File.conversation_id,
        File.project_id,
        File.name,
        File.media_type,
        File.size,
        File.state,
        File.pages,
        File.tokens,
        File.page_images,
    )
    return session.execute(select(*columns).where(File.id.in_(file_ids), File.user_id == user_id)).all()


def list_files(
    session: Session,
    user_id: str,
    conversation_id: str | None,
    project_id: str | None,
    *,
    after: str | None,
    limit: int,
) -> Sequence[File]:
    """The user's files, of a conversation, of a project, or all, newest first, from before the id `after`."""
    query = select(File).where(File.user_id == user_id)
    if conversation_id is not None:
        query = query.where(File.conversation_id == conversation_id)
    if project_id is not None:
        query = query.where(File.project_id == project_id)
    if after is not None:
        query = query.where(File.id < after)
    return session.scalars(query.order_by(File.id.desc()).limit(limit)).all()


def list_ready(session: Session, user_id: str, conversation_id: str, file_ids: Collection[str]) -> Sequence[File]:
    """The files of these ids that belong to the user's conversation and have been read."""
    owned = (File.user_id == user_id, File.conversation_id == conversation_id, File.state == "ready")
    return session.scalars(select(File).where(*owned, File.id.in_(file_ids))).all()


def list_readable(session: Session, user_id: str, conversation_id: str) -> Sequence[File]:
    """The user's files of a conversation and of its project that have text, newest first."""
    of_project = select(Conversation.project_id).where(
        Conversation.id == conversation_id, Conversation.user_id == user_id, Conversation.project_id.is_not(None)
    )
    is_offered = or_(File.conversation_id == conversation_id, File.project_id.in_(of_project))
    query = select(File).where(File.user_id == user_id, *_WITH_TEXT, is_offered)
    return session.scalars(query.order_by(File.id.desc())).all()


def list_of_project(session: Session | Connection, user_id: str, project_id: str, limit: int) -> Sequence[Row[Any]]:
    """The user's files of a project that were read, newest first: id, name, pages, tokens, page_images."""
    columns = (File.id, File.name, File.pages, File.tokens, File.page_images)
    query = select(*columns).where(File.user_id == user_id, File.project_id == project_id, File.state == "ready")
    return session.execute(query.order_by(File.id.desc()).limit(limit)).all()


def list_all(session: Session, user_id: str, *, after: str, limit: int) -> Sequence[File]:
    """All of a user's files, oldest first, after the id `after`."""
    query = select(File).where(File.user_id == user_id, File.id > after)
    return session.scalars(query.order_by(File.id).limit(limit)).all()


def find_equal(session: Session, user_id: str, sha256: str, size: int, *, other_than: str = "") -> File | None:
    """A file of the user that has the same bytes and was read."""
    query = select(File).where(
        File.user_id == user_id, File.sha256 == sha256, File.size == size, *_WITH_TEXT, File.id != other_than
    )
    return session.scalar(query.order_by(File.id).limit(1))


def attach_files(session: Session | Connection, user_id: str, conversation_id: str, file_ids: Sequence[str]) -> None:
    """Assign files that belong to no conversation and no project to this one."""
    statement = update(File).where(File.id.in_(file_ids), File.user_id == user_id, *_UNATTACHED)
    session.execute(statement.values(conversation_id=conversation_id))


def fail_stale(session: Session, user_id: str, before: datetime, now: datetime) -> None:
    """Fail files whose reading began before a time and has not ended: its process was lost."""
    statement = update(File).where(File.user_id == user_id, File.state == "reading", File.updated_at < before)
    session.execute(statement.values(state="failed", error="file_unreadable", updated_at=now))


def end_reading(session: Session, user_id: str, file_id: str, started_at: datetime, columns: dict[str, Any]) -> bool:
    """Write the outcome of a reading that began at a time; False when it was deleted, ended or started again."""
    statement = update(File).where(
        File.id == file_id, File.user_id == user_id, File.state == "reading", File.updated_at == started_at
    )
    return rows_changed(session, statement.values(**columns)) == 1


def delete_files(session: Session, user_id: str, file_ids: Sequence[str]) -> Sequence[str]:
    """Delete files; returns the ids of those that there were."""
    query = select(File.id).where(File.id.in_(file_ids), File.user_id == user_id)
    found = session.scalars(query.with_for_update()).all()
    session.execute(delete(File).where(File.id.in_(found), File.user_id == user_id))
    return found


def list_of_projects(session: Session, user_id: str, project_ids: Sequence[str]) -> Sequence[str]:
    """The ids of the files of projects. They are deleted with their project."""
    return session.scalars(select(File.id).where(File.user_id == user_id, File.project_id.in_(project_ids))).all()


def list_of_conversations(session: Session, user_id: str, conversation_ids: Sequence[str]) -> Sequence[str]:
    """The ids of the files of conversations. They are deleted with their conversation."""
    query = select(File.id).where(File.user_id == user_id, File.conversation_id.in_(conversation_ids))
    return session.scalars(query).all()


def take_unattached(session: Session, before: datetime, limit: int) -> Sequence[tuple[str, str]]:
    """Delete files of all users from before a time that no message has named, for the sweep; returns the owner's id
    and the id of each."""
    query = select(File.user_id, File.id).where(*_UNATTACHED, File.created_at < before)
    rows = session.execute(query.order_by(File.id).limit(limit).with_for_update()).all()
    session.execute(delete(File).where(File.id.in_([row.id for row in rows]), *_UNATTACHED))
    return [(row.user_id, row.id) for row in rows]
