"""The settings that the operator has changed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.orm import Session

from shared.db.models import ChangedSettings
from shared.db.models.stage_settings import ONLY_ROW

_FIND_CHANGED = select(ChangedSettings.changed).where(ChangedSettings.id == ONLY_ROW)
# A subquery for a statement that is executed anyway. None where no setting was ever changed.
CHANGED_SETTINGS = _FIND_CHANGED.scalar_subquery()


def find_changed_settings(session: Session | Connection) -> Mapping[str, Any]:
    """Name → value of the changed settings."""
    return session.execute(_FIND_CHANGED).scalar() or {}


def lock_changed_settings(session: Session) -> ChangedSettings:
    """The row of the changed settings, locked until the transaction ends; a new one at the first change."""
    settings = session.get(ChangedSettings, ONLY_ROW, with_for_update=True)
    if settings is None:
        # Another transaction may insert it at the same time.
        added = insert(ChangedSettings).values(id=ONLY_ROW, changed={})
        session.execute(added.prefix_with("IGNORE", dialect="mysql").prefix_with("OR IGNORE", dialect="sqlite"))
        settings = session.get_one(ChangedSettings, ONLY_ROW, with_for_update=True)
    return settings
