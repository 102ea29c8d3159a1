r"""Lone surrogates: halves of a character, which JSON can carry (`"\ud83d"`); no database and no UTF-8 can."""

import json
import re
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def has_surrogates(text: str) -> bool:
    return not text.isascii() and _SURROGATE.search(text) is not None


def without_lone_surrogates(text: str) -> str:
    """The text with the halves of pairs joined, and U+FFFD for each half that is alone."""
    if not has_surrogates(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def parse_json(given: str | bytes) -> Any:
    """The value of a JSON text, without lone surrogates. Raises ValueError, RecursionError."""
    text = given if isinstance(given, str) else given.decode(json.detect_encoding(given))
    value = json.loads(text)
    if has_surrogates(text) or _ESCAPED_SURROGATE.search(text):
        return json.loads(without_lone_surrogates(json.dumps(value, ensure_ascii=False)))
    return value
