"""Reads a document in a process of its own, limited in memory and time, which knows no secret.

A hostile document can make a parser use all memory, never end, or crash.
"""

import json
import os
import signal
import subprocess
import sys
from itertools import accumulate
from tempfile import TemporaryFile
from typing import cast

from functions.file.readers.outcome import ErrorCode, UnreadableDocument
from functions.file.readers.worker import MAX_OUTPUT_BYTES
from shared.documents.text import DocumentText

MAX_SECONDS = 60
WORKER = "from functions.file.readers.worker import main; main()"
# Ended by a limit. Allocators of other languages abort when there is no memory.
_LIMIT_SIGNALS = (-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGXFSZ, -signal.SIGABRT)


def read_in_process(data: bytes, name: str, max_seconds: float = MAX_SECONDS) -> DocumentText:
    """The text of a document. Raises UnreadableDocument."""
    result = _run(data, "text", name, max_seconds)
    try:
        return DocumentText.from_json(result)
    except (ValueError, TypeError, KeyError):
        raise UnreadableDocument("file_unreadable") from None


def render_in_process(data: bytes, name: str) -> list[bytes]:
    """The images of a PDF's first pages, as PNG. Raises UnreadableDocument."""
    header, _, images = _run(data, "page_images", name, MAX_SECONDS).partition(b"\n")
    ends = list(accumulate(json.loads(header)["sizes"]))
    return [images[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _run(data: bytes, wanted: str, name: str, max_seconds: float) -> bytes:
    """The output of the process (functions.file.readers.worker). Raises UnreadableDocument, also for its error."""
    command = [sys.executable, "-c", WORKER, wanted, name]
    # Nothing of this process's environment, which has keys, but what Python needs to find its modules.
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LANG": "C.UTF-8", "PYTHONMALLOC": "malloc"}
    if "LD_LIBRARY_PATH" in os.environ:
        environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    with TemporaryFile() as output:
        try:
            process = subprocess.run(  # noqa: S603 - this interpreter, and a module of ours
                command,
                input=data,
                stdout=output,
                # A traceback may quote the document.
                stderr=subprocess.DEVNULL,
                timeout=max_seconds,
                env=environment,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise UnreadableDocument("file_too_long") from None
        output.seek(0)
        result = output.read(MAX_OUTPUT_BYTES + 1)
    if process.returncode != 0:
        raise UnreadableDocument("file_too_long" if process.returncode in _LIMIT_SIGNALS else "file_unreadable")
    if result.startswith(b'{"error"'):
        error = json.loads(result)
        raise UnreadableDocument(cast("ErrorCode", error["error"]), error["pages"])
    return result
