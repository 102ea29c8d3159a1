"""Deletion of the stored objects of deleted rows.

The transaction that deletes the rows queues the objects' key prefixes. The objects are deleted right after it, and
once more by the sweep, when every upload URL that was issued before has expired. Only then is the queue's row deleted.
"""

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.config import ObjectStoreSettings, load
from shared.db.repositories import object_deletions
from shared.db.session import transaction
from shared.logging import fields
from shared.storage import store_of_prefix
from shared.storage.object_store import ObjectStoreUnavailable

_log = logging.getLogger(__name__)
# Time limit within a request, in seconds; the sweep deletes the rest.
_REQUEST_SECONDS = 10
# For clocks that differ, and for requests that began before the deletion.
_MARGIN = timedelta(minutes=1)
_BATCH = 500
# In one run, after which the store is taken to be away.
_MAX_FAILURES = 10


def remove_objects(prefixes: Sequence[str]) -> None:
    """Delete the objects under each queued prefix, until the store fails or the time is up.

    Call it outside a transaction.
    """
    deadline = time.monotonic() + _REQUEST_SECONDS
    for prefix in prefixes:
        if time.monotonic() > deadline or not _remove(prefix):
            return


def remove_queued_objects(now: datetime) -> int:
    """Delete the objects of queue rows older than any valid upload URL; returns the number of prefixes.

    Called by the sweep. A prefix that cannot be deleted goes to the end of the queue, behind which the others would
    wait for ever; after some the run ends.
    """
    before = now - timedelta(seconds=load(ObjectStoreSettings).upload_url_seconds) - _MARGIN
    removed = failed = 0
    while prefixes := _list_queued(before):
        for prefix in prefixes:
            is_removed = _remove(prefix)
            with transaction() as session:
                if is_removed:
                    object_deletions.delete_object_deletion(session, prefix)
                else:
                    object_deletions.postpone_object_deletion(session, prefix, before)
            removed += is_removed
            failed += not is_removed
            if failed == _MAX_FAILURES:
                return removed
    return removed


def _list_queued(before: datetime) -> Sequence[str]:
    with transaction() as session:
        return object_deletions.list_object_deletions(session, before, _BATCH)


def _remove(prefix: str) -> bool:
    store = store_of_prefix(prefix)
    if store is None:
        _log.warning("objects not deleted: SITE_BUCKET is not set", extra=fields(prefix=prefix))
        return False
    try:
        store.delete_prefix(prefix)
    except ObjectStoreUnavailable:
        _log.warning("objects not deleted, left to the sweep", exc_info=True, extra=fields(prefix=prefix))
        return False
    return True
