"""Tokens that a user receives by mail, or from the operator."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt
from shared.db.models.user import User
from shared.db.types import Id, UtcDateTime


class AccountToken(Base, CreatedAt):
    """A single-use token of a `purpose` (shared.auth.account_tokens). The row is deleted when it is used."""

    __tablename__ = "account_tokens"

    # SHA-256 of the token, hex; the token itself is not stored.
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(32))
    # The address that it was issued for: a token is void when the account has another one.
    email: Mapped[str] = mapped_column(String(254))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
