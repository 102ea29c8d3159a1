"""The object store that images live in. They never pass through a function on their way in."""

from functools import cache

from shared.config import ObjectStoreSettings, load
from shared.storage.object_store import ObjectStore


@cache
def get_object_store() -> ObjectStore:
    """The store of the environment. Its SDK is imported here, at the first use."""
    settings = load(ObjectStoreSettings)
    from shared.storage.cos import CosObjectStore

    return CosObjectStore(settings)
