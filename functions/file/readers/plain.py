"""Plain text in any encoding: notes, source code, CSV, JSON, XML, YAML, Markdown; and RTF and notebooks."""

import codecs
import json
import re
from typing import Any

from functions.file.readers.encodings import MIN_SCORE, UTF_16, best_encoding
from functions.file.readers.encodings import SAMPLE_BYTES as ENCODING_SAMPLE
from functions.file.readers.outcome import MAX_HEADINGS, MAX_TEXT_BYTES, TextBudget, UnreadableDocument
from shared.documents.text import DocumentText, Heading, Page

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Enough to detect an encoding.
_SAMPLE_BYTES = 100_000
_MARKDOWN_HEADING = re.compile(r"^(#{1,6})[ \t]+(.{1,200}?)[ \t#]*$", re.M)
# JIS in seven bits, as mails and old files have it (RFC 1468).
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
# Control characters that text does not have.
_BINARY = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_BINARY_PART = 0.01
_MAX_CELL_OUTPUT = 20_000
# Part of the characters of UTF-8 beyond ASCII: a few bytes of another encoding, or a character that was cut.
_MAX_BROKEN_PART = 0.02


def read_plain(data: bytes, name: str = "") -> DocumentText:
    """Raises UnreadableDocument: file_kind for binary data."""
    if len(data) > 4 * MAX_TEXT_BYTES:
        raise UnreadableDocument("file_too_long")
    text = decode_text(data).replace("\r\n", "\n").replace("\r", "\n")
    if len(_BINARY.findall(text[:_SAMPLE_BYTES])) > _MAX_BINARY_PART * len(text[:_SAMPLE_BYTES]):
        raise UnreadableDocument("file_kind")
    text = _as_document(_BINARY.sub("", text).rstrip())
    is_markdown = name.lower().endswith((".md", ".markdown"))
    return DocumentText([Page(text)], markdown_headings(text) if is_markdown else ())


def read_rtf(data: bytes) -> DocumentText:
    """Rich Text Format. Raises UnreadableDocument."""
    from striprtf.striprtf import rtf_to_text

    try:
        text: str = rtf_to_text(data.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, IndexError, RecursionError) as error:
        raise UnreadableDocument("file_unreadable") from error
    return DocumentText([Page(_as_document(text.replace("\r\n", "\n").strip()))])


def read_notebook(data: bytes) -> DocumentText:
    """Jupyter notebooks: the cells in order, with the text of their results. Raises UnreadableDocument.

    https://nbformat.readthedocs.io/en/latest/format_description.html
    """
    try:
        notebook = json.loads(data)
        language = notebook.get("metadata", {}).get("language_info", {}).get("name", "")
        cells = [_notebook_cell(cell, language) for cell in notebook["cells"]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnreadableDocument("file_unreadable") from error
    text = _as_document("\n\n".join(cell for cell in cells if cell))
    return DocumentText([Page(text)], markdown_headings(text))


def _notebook_cell(cell: dict[str, Any], language: str) -> str:
    source = _joined(cell.get("source", ""))
    if cell.get("cell_type") != "code":
        return source
    outputs = [_output_text(output) for output in cell.get("outputs", [])]
    shown = [f"Output:\n{output[:_MAX_CELL_OUTPUT].rstrip()}" for output in outputs if output.strip()]
    return "\n".join([f"```{language}", source, "```", *shown])


def _output_text(output: dict[str, Any]) -> str:
    if "text" in output:
        return _joined(output["text"])
    if output.get("output_type") == "error":
        return f"{output.get('ename', '')}: {output.get('evalue', '')}"
    return _joined(output.get("data", {}).get("text/plain", ""))


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _as_document(text: str) -> str:
    if not text.strip():
        raise UnreadableDocument("file_empty_text")
    return TextBudget().add(text)


def markdown_headings(text: str) -> list[Heading]:
    found = _MARKDOWN_HEADING.finditer(text)
    return [Heading(match[2], len(match[1]), 1) for match, _ in zip(found, range(MAX_HEADINGS), strict=False)]


def decode_text(data: bytes, declared: str | None = None) -> str:
    """Bytes as text: by byte order mark, as UTF-8, by the declared encoding, by its letters, in this order.

    Raises UnreadableDocument (file_kind) for what is no text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if b"\0" in data[:_SAMPLE_BYTES]:
        return data.decode(_utf16_of(data[:_SAMPLE_BYTES]), "replace")
    if _ISO_2022_JP.search(data) and data.isascii():
        return data.decode("iso2022_jp_2", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A file that was cut off may end within a character; a short text in another encoding with one.
        is_cut = error.start > len(data) - 4 and error.reason == "unexpected end of data"
        if is_cut and not data[: error.start].isascii():
            return data.decode("utf-8", "replace")
    known = _known(declared)
    if known is None and _is_broken_utf8(data[:_SAMPLE_BYTES]):
        known = "utf-8"
    return data.decode(known or _guessed(data), "replace")


def _utf16_of(sample: bytes) -> str:
    """UTF-16 without a mark: of ASCII characters every second byte is zero."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    if odd > 0.3 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.3 * half and odd < 0.05 * half:
        return "utf-16-be"
    # Other scripts have zeros in spaces and line ends only.
    encoding, score = best_encoding(sample[:ENCODING_SAMPLE], UTF_16)
    if score < MIN_SCORE:
        raise UnreadableDocument("file_kind")
    return encoding


def _is_broken_utf8(sample: bytes) -> bool:
    text = sample.decode("utf-8", "replace")
    beyond = sum(not character.isascii() for character in text)
    return text.count("\ufffd") <= _MAX_BROKEN_PART * beyond


def _known(encoding: str | None) -> str | None:
    try:
        return codecs.lookup(encoding).name if encoding else None
    except LookupError:
        return None


def _guessed(data: bytes) -> str:
    # The sample begins near the first byte that is not ASCII: a long beginning in ASCII says nothing.
    first = next(index for index, byte in enumerate(data) if byte > 0x7F)
    start = max(0, first - 200)
    start -= start % 2
    encoding, score = best_encoding(data[start : start + ENCODING_SAMPLE])
    if score >= MIN_SCORE:
        return encoding
    from charset_normalizer import from_bytes

    best = from_bytes(data[start : start + _SAMPLE_BYTES]).best()
    if best is None:
        raise UnreadableDocument("file_kind")
    return best.encoding
