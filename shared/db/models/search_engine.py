"""The search engine of a user, for the tool `web_search`."""

from typing import Literal

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, UpdatedAt
from shared.db.models.user import User
from shared.db.types import Id

EngineName = Literal["brave", "tavily", "exa", "serper", "searxng", "bocha"]


class SearchEngine(Base, UpdatedAt):
    """A user without a row searches with the operator's engine."""

    __tablename__ = "search_engines"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"), unique=True)
    provider: Mapped[EngineName] = mapped_column(String(16))
    # Null: the provider's own address.
    base_url: Mapped[str | None] = mapped_column(String(2000))
    # Encrypted and bound to its owner (shared.crypto), and its last 4 characters; null for SearXNG, which has none.
    api_key_encrypted: Mapped[str | None] = mapped_column(Text)
    api_key_hint: Mapped[str | None] = mapped_column(String(4))
