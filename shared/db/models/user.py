"""Accounts and their refresh tokens."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt, UpdatedAt
from shared.db.types import Id, UtcDateTime


class User(Base, CreatedAt, UpdatedAt):
    __tablename__ = "users"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    # Lower case. The unique index allows one account per address.
    email: Mapped[str] = mapped_column(String(254), unique=True)
    # The user has opened a link that was mailed to the address.
    email_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    username: Mapped[str] = mapped_column(String(64))
    password_hash: Mapped[str] = mapped_column(String(60))
    group: Mapped[str] = mapped_column("user_group", String(16), default="free")
    # Budgets for the operator's models, in millionths of the currency; null: as the group (GroupBudget).
    day_budget: Mapped[int | None] = mapped_column(BigInteger)
    month_budget: Mapped[int | None] = mapped_column(BigInteger)
    # The operator has disabled the account: it has no logins, and cannot begin one.
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The account was deleted: it has no logins and no personal data, and the sweep deletes what is left of it.
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class RefreshToken(Base, CreatedAt):
    """An issued refresh token. The row id is the token's `jti`; the token itself is not stored.

    A family is one login, with all tokens of its rotation. It is alive while it has a row that is neither rotated,
    revoked nor expired (`expires_at`).
    """

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        # Every request checks whether a family is alive, and most of its rows are rotated.
        Index("ix_refresh_tokens_standing", "family_id", "rotated_at", "revoked_at", "expires_at"),
        Base.__table_args__,
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"), index=True)
    family_id: Mapped[str] = mapped_column(Id)
    # SHA-256 of the token, hex.
    token_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    rotated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Repeated uses after the rotation, within the grace period.
    replays: Mapped[int] = mapped_column(default=0, server_default="0")
    # The login's time, and the `User-Agent` and network address of its last use; the same in all rows of the family.
    # Null in rows of an earlier release.
    logged_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Also the same in the family: when the user last authenticated, by logging in or again since then.
    authenticated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    device: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(45))
