"""Object storage of images and documents. Uploads go from the browser to the store, never through a function."""

from functools import cache

from shared.config import ObjectStoreSettings, load
from shared.storage.cos import CosObjectStore
from shared.storage.object_store import ObjectStore
from shared.storage.s3 import S3ObjectStore


@cache
def get_object_store() -> ObjectStore:
    """The object store that the settings name."""
    settings = load(ObjectStoreSettings)
    return S3ObjectStore(settings) if settings.object_store == "s3" else CosObjectStore(settings)
