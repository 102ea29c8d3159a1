"""Page cursors: opaque to clients, a few values of the last row to us."""

import base64
import json

from shared.errors import InvalidInput


def encode_cursor(*values: str | int | bool) -> str:
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *types: type) -> list[object]:
    """The values that `encode_cursor` was given. Raises InvalidInput when they are not of `types`."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, list) or [type(value) for value in values] != list(types):
        raise InvalidInput(details=[{"field": "cursor", "message": "This is not a cursor of this list."}])
    return values
