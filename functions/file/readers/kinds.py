"""Kinds of documents, recognised by their content: a name or media type may be wrong."""

import json
import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from functions.file.readers.outcome import UnreadableDocument
from shared.documents.text import DocumentText

if TYPE_CHECKING:
    from functions.file.readers.package import Package

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Data that is no text, by its first bytes; most other kinds are recognised as binary.
_REFUSED = (
    b"\x1f\x8b",  # gzip
    b"BZh",
    b"\xfd7zXZ\0",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!",
    b"\x28\xb5\x2f\xfd",  # zstd
    b"\x89PNG",
    b"\xff\xd8\xff",  # JPEG
    b"GIF8",
    b"RIFF",
    b"\x7fELF",
    b"MZ",
    b"OggS",
    b"ID3",
    b"\0asm",
    b"SQLite format 3",
)
_PDF_WITHIN = 1024  # A PDF may begin after so many bytes of something else (ISO 32000-1, implementation note 13).
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.I)
_HTML_SUFFIXES = (".html", ".htm", ".xhtml")
_MAIL_SUFFIXES = (".eml", ".mht", ".mhtml", "")
_MAIL = re.compile(rb"(?:^|\n)(?:From|To|Subject|Date|Message-ID|MIME-Version|Received|Return-Path):", re.I)
_MAIL_HEADERS = re.compile(rb"\A(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n")


def read_document(data: bytes, name: str) -> DocumentText:
    """The text of a document. Raises UnreadableDocument.

    `name`: distinguishes kinds of text only. Readers are imported when they are needed.
    """
    return _reader(data, name)()


def _reader(data: bytes, name: str) -> Callable[[], DocumentText]:
    if b"%PDF-" in data[:_PDF_WITHIN]:
        from functions.file.readers.pdf import read_pdf

        return lambda: read_pdf(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return lambda: _read_package(data)
    if data.startswith(_OLE):
        return lambda: _read_ole(data)
    if data.startswith(b"{\\rtf"):
        from functions.file.readers.plain import read_rtf

        return lambda: read_rtf(data)
    if data.startswith(_REFUSED) or data[257:262] == b"ustar" or data[4:8] == b"ftyp":
        raise UnreadableDocument("file_kind")
    return _text_reader(data, name)


def _text_reader(data: bytes, name: str) -> Callable[[], DocumentText]:
    suffix = PurePosixPath(name.lower()).suffix
    if suffix in _HTML_SUFFIXES or (not suffix and _HTML.search(data[:2048])):
        from functions.file.readers.html import read_html

        return lambda: read_html(data)
    if suffix in _MAIL_SUFFIXES and _is_mail(data[:20_000]):
        from functions.file.readers.mail import read_mail

        return lambda: read_mail(data)
    from functions.file.readers.plain import read_notebook, read_plain

    if suffix == ".ipynb" or (b'"nbformat"' in data and _is_notebook(data)):
        return lambda: read_notebook(data)
    return lambda: read_plain(data, name)


def _is_mail(head: bytes) -> bool:
    return _MAIL_HEADERS.match(head) is not None and len(set(_MAIL.findall(head))) >= 2


def _is_notebook(data: bytes) -> bool:
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(notebook, dict) and isinstance(notebook.get("cells"), list)


def _read_package(data: bytes) -> DocumentText:
    """A zip file: an office document or a book; any other is an archive."""
    from functions.file.readers.package import Package

    package = Package(data)
    if "[Content_Types].xml" in package:
        return _read_office(package, data)
    mimetype = package.read("mimetype")[:100].decode("latin-1").strip() if "mimetype" in package else ""
    if mimetype.startswith("application/vnd.oasis.opendocument."):
        if "META-INF/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml"):
            raise UnreadableDocument("file_encrypted")
        if "spreadsheet" in mimetype:
            from functions.file.readers.spreadsheet import read_opendocument_spreadsheet

            return read_opendocument_spreadsheet(package, data)
        from functions.file.readers.opendocument import read_opendocument

        return read_opendocument(package)
    if mimetype == "application/epub+zip" or "META-INF/container.xml" in package:
        from functions.file.readers.book import read_book

        return read_book(package)
    raise UnreadableDocument("file_kind")


def _read_office(package: "Package", data: bytes) -> DocumentText:
    names = list(package.names())
    if any(name.startswith("word/") for name in names):
        from functions.file.readers.word import read_word

        return read_word(package)
    if any(name.startswith("xl/") for name in names):
        from functions.file.readers.spreadsheet import read_spreadsheet

        return read_spreadsheet(data)
    if any(name.startswith("ppt/") for name in names):
        from functions.file.readers.slides import read_slides

        return read_slides(package)
    raise UnreadableDocument("file_kind")


def _read_ole(data: bytes) -> DocumentText:
    """Office documents of before 2007, of which only workbooks are read; and encrypted ones of today.

    The streams' names stand in the directory as UTF-16. [MS-CFB] 2.6, [MS-OFFCRYPTO] 2.3.4.4
    """
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableDocument("file_encrypted")
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book\0")):
        from functions.file.readers.spreadsheet import read_spreadsheet

        return read_spreadsheet(data)
    raise UnreadableDocument("file_kind")
