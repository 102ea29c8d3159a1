"""Counters of attempts in fixed windows."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base
from shared.db.types import UtcDateTime


class RateLimit(Base):
    __tablename__ = "rate_limits"

    # What is counted and for whom, hashed: an address or an email is not kept in the clear.
    key: Mapped[str] = mapped_column("limit_key", String(64), primary_key=True)
    window_ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    count: Mapped[int] = mapped_column("attempts", default=0)
