"""Projects of users."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, select, true
from sqlalchemy.orm import Session

from shared.db.models import Project, User
from shared.db.repositories.changed import rows_changed


def add_project(session: Session, project: Project) -> None:
    session.add(project)
    session.flush()


def find_project(session: Session, user_id: str, project_id: str) -> Project | None:
    return session.scalar(select(Project).where(Project.id == project_id, Project.user_id == user_id))


def lock_project(session: Session, user_id: str, project_id: str) -> Project | None:
    """Lock a project until the transaction ends."""
    query = select(Project).where(Project.id == project_id, Project.user_id == user_id)
    return session.scalar(query.with_for_update())


def list_projects(session: Session, user_id: str) -> Sequence[Project]:
    """All of the user's, archived ones last, pinned ones first, then newest first."""
    query = select(Project).where(Project.user_id == user_id)
    return session.scalars(query.order_by(Project.archived, Project.pinned.desc(), Project.id.desc())).all()


def lock_and_count_projects(session: Session, user_id: str) -> int:
    """The user's number of projects. Locks the count until the transaction ends."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update())
    return session.scalars(select(func.count()).select_from(Project).where(Project.user_id == user_id)).one()


def list_owned_ids(session: Session, user_id: str, project_ids: Sequence[str]) -> Sequence[str]:
    """The ids among these that are projects of the user."""
    return session.scalars(select(Project.id).where(Project.user_id == user_id, Project.id.in_(project_ids))).all()


def delete_projects(session: Session, user_id: str, project_ids: Sequence[str]) -> int:
    """Delete projects with their prompts; returns their number. Their conversations are in none afterwards."""
    return _delete(session, user_id, Project.id.in_(project_ids))


def delete_all_projects(session: Session, user_id: str) -> None:
    _delete(session, user_id, true())


def _delete(session: Session, user_id: str, which: ColumnElement[bool]) -> int:
    return rows_changed(session, delete(Project).where(Project.user_id == user_id, which))
