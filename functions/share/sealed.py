"""The form of a sealed document: a ciphertext that only the holders of the link can read."""

import json
import re

MAX_SEALED_BYTES = 16 * 1024 * 1024
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
# AES-GCM's initialization vector has 96 bits (NIST SP 800-38D, section 8.2).
_IV = re.compile(r"[A-Za-z0-9_-]{16}")


def is_sealed_document(content: bytes) -> bool:
    """Whether this is `{"sealed": 1, "iv", "data"}` and nothing else, so that no other file can be put on the site."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return (
        isinstance(document, dict)
        and document.keys() == {"sealed", "iv", "data"}
        and document["sealed"] == 1
        and isinstance(document["iv"], str)
        and isinstance(document["data"], str)
        and _IV.fullmatch(document["iv"]) is not None
        and _BASE64URL.fullmatch(document["data"]) is not None
    )
