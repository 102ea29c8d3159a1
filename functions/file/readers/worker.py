"""Entry of the process that reads one document. Its arguments: `text` or `page_images`, and the document's name.

The document comes on standard input. To standard output goes `{"error": code, "pages": number}`, or the text
(shared.documents.text), or `{"sizes": [bytes]}` in a line, followed by the images of its pages.
"""

import json
import resource
import sys

from functions.file.readers.kinds import read_document
from functions.file.readers.outcome import ErrorCode, UnreadableDocument

# The process is ended beyond them. An allocation beyond the first fails, which most readers survive as a MemoryError.
MAX_MEMORY_BYTES = 512 * 1024 * 1024
MAX_CPU_SECONDS = 55
MAX_OUTPUT_BYTES = 32_000_000
# Readers walk documents that are nested less deeply than this; a deeper one is refused.
_MAX_DEPTH = 3_000


def main() -> None:
    for limit, value in (
        (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
        (resource.RLIMIT_CPU, MAX_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, MAX_OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    sys.setrecursionlimit(_MAX_DEPTH)
    sys.stdout.buffer.write(_read(*sys.argv[1:]))


def _read(wanted: str, name: str) -> bytes:
    code: ErrorCode
    pages = None
    try:
        data = sys.stdin.buffer.read()
        return _images(data) if wanted == "page_images" else read_document(data, name).to_json()
    except UnreadableDocument as error:
        code, pages = error.code, error.pages
    except MemoryError:
        code = "file_too_long"
    except Exception:  # noqa: BLE001 - the edge: a damaged document makes a reader raise anything
        code = "file_unreadable"
    return json.dumps({"error": code, "pages": pages}).encode()


def _images(data: bytes) -> bytes:
    from functions.file.readers.page_images import render_pages

    images = render_pages(data)
    return json.dumps({"sizes": [len(image) for image in images]}).encode() + b"\n" + b"".join(images)
