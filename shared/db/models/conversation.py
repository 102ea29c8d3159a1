"""Conversations."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt, UpdatedAt
from shared.db.models.model_config import ModelConfig
from shared.db.models.project import Project
from shared.db.models.user import User
from shared.db.types import Id, Json, UtcDateTime


class Conversation(Base, CreatedAt, UpdatedAt):
    """`updated_at`: the time of the last activity, by which the list is sorted."""

    __tablename__ = "conversations"
    __table_args__ = (
        # For the list: of one user, not temporary or in the bin, archived or not, pinned first, then newest activity.
        Index(
            "ix_conversations_list",
            "user_id",
            "temporary",
            "deleted_at",
            "archived",
            "pinned",
            "updated_at",
            "id",
        ),
        # For the list of a project, or of those in none.
        Index(
            "ix_conversations_project",
            "user_id",
            "project_id",
            "temporary",
            "deleted_at",
            "archived",
            "pinned",
            "updated_at",
            "id",
        ),
        # For the sweep.
        Index("ix_conversations_deleted_at", "deleted_at"),
        # A conversation of another product's export is imported once.
        UniqueConstraint("user_id", "source", "source_id", name="uq_conversations_source"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"))
    title: Mapped[str | None] = mapped_column(
        String(200).with_variant(mysql.VARCHAR(200, collation="utf8mb4_unicode_ci"), "mysql")
    )
    model_config_id: Mapped[str | None] = mapped_column(Id, ForeignKey(ModelConfig.id, ondelete="SET NULL"), index=True)
    project_id: Mapped[str | None] = mapped_column(Id, ForeignKey(Project.id, ondelete="SET NULL"), index=True)
    # Part of the system prompt of its turns.
    instructions: Mapped[str | None] = mapped_column(Text)
    pinned: Mapped[bool] = mapped_column(default=False)
    archived: Mapped[bool] = mapped_column(default=False)
    # Not listed, and deleted a day after the last message.
    temporary: Mapped[bool] = mapped_column(default=False, server_default=false())
    # In the bin since this time; null if not deleted.
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The tools that the interface remembers for it (shared.tools.choice).
    tools: Mapped[list[Any] | None] = mapped_column(Json)
    # The product whose export it was imported from, and its id there; both null for the others.
    source: Mapped[str | None] = mapped_column(String(16))
    source_id: Mapped[str | None] = mapped_column(String(128))
    # The leaf of the shown branch. No foreign key, which would be circular: messages reference conversations.
    active_leaf_id: Mapped[str | None] = mapped_column(Id)
