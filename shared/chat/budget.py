"""How often a user may have the operator's own model run in a day.

What was run is read with the conversation, before a turn begins, and counted when it runs: neither costs a turn a
statement that its client waits for. Turns that begin at the same instant may go a few beyond.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from shared.auth.limits import Limit
from shared.config import ModelSettings, load
from shared.db.repositories.conversations import Share
from shared.errors import RateLimited
from shared.llm.endpoint import ModelEndpoint

# How many they are differs from group to group.
_RUNS = Limit("default_model", attempts=0, seconds=24 * 3600)


def counter_key(user_id: str, now: datetime) -> str:
    """What a user's runs of the default model are counted under today."""
    return _RUNS.key(user_id, now)


def check_budget(endpoint: ModelEndpoint, share: Share, now: datetime) -> None:
    """Raises RateLimited when the model is the operator's and the user has had it run as often as is allowed."""
    allowed = load(ModelSettings).turns_per_day.get(share.group)
    if endpoint.is_default and allowed is not None and share.counted >= allowed:
        raise _RUNS.refusal(now, "This server's own model has no more turns for you today. Use a model of your own.")


def is_counted(endpoint: ModelEndpoint) -> bool:
    return endpoint.is_default and bool(load(ModelSettings).turns_per_day)


def count_run(session: Session, user_id: str, now: datetime) -> None:
    """Count a run of the operator's model."""
    _RUNS.count(session, user_id, now)


def take_run(session: Session, endpoint: ModelEndpoint, share: Share, user_id: str, now: datetime) -> bool:
    """Count a run at once, where the model is the operator's; False when it is one too many, also of those at once."""
    allowed = load(ModelSettings).turns_per_day.get(share.group)
    if not endpoint.is_default or allowed is None:
        return True
    try:
        replace(_RUNS, attempts=allowed).take(session, user_id, now)
    except RateLimited:
        return False
    return True
