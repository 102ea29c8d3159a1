"""Pagination cursors: opaque to clients; they encode a few values of the page's last row."""

import base64
import json
from datetime import datetime, timedelta, timezone
from typing import Any

from shared.errors import InvalidInput

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


def encode_cursor(*values: str | bool | datetime) -> str:
    plain = [(value - _EPOCH) // _MICROSECOND if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *types: type) -> list[Any]:
    """The values passed to `encode_cursor`. Raises InvalidInput when they are not of `types`."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(values, list) and len(values) == len(types):
            return [_decode(value, kind) for value, kind in zip(values, types, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError):
        pass
    raise InvalidInput(details=[{"field": "cursor", "message": "This is not a cursor of this list."}])


def _decode(value: object, kind: type) -> object:
    """Raises TypeError for a value of another type, OverflowError for a time out of range."""
    if kind is datetime and type(value) is int:
        return _EPOCH + value * _MICROSECOND
    # Ids are ASCII; a database cannot compare them with text that it cannot encode.
    if type(value) is not kind or (isinstance(value, str) and not value.isascii()):
        raise TypeError
    return value
