"""Projects, which group conversations, and prompts, which are texts to insert into a message."""

from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt, UpdatedAt
from shared.db.models.model_config import ModelConfig
from shared.db.models.user import User
from shared.db.types import Id, Json


class Project(Base, CreatedAt, UpdatedAt):
    """`instructions` are part of the system prompt of its conversations; new ones begin with `model_config_id` and
    `tools` (shared.tools.choice). `icon`: an emoji."""

    __tablename__ = "projects"
    __table_args__ = (
        # For the list: of one user, archived or not, pinned first, then newest first.
        Index("ix_projects_list", "user_id", "archived", "pinned", "id"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    icon: Mapped[str | None] = mapped_column(String(16))
    instructions: Mapped[str] = mapped_column(Text, default="")
    model_config_id: Mapped[str | None] = mapped_column(Id, ForeignKey(ModelConfig.id, ondelete="SET NULL"), index=True)
    tools: Mapped[list[Any] | None] = mapped_column(Json)
    pinned: Mapped[bool] = mapped_column(default=False, server_default=false())
    archived: Mapped[bool] = mapped_column(default=False, server_default=false())


class Prompt(Base, CreatedAt, UpdatedAt):
    """`command` offers it in the composer as `/command`. `text` may have variables (`{{name}}`), which the client fills
    in. `project_id`: null for a prompt that is offered everywhere."""

    __tablename__ = "prompts"
    __table_args__ = (Index("ix_prompts_list", "user_id", "command", "id"), Base.__table_args__)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"))
    project_id: Mapped[str | None] = mapped_column(Id, ForeignKey(Project.id, ondelete="CASCADE"), index=True)
    command: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
