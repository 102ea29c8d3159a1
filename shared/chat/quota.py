"""The daily quota of each user for the operator's model (decision 0016).

The count is read with the conversation when a turn is prepared, and increased when the model has been called: a client
waits for neither. Turns that begin at the same instant may exceed the quota by a few.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from shared.auth.limits import Limit
from shared.config import ModelSettings, load
from shared.db.repositories.conversations import UserUsage
from shared.errors import RateLimited
from shared.llm.endpoint import ModelEndpoint

# The number of attempts differs by group.
_RUNS = Limit("default_model", attempts=0, seconds=24 * 3600)


def counter_key(user_id: str, now: datetime) -> str:
    """The rate limit's key under which today's runs of the default model by this user are counted."""
    return _RUNS.key(user_id, now)


def check_quota(endpoint: ModelEndpoint, usage: UserUsage, now: datetime) -> None:
    """Raises RateLimited when the model is the operator's and the user's quota of today is used up."""
    allowed = load(ModelSettings).turns_per_day.get(usage.group)
    if endpoint.is_default and allowed is not None and usage.counted >= allowed:
        raise _RUNS.refusal(
            now,
            "You have used up today's turns of this server's own model. Use your own model, or try again tomorrow.",
        )


def is_counted(endpoint: ModelEndpoint) -> bool:
    return endpoint.is_default and bool(load(ModelSettings).turns_per_day)


def count_run(session: Session, user_id: str, now: datetime) -> None:
    """Count a run of the operator's model."""
    _RUNS.count(session, user_id, now)


def count_run_within_quota(
    session: Session, endpoint: ModelEndpoint, usage: UserUsage, user_id: str, now: datetime
) -> bool:
    """Count a run and enforce the quota in one step, also among concurrent runs; False when the quota is used up.

    A run of a user's own model is not counted.
    """
    allowed = load(ModelSettings).turns_per_day.get(usage.group)
    if not endpoint.is_default or allowed is None:
        return True
    try:
        replace(_RUNS, attempts=allowed).take(session, user_id, now)
    except RateLimited:
        return False
    return True
