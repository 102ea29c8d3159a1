"""Budgets of groups and users for the operator's models."""

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest
from sqlalchemy import Engine, delete

from shared.chat.budget import budgets_of
from shared.db.models import GroupBudget
from shared.db.repositories.budgets import Spending
from tests.support.api import Client, error_code
from tests.support.concurrency import at_once
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish, usage
from tests.support.statements import counted

PRICE = {"input": 1, "cached_input": 1, "output": 1}


@pytest.fixture
def offered(admin: Client, provider: ScriptedProvider) -> str:
    """An offered model that costs 1 for a million tokens."""
    body = {"name": "Fast", "base_url": provider.base_url, "model": "fast-1", "api_key": "key-of-the-offer"}
    created: str = admin.post("/admin/model/create", **body, price=PRICE).json()["id"]
    return created


def spend(user: Client, provider: ScriptedProvider, config_id: str | None, tokens: int = 1_000_000) -> Any:
    """The answer to a send, whose turn costs 1."""
    provider.enqueue(Script([delta("Hello"), finish(), usage(tokens, 0)]))
    conversation_id = user.post("/conversation/create", model_config_id=config_id).json()["id"]
    return user.post("/chat/send", conversation_id=conversation_id, message="Hi")


def check_refused(response: Any) -> None:
    assert (response.status_code, error_code(response)) == (429, "budget_exhausted")
    assert "model of your own" in response.json()["error"]["message"]
    assert 0 < int(response.headers["Retry-After"]) <= 31 * 24 * 3600


def id_of(user: Client) -> str:
    found: str = user.get("/user/me").json()["id"]
    return found


@pytest.mark.parametrize("period", ["day", "month"])
def test_a_turn_is_refused_before_it_begins_when_the_groups_budget_is_used_up(
    admin: Client, user: Client, provider: ScriptedProvider, offered: str, period: str
) -> None:
    budget: dict[str, Any] = {"day": None, "month": None, period: 1.5}
    listed = admin.post("/admin/budget/update", group="free", **budget).json()["items"]
    assert {"group": "free", **budget} in listed
    assert [spend(user, provider, offered).status_code for _ in range(2)] == [200, 200]
    check_refused(spend(user, provider, offered))
    mine = user.get("/user/me/usage").json()["budget"]
    assert (mine["period"], mine["limit"], mine["used"]) == (period, 1.5, 2)


def test_another_group_is_not_limited(admin: Client, user: Client, provider: ScriptedProvider, offered: str) -> None:
    admin.post("/admin/budget/update", group="pro", day=0, month=0)
    assert spend(user, provider, offered).status_code == 200
    assert "budget" not in user.get("/user/me/usage").json()


def test_a_users_own_budget_takes_the_place_of_the_groups(
    admin: Client, user: Client, provider: ScriptedProvider, offered: str
) -> None:
    admin.post("/admin/budget/update", group="free", day=0, month=None)
    check_refused(spend(user, provider, offered))
    changed = admin.post("/admin/user/update", id=id_of(user), budget={"day": 1, "month": None}).json()
    assert changed["budget"] == {"day": 1, "month": None}
    assert spend(user, provider, offered).status_code == 200
    check_refused(spend(user, provider, offered))
    (listed,) = admin.get("/admin/user", q=user.email).json()["items"]
    assert (listed["month_cost"], listed["budget"]["day"]) == (1, 1)


def test_models_without_a_price_and_ones_own_are_not_limited(
    admin: Client, user: Client, provider: ScriptedProvider, offered: str
) -> None:
    admin.post("/admin/budget/update", group="free", day=0, month=0)
    mine = {"name": "Mine", "base_url": provider.base_url, "model": "m", "api_key": "key-of-the-user"}
    own = user.post("/model_config/create", **mine).json()["id"]
    assert spend(user, provider, own).status_code == 200
    assert spend(user, provider, None).status_code == 200  # The default model has no price.
    check_refused(spend(user, provider, offered))


