"""Keys of a document's objects: its bytes, and its text (shared.documents.text) or the images of its pages."""

from shared.storage.object_store import ObjectStore


def file_prefix(user_id: str, file_id: str) -> str:
    """The prefix of the keys of all objects of a file."""
    return f"{user_id}/files/{file_id}/"


def original_key(user_id: str, file_id: str) -> str:
    return f"{file_prefix(user_id, file_id)}original"


def text_key(user_id: str, file_id: str) -> str:
    return f"{file_prefix(user_id, file_id)}text.json"


def page_image_key(user_id: str, file_id: str, page: int) -> str:
    """`page`: counted from 1."""
    return f"{file_prefix(user_id, file_id)}pages/{page}.png"


def copy_file(store: ObjectStore, user_id: str, file_id: str, new_file_id: str, page_images: int | None) -> bool:
    """Copy all objects of a file that was read; False when one is gone. Raises ObjectStoreUnavailable.

    `page_images`: their number, for a scan.
    """
    keys = [original_key(user_id, file_id)]
    if page_images:
        keys += [page_image_key(user_id, file_id, page) for page in range(1, page_images + 1)]
    else:
        keys.append(text_key(user_id, file_id))
    old, new = file_prefix(user_id, file_id), file_prefix(user_id, new_file_id)
    return all(store.copy(key, new + key.removeprefix(old)) for key in keys)
