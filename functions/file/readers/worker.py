"""Entry of the process that reads one document, whose name is the only argument.

The document comes on standard input. `{"error": code}`, or the text (shared.documents.text), goes to standard output.
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
    sys.stdout.buffer.write(_read(sys.argv[1]))


def _read(name: str) -> bytes:
    code: ErrorCode
    try:
        return read_document(sys.stdin.buffer.read(), name).to_json()
    except UnreadableDocument as error:
        code = error.code
    except MemoryError:
        code = "file_too_long"
    except Exception:  # noqa: BLE001 - the edge: a damaged document makes a reader raise anything
        code = "file_unreadable"
    return json.dumps({"error": code}).encode()
