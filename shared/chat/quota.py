"""Daily quotas for the operator's model: of each user, and of all accounts together (decision 0016).

A user's count is read with the conversation when a turn is prepared, and increased when the model has been called: a
client waits for neither. Turns that begin at the same instant may exceed a quota by a few.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from shared.auth.limits import Limit
from shared.config import QuotaSettings, load
from shared.db.repositories import rate_limits
from shared.db.repositories.conversations import UserUsage
from shared.errors import RateLimited
from shared.llm.endpoint import ModelEndpoint
from shared.stage_settings import StageSettings

# The number of attempts differs by group.
_RUNS = Limit("default_model", attempts=0, seconds=24 * 3600)
_ALL_RUNS = Limit("default_model_total", attempts=0, seconds=24 * 3600)
_ALL = "all accounts"


@dataclass(frozen=True)
class Quota:
    """Turns a day. `by_group`: of each user of a group; a group that is absent has no limit. `total`: of all accounts;
    None: no limit."""

    by_group: Mapping[str, int]
    total: int | None

    @classmethod
    def of(cls, settings: StageSettings) -> "Quota":
        """The operator's quotas, each from the environment unless it was changed."""
        defaults = load(QuotaSettings)
        by_group, total = settings.default_model_turns_per_day, settings.default_model_turns_total
        total = defaults.default_model_turns_total if total is None else total
        return cls(defaults.turns_per_day if by_group is None else by_group, None if total == "none" else total)


def counter_key(user_id: str, now: datetime) -> str:
    """The rate limit's key under which today's runs of the default model by this user are counted."""
    return _RUNS.key(user_id, now)


def check_quota(
    session: Session | Connection, endpoint: ModelEndpoint, usage: UserUsage, quota: Quota, now: datetime
) -> None:
    """Raises RateLimited when the model is the operator's and a quota of today is used up: the user's, or that of all
    accounts, which takes a statement where the operator has set one."""
    if not endpoint.is_operators:
        return
    allowed = quota.by_group.get(usage.group)
    if allowed is not None and usage.counted >= allowed:
        raise _RUNS.refusal(
            now,
            "You have used up today's turns of this server's own model. Use your own model, or try again tomorrow.",
        )
    if _is_total_used_up(session, quota, now):
        raise _ALL_RUNS.refusal(
            now,
            "All of today's turns of this server's own model are used up. Use your own model, or try again tomorrow.",
        )


def is_counted(endpoint: ModelEndpoint, quota: Quota) -> bool:
    return endpoint.is_operators and (bool(quota.by_group) or quota.total is not None)


def count_run(session: Session, user_id: str, quota: Quota, now: datetime) -> None:
    """Count a run of the operator's model."""
    if quota.by_group:
        _RUNS.count(session, user_id, now)
    _count_total(session, quota, now)


def count_run_within_quota(
    session: Session, endpoint: ModelEndpoint, usage: UserUsage, quota: Quota, user_id: str, now: datetime
) -> bool:
    """Count a run and enforce the user's quota in one step, also among concurrent runs; False when a quota is used up.

    A run of a user's own model is not counted.
    """
    if not endpoint.is_operators:
        return True
    if _is_total_used_up(session, quota, now):
        return False
    allowed = quota.by_group.get(usage.group)
    if allowed is not None:
        try:
            replace(_RUNS, attempts=allowed).consume(session, user_id, now)
        except RateLimited:
            return False
    _count_total(session, quota, now)
    return True


def _is_total_used_up(session: Session | Connection, quota: Quota, now: datetime) -> bool:
    return quota.total is not None and rate_limits.find_count(session, _ALL_RUNS.key(_ALL, now)) >= quota.total


def _count_total(session: Session, quota: Quota, now: datetime) -> None:
    # The last statement of its transaction: every run locks this row.
    if quota.total is not None:
        _ALL_RUNS.count(session, _ALL, now)
