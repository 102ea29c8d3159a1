"""Documents that users have uploaded. Their bytes and their text are in the object store."""

from typing import Literal

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt, UpdatedAt
from shared.db.models.conversation import Conversation
from shared.db.models.project import Project
from shared.db.models.user import User
from shared.db.types import Id

FileState = Literal["uploading", "reading", "ready", "failed"]


class File(Base, CreatedAt, UpdatedAt):
    """`updated_at`: the last change of `state`."""

    __tablename__ = "files"
    __table_args__ = (
        Index("ix_files_list", "user_id", "conversation_id", "id"),
        # Equal bytes of one user are read once.
        Index("ix_files_content", "user_id", "sha256"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"))
    # Null for a file of a project, and, when it was uploaded before its conversation was created, until a message names
    # it.
    conversation_id: Mapped[str | None] = mapped_column(Id, ForeignKey(Conversation.id, ondelete="CASCADE"), index=True)
    # A project's file is offered in every conversation of it.
    project_id: Mapped[str | None] = mapped_column(Id, ForeignKey(Project.id, ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(127))
    size: Mapped[int]  # bytes
    # In hex: as the client announced it, then of what was uploaded.
    sha256: Mapped[str | None] = mapped_column(
        String(64).with_variant(mysql.VARCHAR(64, charset="ascii", collation="ascii_bin"), "mysql")
    )
    state: Mapped[FileState] = mapped_column(String(16))
    # The error's code, when the state is `failed`.
    error: Mapped[str | None] = mapped_column(String(32))
    # The document's size: pages where it has some, lines, estimated tokens.
    pages: Mapped[int | None]
    lines: Mapped[int | None]
    tokens: Mapped[int | None]
    # A scan's number of page images, which are sent to models instead of a text.
    page_images: Mapped[int | None]
