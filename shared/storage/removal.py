"""Removing the objects of what was deleted.

The transaction that deletes the rows notes which objects are to go. They are removed right after it, for
the user who expects that, and once more by the sweep, when no upload URL that was given out before can
bring another one. Only then is the note dropped.
"""

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.config import ObjectStoreSettings, load
from shared.db.repositories import object_deletions
from shared.db.session import transaction
from shared.logging import fields
from shared.storage import get_object_store
from shared.storage.object_store import ObjectStoreUnavailable

_log = logging.getLogger(__name__)
# A request waits no longer than this; the sweep does the rest.
_PATIENCE_SECONDS = 10
# Upload URLs are signed by clocks that differ, in requests that began before the deletion.
_MARGIN = timedelta(minutes=1)
_BATCH = 500


def remove_objects(prefixes: Sequence[str]) -> None:
    """Remove every object under each noted prefix, as far as the store lets us now.

    Call it outside a transaction.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    for prefix in prefixes:
        if time.monotonic() > deadline or not _remove(prefix):
            return


def remove_noted_objects(now: datetime) -> int:
    """What the sweep does: remove what was noted before the last upload URLs expired; how many prefixes.

    It ends at the first that the store does not take.
    """
    before = now - timedelta(seconds=load(ObjectStoreSettings).upload_url_seconds) - _MARGIN
    removed = 0
    while prefixes := _noted(before):
        for prefix in prefixes:
            if not _remove(prefix):
                return removed
            with transaction() as session:
                object_deletions.forget_object_deletion(session, prefix)
            removed += 1
    return removed


def _noted(before: datetime) -> Sequence[str]:
    with transaction() as session:
        return object_deletions.list_object_deletions(session, before, _BATCH)


def _remove(prefix: str) -> bool:
    try:
        get_object_store().delete_prefix(prefix)
    except ObjectStoreUnavailable:
        _log.warning("objects not removed, left to the sweep", exc_info=True, extra=fields(prefix=prefix))
        return False
    return True
