"""Invitations to register."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt
from shared.db.types import Id, UtcDateTime


class Invite(Base, CreatedAt):
    """A single-use invitation, of which the link's token is stored as its hash. The row is kept until it expires; that
    of a used one for an address goes with the account."""

    __tablename__ = "invites"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    # SHA-256 of the token, hex.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # Only this address may register with it; null: any.
    email: Mapped[str | None] = mapped_column(String(254))
    # The group of the account that is made with it.
    group: Mapped[str] = mapped_column("user_group", String(16))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
