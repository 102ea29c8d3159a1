"""Rules of the budgets of groups and users."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from shared.auth.scopes import GROUP_PERMISSIONS
from shared.chat.administration import record_differences
from shared.chat.usage import micros, money
from shared.db.models import GroupBudget, User
from shared.db.repositories import budgets
from shared.db.types import utc_now


@dataclass(frozen=True)
class BudgetOfGroup:
    """Money a day and a month for each user; None: any amount."""

    group: str
    day: float | None
    month: float | None


def list_budgets(session: Session) -> Sequence[BudgetOfGroup]:
    """The budget of each group."""
    stored = {budget.group: budget for budget in budgets.list_group_budgets(session)}
    return [_of_group(group, stored.get(group)) for group in GROUP_PERMISSIONS]


def set_group_budget(
    session: Session, admin_id: str, group: str, changes: Mapping[str, float | None]
) -> Sequence[BudgetOfGroup]:
    """Change the budget of a group's users, by `day` and `month`; returns the budgets of all groups."""
    budget = budgets.lock_group_budget(session, group)
    before = _amounts(budget)
    _change(budget, changes)
    record_differences(session, admin_id, "budget_update", utc_now(), before, _amounts(budget), subject=group)
    session.flush()
    return list_budgets(session)


def set_user_budget(session: Session, admin_id: str, user: User, changes: Mapping[str, float | None]) -> None:
    """Change a user's own budget, of which None is that of the group. The caller has locked the user."""
    before = _amounts(user)
    _change(user, changes)
    record_differences(session, admin_id, "budget_update", utc_now(), before, _amounts(user), user_id=user.id)


def amount(stored: int | None) -> float | None:
    return None if stored is None else money(stored)


def _of_group(group: str, stored: GroupBudget | None) -> BudgetOfGroup:
    if stored is None:
        return BudgetOfGroup(group, None, None)
    return BudgetOfGroup(group, amount(stored.day_budget), amount(stored.month_budget))


def _change(row: GroupBudget | User, changes: Mapping[str, float | None]) -> None:
    if "day" in changes:
        row.day_budget = _micros(changes["day"])
    if "month" in changes:
        row.month_budget = _micros(changes["month"])


def _amounts(row: GroupBudget | User) -> dict[str, float | None]:
    return {"day_budget": amount(row.day_budget), "month_budget": amount(row.month_budget)}


def _micros(given: float | None) -> int | None:
    return None if given is None else micros(given)
