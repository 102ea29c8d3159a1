"""The last runs of maintenance tasks."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base
from shared.db.types import UtcDateTime


class TaskRun(Base):
    """The last run of a task of the maintenance function that completed."""

    __tablename__ = "task_runs"

    # The task's name, such as `sweep`.
    task: Mapped[str] = mapped_column(String(32), primary_key=True)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
