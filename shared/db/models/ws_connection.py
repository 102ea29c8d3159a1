"""Open WebSocket connections."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt
from shared.db.models.user import User
from shared.db.types import Id


class WsConnection(Base, CreatedAt):
    """An open connection at the gateway. The first process that finds it closed deletes the row."""

    __tablename__ = "ws_connections"

    # The gateway's connection id.
    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"), index=True)
    # The login (family of refresh tokens) that opened the connection, which is refused after the login's end. Null in
    # rows from before this column, whose connections are refused, too; their clients reconnect.
    family_id: Mapped[str | None] = mapped_column(Id)
