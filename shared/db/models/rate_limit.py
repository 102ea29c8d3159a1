"""Rate limits: counters of attempts in fixed windows."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base
from shared.db.types import UtcDateTime


class RateLimit(Base):
    __tablename__ = "rate_limits"

    # A hash of the limit and its subject: addresses and emails are not stored in plain text.
    key: Mapped[str] = mapped_column("limit_key", String(64), primary_key=True)
    window_ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    count: Mapped[int] = mapped_column("attempts", default=0)
