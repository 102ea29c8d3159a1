"""Open WebSocket connections."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt
from shared.db.models.user import User
from shared.db.types import Id


class WsConnection(Base, CreatedAt):
    """A connection that the gateway holds. One that is gone is deleted by whoever notices first."""

    __tablename__ = "ws_connections"

    # The gateway's name for it.
    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"), index=True)
    # The login (family of refresh tokens) that opened it: when that ends, the connection is served no more. Absent in
    # rows of before this column, whose connections are not served either; their clients connect again.
    family_id: Mapped[str | None] = mapped_column(Id)
