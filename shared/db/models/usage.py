"""Usage: daily totals of each user, and daily counts of failed replies."""

from datetime import date

from sqlalchemy import BigInteger, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base
from shared.db.models.user import User
from shared.db.types import Id


class UsageDay(Base):
    """A user's turns with one model on one day (UTC), with their tokens and cost."""

    __tablename__ = "usage_days"
    __table_args__ = (
        # For the sums over all users, which are read from it alone: InnoDB adds the primary key's columns.
        Index("ix_usage_days_sums", "day", "turns", "prompt_tokens", "cached_tokens", "completion_tokens", "cost"),
        Base.__table_args__,
    )

    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    # shared.chat.usage: the user's own model, the operator's default model, or the id of an offered model.
    source: Mapped[str] = mapped_column(Id, primary_key=True)
    model: Mapped[str] = mapped_column(String(200), primary_key=True)
    turns: Mapped[int] = mapped_column(BigInteger)
    # Tokens of the prompt, `cached_tokens` included.
    prompt_tokens: Mapped[int] = mapped_column(BigInteger)
    cached_tokens: Mapped[int] = mapped_column(BigInteger)
    completion_tokens: Mapped[int] = mapped_column(BigInteger)
    # In millionths of the currency, at the prices of the time.
    cost: Mapped[int] = mapped_column(BigInteger)


class FailureDay(Base):
    """The replies that failed with one error code at one provider on one day (UTC)."""

    __tablename__ = "failure_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    # The host of an operator's model; `own` for all users' own models, whose servers are private.
    provider: Mapped[str] = mapped_column(String(100), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(BigInteger)
