"""Books (EPUB): one page for each chapter, in the order of reading.

https://www.w3.org/TR/epub-33/
"""

from posixpath import dirname, join, normpath
from urllib.parse import unquote

from functions.file.readers.html import html_text
from functions.file.readers.outcome import MAX_HEADINGS, MAX_PAGES, TextBudget, UnreadableDocument
from functions.file.readers.package import Package
from functions.file.readers.plain import decode_text
from shared.documents.text import DocumentText, Heading, Page

_CONTAINER = "META-INF/container.xml"
_CHAPTER_TYPES = ("application/xhtml+xml", "text/html")


def read_book(package: Package) -> DocumentText:
    """Raises UnreadableDocument: file_encrypted for one with digital rights management."""
    main = next(
        (item.get("full-path", "") for item in package.xml(_CONTAINER).iter() if item.tag.endswith("}rootfile")), ""
    )
    root = package.xml(main)
    parts = {
        item.get("id", ""): normpath(join(dirname(main), unquote(item.get("href", ""))))
        for item in root.iter()
        if item.tag.endswith("}item") and item.get("media-type") in _CHAPTER_TYPES
    }
    chapters = [parts.get(item.get("idref", ""), "") for item in root.iter() if item.tag.endswith("}itemref")]
    chapters = [part for part in chapters if part in package]
    if any(f'"{part}"'.encode() in _encrypted_parts(package) for part in chapters):
        raise UnreadableDocument("file_encrypted")
    if len(chapters) > MAX_PAGES:
        raise UnreadableDocument("file_too_long")
    budget = TextBudget()
    pages: list[Page] = []
    headings: list[Heading] = []
    for number, part in enumerate(chapters, 1):
        text, found = html_text(decode_text(package.read(part)), number)
        pages.append(Page(budget.add(text), found[0].title[:100] if found else ""))
        headings += found[: MAX_HEADINGS - len(headings)]
    if not any(page.text for page in pages):
        raise UnreadableDocument("file_empty_text" if pages else "file_unreadable")
    return DocumentText(pages, headings, has_pages=True)


def _encrypted_parts(package: Package) -> bytes:
    """Fonts may be listed, too: obfuscated ones are in books without rights management."""
    name = "META-INF/encryption.xml"
    return package.read(name) if name in package else b""
