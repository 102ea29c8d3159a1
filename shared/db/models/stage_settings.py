"""Settings of the stage that the operator has changed."""

from typing import Any

from sqlalchemy import SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base
from shared.db.types import Json

# The table has one row, so that a turn reads all settings with a subquery by the primary key.
ONLY_ROW = 1


class ChangedSettings(Base):
    """The settings that differ from their defaults: name → value (shared.stage_settings)."""

    __tablename__ = "stage_settings"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    changed: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
