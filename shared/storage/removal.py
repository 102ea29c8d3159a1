"""Removing the objects of what was deleted: after the commit, and again by the sweep where that failed."""

import logging
from collections.abc import Sequence

from shared.db.repositories import object_deletions
from shared.db.session import transaction
from shared.logging import fields
from shared.storage import get_object_store
from shared.storage.object_store import ObjectStoreUnavailable

_log = logging.getLogger(__name__)


def remove_objects(prefixes: Sequence[str]) -> None:
    """Remove every object under each prefix, and the note that it is to go.

    What the store does not take now stays noted. Call it outside a transaction.
    """
    for prefix in prefixes:
        try:
            get_object_store().delete_prefix(prefix)
        except ObjectStoreUnavailable:
            _log.warning("objects not removed, left to the sweep", exc_info=True, extra=fields(prefix=prefix))
            return
        with transaction() as session:
            object_deletions.forget_object_deletion(session, prefix)
