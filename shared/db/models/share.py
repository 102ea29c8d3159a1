"""Share links: copies of a conversation's branch that anybody can read who knows the link."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt, UpdatedAt
from shared.db.models.conversation import Conversation
from shared.db.models.user import User
from shared.db.types import Id, Json, UtcDateTime


class Share(Base, CreatedAt, UpdatedAt):
    """The copy is in the site's bucket (shared.storage.shares). `updated_at`: when it was made."""

    __tablename__ = "shares"
    __table_args__ = (Index("ix_shares_list", "user_id", "created_at"), Base.__table_args__)

    # The link's secret: 128 random bits in base64url.
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"))
    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey(Conversation.id, ondelete="CASCADE"), index=True)
    # The last message of the branch. No foreign key: the copy outlives it.
    leaf_id: Mapped[str] = mapped_column(Id)
    title: Mapped[str | None] = mapped_column(String(200))
    with_reasoning: Mapped[bool] = mapped_column(default=False, server_default=false())
    with_steps: Mapped[bool] = mapped_column(default=False, server_default=false())
    with_images: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Encrypted by the browser, with its images inside.
    sealed: Mapped[bool] = mapped_column(default=False, server_default=false())
    # False for a sealed one that the browser has not uploaded yet.
    published: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Names of the images beside the document.
    images: Mapped[list[str]] = mapped_column(Json)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
