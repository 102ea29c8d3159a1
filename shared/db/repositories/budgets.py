"""Budgets for the operator's models: of each user, or else of the user's group."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.db.models import GroupBudget, UsageDay, User


class Spending(NamedTuple):
    """Budgets and costs of a user, today and this month (UTC), in millionths of the currency. A budget of None
    is unlimited."""

    day_budget: int | None
    month_budget: int | None
    day_cost: int
    month_cost: int

    @classmethod
    def of(cls, columns: Sequence[Any]) -> "Spending":
        """Spending from the values of SPENDING_COLUMNS. MySQL's sums are decimals."""
        day_budget, month_budget, day_cost, month_cost = columns
        return cls(day_budget, month_budget, int(day_cost), int(month_cost))


def spending_values(today: date) -> Mapping[str, date]:
    """The parameters of SPENDING_COLUMNS, besides `user`."""
    return {"today": today, "month": today.replace(day=1)}


def _budget(own: InstrumentedAttribute[int | None], of_group: InstrumentedAttribute[int | None]) -> Any:
    query = select(func.coalesce(own, of_group)).join_from(
        User, GroupBudget, GroupBudget.group == User.group, isouter=True
    )
    return query.where(User.id == bindparam("user")).scalar_subquery()


def _cost_since(first: str) -> Any:
    query = select(func.coalesce(func.sum(UsageDay.cost), 0))
    return query.where(UsageDay.user_id == bindparam("user"), UsageDay.day >= bindparam(first)).scalar_subquery()


# Found by primary keys: a user has a row of usage for each day and model.
SPENDING_COLUMNS = (
    _budget(User.day_budget, GroupBudget.day_budget),
    _budget(User.month_budget, GroupBudget.month_budget),
    _cost_since("today"),
    _cost_since("month"),
)


def find_spending(session: Session, user_id: str, today: date) -> Spending:
    query = select(*SPENDING_COLUMNS)
    return Spending.of(session.execute(query, {"user": user_id, **spending_values(today)}).one())


def list_group_budgets(session: Session) -> Sequence[GroupBudget]:
    return session.scalars(select(GroupBudget)).all()


def lock_group_budget(session: Session, group: str) -> GroupBudget:
    """The budget of a group, locked until the transaction ends; a new one where it has none."""
    budget = session.get(GroupBudget, group, with_for_update=True)
    if budget is None:
        # Another transaction may insert it at the same time.
        added = insert(GroupBudget).values(group=group)
        session.execute(added.prefix_with("IGNORE", dialect="mysql").prefix_with("OR IGNORE", dialect="sqlite"))
        budget = session.get_one(GroupBudget, group, with_for_update=True)
    return budget
