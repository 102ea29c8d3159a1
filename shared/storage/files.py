"""Keys of a document's objects: its bytes, and its text (shared.documents.text) or the images of its pages."""


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
