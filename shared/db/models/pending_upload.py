"""Objects that may be in the store and that no message names yet."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt
from shared.db.models.user import User
from shared.db.types import Id


class PendingUpload(Base, CreatedAt):
    """The key of a presigned upload, until a message names it. The sweep deletes the object of a row of yesterday."""

    __tablename__ = "pending_uploads"

    key: Mapped[str] = mapped_column("object_key", String(200), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"), index=True)
