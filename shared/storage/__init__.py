"""The object store that images live in. They never pass through a function on their way in."""

from functools import cache

from shared.config import ObjectStoreSettings, load
from shared.storage.cos import CosObjectStore
from shared.storage.object_store import ObjectStore
from shared.storage.s3 import S3ObjectStore


@cache
def get_object_store() -> ObjectStore:
    """The store of the environment."""
    settings = load(ObjectStoreSettings)
    return S3ObjectStore(settings) if settings.object_store == "s3" else CosObjectStore(settings)
