"""Budgets for the operator's models: what a user may spend in a day and in a month (UTC).

The cost of a turn is known at its end, so the last turn before the refusal may exceed a budget. Models without a price,
and users' own, cost nothing and are never refused.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Literal

from shared.db.repositories.budgets import Spending
from shared.errors import RateLimited
from shared.llm.endpoint import ModelEndpoint, Prices

Period = Literal["day", "month"]


class BudgetExhausted(RateLimited):
    """`Retry-After`: the seconds until the budget resets."""

    code = "budget_exhausted"
    message = "Your budget for this server's models is used up. Use a model of your own, or wait until it resets."


@dataclass(frozen=True)
class Budget:
    """`limit`, `used`: in millionths of the currency."""

    period: Period
    limit: int
    used: int
    resets_at: datetime

    @property
    def left(self) -> int:
        return self.limit - self.used


def budgets_of(spending: Spending, now: datetime) -> list[Budget]:
    """A user's limited budgets, the one with the least left first; of those that are used up, the one that resets
    last, until which turns are refused."""
    midnight = now.astimezone(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    next_month = (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)
    found = []
    if spending.day_budget is not None:
        found.append(Budget("day", spending.day_budget, spending.day_cost, midnight + timedelta(days=1)))
    if spending.month_budget is not None:
        found.append(Budget("month", spending.month_budget, spending.month_cost, next_month))
    return sorted(found, key=lambda budget: (max(budget.left, 0), -budget.resets_at.timestamp()))


def check_budget(endpoint: ModelEndpoint, spending: Spending, now: datetime) -> None:
    """Raises BudgetExhausted when the model has a price and a budget of the user is used up."""
    if may_spend(endpoint, spending, now):
        return
    # The user can go on when all of them have begun anew.
    resets_at = max(budget.resets_at for budget in budgets_of(spending, now) if budget.left <= 0)
    raise BudgetExhausted(math.ceil((resets_at - now).total_seconds()))


def may_spend(endpoint: ModelEndpoint, spending: Spending, now: datetime) -> bool:
    """Whether the model costs nothing, or no budget of the user is used up."""
    is_free = endpoint.prices in (None, Prices(0, 0, 0))
    return is_free or all(budget.left > 0 for budget in budgets_of(spending, now))
