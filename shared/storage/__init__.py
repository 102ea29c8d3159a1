"""Object storage of images and documents. Uploads go from the browser to the store, never through a function."""

from functools import cache

from shared.config import ObjectStoreSettings, load
from shared.storage.cos import CosObjectStore
from shared.storage.object_store import ObjectStore
from shared.storage.s3 import S3ObjectStore
from shared.storage.shares import SHARES


@cache
def get_object_store() -> ObjectStore:
    """The object store that the settings name."""
    return _store_of(load(ObjectStoreSettings))


@cache
def get_site_store() -> ObjectStore | None:
    """The site's bucket, for the objects under `shares/`; None where the stage has none."""
    settings = load(ObjectStoreSettings)
    bucket = settings.site_bucket
    if bucket is None:
        return None
    if bucket == settings.object_store_bucket:  # On a developer's machine.
        return get_object_store()
    # The endpoint is the other bucket's own domain.
    return _store_of(settings.model_copy(update={"object_store_bucket": bucket, "object_store_endpoint": None}))


def store_of_prefix(prefix: str) -> ObjectStore | None:
    """The store of the objects under a queued prefix; None where it is the site's and the stage has none."""
    return get_site_store() if prefix.startswith(SHARES) else get_object_store()


def _store_of(settings: ObjectStoreSettings) -> ObjectStore:
    return S3ObjectStore(settings) if settings.object_store == "s3" else CosObjectStore(settings)