def test_a_title_costs_and_is_made_without_a_model_when_the_budget_is_used_up(
    admin: Client, user: Client, provider: ScriptedProvider, offered: str
) -> None:
    def title() -> Any:
        provider.reset()
        provider.enqueue(Script([delta("From the model"), finish()]))
        conversation_id = user.post("/conversation/create", model_config_id=offered).json()["id"]
        body = {"conversation_id": conversation_id, "message": "A question of mine"}
        return user.post("/conversation/generate_title", **body).json()["title"]

    admin.post("/admin/budget/update", group="free", day=0.000001, month=None)
    assert title() == "From the model"
    (day,) = user.get("/user/me/usage").json()["days"]
    assert (day["model"], day["turns"], day["cost"] > 0) == ("Fast", 0, True)
    assert title() == "A question of mine"
    assert provider.requests == []


def test_a_repeated_request_attaches_to_its_reply_when_the_budget_is_used_up(
    admin: Client, user: Client, provider: ScriptedProvider, offered: str
) -> None:
    admin.post("/admin/budget/update", group="free", day=0.5, month=None)
    conversation_id = user.post("/conversation/create", model_config_id=offered).json()["id"]
    provider.enqueue(Script([delta("Hello"), finish(), usage(1_000_000, 0)]))
    user.headers["Idempotency-Key"] = "the-last"
    first = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    assert user.turn("/chat/send", conversation_id=conversation_id, message="Hi") == first


def test_an_amount_that_a_change_lacks_stays(admin: Client, user: Client) -> None:
    admin.post("/admin/budget/update", group="free", day=1, month=20)
    listed = admin.post("/admin/budget/update", group="free", day=None).json()["items"]
    assert {"group": "free", "day": None, "month": 20} in listed
    admin.post("/admin/user/update", id=id_of(user), budget={"day": 3})
    changed = admin.post("/admin/user/update", id=id_of(user), budget={"month": 4}).json()
    assert changed["budget"] == {"day": 3, "month": 4}


def test_changes_of_budgets_are_in_the_audit_log(admin: Client, user: Client) -> None:
    admin.post("/admin/budget/update", group="free", day=1, month=None)
    admin.post("/admin/budget/update", group="free", day=1, month=None)
    admin.post("/admin/user/update", id=id_of(user), budget={"day": None, "month": 20})
    of_user, of_group = admin.get("/admin/audit").json()["items"]
    assert (of_group["subject"], of_group["changes"]) == ("free", {"day_budget": [None, 1]})
    assert (of_user["user_email"], of_user["changes"]) == (user.email, {"month_budget": [None, 20]})


def test_administrators_who_set_a_groups_first_budget_at_once_all_succeed(admin: Client, database: Engine) -> None:
    def setting(day: float) -> Callable[[], Any]:
        return lambda: admin.post("/admin/budget/update", group="free", day=day, month=None)

    for _ in range(5):
        with database.begin() as connection:
            connection.execute(delete(GroupBudget))
        days = [1, 2, 3, 4]
        assert [response.status_code for response in at_once(*map(setting, days))] == [200] * len(days)
        (budget,) = [each for each in admin.get("/admin/budget").json()["items"] if each["group"] == "free"]
        assert budget["day"] in days


def test_the_budget_is_read_without_another_statement(
    admin: Client, user: Client, provider: ScriptedProvider, offered: str, database: Engine
) -> None:
    admin.post("/admin/budget/update", group="free", day=100, month=100)
    conversation_id = user.post("/conversation/create", model_config_id=offered).json()["id"]
    with counted(database) as statements:
        user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    assert [statement.startswith("SELECT conversations.id") for statement in statements if "budget" in statement] == [
        True
    ]


def test_of_budgets_that_are_used_up_the_one_that_refuses_longest_is_first() -> None:
    now = datetime(2026, 12, 15, 23, 30, tzinfo=timezone.utc)
    for day_cost, month_cost in ((60, 120), (20, 150), (10, 100)):
        budgets = budgets_of(Spending(day_budget=10, month_budget=100, day_cost=day_cost, month_cost=month_cost), now)
        assert [budget.period for budget in budgets] == ["month", "day"]


def test_budgets_begin_anew_at_midnight_and_on_the_first() -> None:
    now = datetime(2026, 12, 31, 23, 30, tzinfo=timezone.utc)
    budgets = budgets_of(Spending(day_budget=10, month_budget=100, day_cost=2, month_cost=99), now)
    assert [(budget.period, budget.left, budget.resets_at.isoformat()) for budget in budgets] == [
        ("month", 1, "2027-01-01T00:00:00+00:00"),
        ("day", 8, "2027-01-01T00:00:00+00:00"),
    ]
