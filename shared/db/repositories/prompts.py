"""Prompts of users."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from shared.db.models import Prompt, User
from shared.db.repositories.changed import rows_changed


def add_prompts(session: Session, prompts: Sequence[Prompt]) -> None:
    session.add_all(prompts)
    session.flush()


def list_prompts(session: Session, user_id: str) -> Sequence[Prompt]:
    """All of the user's, of every project, by command."""
    return session.scalars(select(Prompt).where(Prompt.user_id == user_id).order_by(Prompt.command, Prompt.id)).all()


def lock_prompt(session: Session, user_id: str, prompt_id: str) -> Prompt | None:
    """Lock a prompt until the transaction ends."""
    query = select(Prompt).where(Prompt.id == prompt_id, Prompt.user_id == user_id)
    return session.scalar(query.with_for_update())


def lock_and_count_prompts(session: Session, user_id: str) -> int:
    """The user's number of prompts. Locks the count until the transaction ends."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update())
    return session.scalars(select(func.count()).select_from(Prompt).where(Prompt.user_id == user_id)).one()


def is_command_taken(
    session: Session, user_id: str, project_id: str | None, command: str, *, other_than: str = ""
) -> bool:
    """Whether another prompt of the project (None: of no project) has the command."""
    query = select(Prompt.id).where(
        Prompt.user_id == user_id, Prompt.project_id == project_id, Prompt.command == command, Prompt.id != other_than
    )
    return session.scalar(query.limit(1)) is not None


def delete_prompts(session: Session, user_id: str, prompt_ids: Sequence[str]) -> int:
    """Delete prompts; returns their number."""
    return rows_changed(session, delete(Prompt).where(Prompt.user_id == user_id, Prompt.id.in_(prompt_ids)))


def delete_all_prompts(session: Session, user_id: str) -> None:
    session.execute(delete(Prompt).where(Prompt.user_id == user_id))
