"""Budgets of the groups of accounts."""

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base


class GroupBudget(Base):
    """Budget of each user of a group for the operator's models, in a day and in a month (UTC), in millionths of the
    currency. Null: any amount."""

    __tablename__ = "group_budgets"

    group: Mapped[str] = mapped_column("user_group", String(16), primary_key=True)
    day_budget: Mapped[int | None] = mapped_column(BigInteger)
    month_budget: Mapped[int | None] = mapped_column(BigInteger)
