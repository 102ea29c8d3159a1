"""Model configs of users and of the operator."""

from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt, UpdatedAt
from shared.db.models.user import User
from shared.db.types import Id, Json


class ModelConfig(Base, CreatedAt, UpdatedAt):
    __tablename__ = "model_configs"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    # Null: the operator's, offered to users (OfferedModel).
    user_id: Mapped[str | None] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    base_url: Mapped[str] = mapped_column(String(2000))
    model: Mapped[str] = mapped_column(String(200))
    # Encrypted and bound to its owner (shared.crypto).
    api_key_encrypted: Mapped[str] = mapped_column(Text)
    # The key's last 4 characters, so that the owner can distinguish keys.
    api_key_hint: Mapped[str] = mapped_column(String(4))
    # Its `headers` and `query` have null values here: the values are in `headers_encrypted`.
    params: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    # The values of the parameters `headers` and `query` (shared.llm.params.SecretParams), encrypted like the key.
    headers_encrypted: Mapped[str | None] = mapped_column(Text)
    # Settings learned from the provider's refusals (shared.llm.learned).
    learned: Mapped[dict[str, Any] | None] = mapped_column(Json)
