"""The audit log: the operator's changes, with who made them and when."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt
from shared.db.types import Id, Json


class AuditEntry(Base, CreatedAt):
    """One change. Its accounts are ids without foreign keys: an entry outlives both, without their personal data."""

    __tablename__ = "audit_entries"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    # The account that made the change; null for `infra.manage`.
    actor_id: Mapped[str | None] = mapped_column(Id)
    # Such as `user_update` (shared.chat.administration).
    action: Mapped[str] = mapped_column(String(40))
    # The account that was changed, or the name of another thing.
    user_id: Mapped[str | None] = mapped_column(Id)
    subject: Mapped[str | None] = mapped_column(String(200))
    # Field → `[value before, value after]`, never of a secret.
    changes: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
