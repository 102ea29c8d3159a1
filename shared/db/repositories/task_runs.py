"""The last runs of maintenance tasks."""

from datetime import datetime

from sqlalchemy.orm import Session

from shared.db.models import TaskRun


def record_run(session: Session, task: str, now: datetime) -> None:
    """Replace the time of a task's last completed run."""
    session.merge(TaskRun(task=task, ended_at=now))
