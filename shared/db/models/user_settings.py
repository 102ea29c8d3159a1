"""Settings of a user that follow them to every device."""

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, UpdatedAt
from shared.db.models.model_config import ModelConfig
from shared.db.models.user import User
from shared.db.types import Id


class UserSettings(Base, UpdatedAt):
    """A user without a row has the client's defaults, as has a null. `instructions` are part of the system prompt of
    all their conversations."""

    __tablename__ = "user_settings"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"), primary_key=True)
    language: Mapped[str | None] = mapped_column(String(16))
    theme: Mapped[str | None] = mapped_column(String(16))
    send_key: Mapped[str | None] = mapped_column(String(16))
    default_model_config_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey(ModelConfig.id, ondelete="SET NULL"), index=True
    )
    instructions: Mapped[str | None] = mapped_column(Text)
    # Whether a login on a new device is reported by mail; null: it is.
    login_notices: Mapped[bool | None]
