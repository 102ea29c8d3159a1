"""OpenDocument texts and presentations (odt, odp).

OASIS OpenDocument 1.3, part 3. Deleted text of tracked changes stands in a list of its own, which is skipped.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from functions.file.readers.outcome import MAX_HEADINGS, MAX_PAGES, TextBudget, UnreadableDocument
from functions.file.readers.package import Package
from functions.file.readers.tables import table_row
from shared.documents.text import DocumentText, Heading, Page

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SKIPPED = {_TEXT + "tracked-changes", _OFFICE + "annotation", _TEXT + "sequence-decls", _OFFICE + "forms"}
_MAX_REPEATED = 64


def read_opendocument(package: Package) -> DocumentText:
    """Raises UnreadableDocument."""
    body = package.xml("content.xml").find(_OFFICE + "body")
    if body is None:
        raise UnreadableDocument("file_unreadable")
    slides = list(body.iter(_DRAW + "page"))
    if len(slides) > MAX_PAGES:
        raise UnreadableDocument("file_too_long")
    budget = TextBudget()
    headings: list[Heading] = []
    pages = [
        Page(budget.add("\n".join(_lines(part, headings, number)).strip()), part.get(_DRAW + "name", "")[:100])
        for number, part in enumerate(slides or [body], 1)
    ]
    if not any(page.text for page in pages):
        raise UnreadableDocument("file_empty_text")
    return DocumentText(pages, headings, has_pages=bool(slides))


def _lines(parent: Element, headings: list[Heading], page: int, depth: int = 0) -> Iterator[str]:
    for element in parent:
        tag = element.tag
        if tag in _SKIPPED:
            continue
        if tag == _TEXT + "h":
            title = " ".join(_text(element).split())
            given = element.get(_TEXT + "outline-level", "1")
            level = min(int(given), 6) if given.isdecimal() else 1
            if title and len(headings) < MAX_HEADINGS:
                headings.append(Heading(title[:200], max(1, level), page))
            yield ""
            yield f"{'#' * max(1, level)} {title}"
        elif tag == _TEXT + "p":
            yield f"{'  ' * (depth - 1)}- {_text(element)}" if depth else _text(element)
        elif tag == _TEXT + "list":
            yield from _lines(element, headings, page, depth + 1)
        elif tag == _TABLE + "table-row":
            yield table_row(_cells(element))
        else:
            yield from _lines(element, headings, page, depth)


def _cells(row: Element) -> Iterator[str]:
    for cell in row:
        if cell.tag in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            given = cell.get(_TABLE + "number-columns-repeated", "1")
            text = " ".join(_text(child) for child in cell)
            yield from [text] * (min(int(given), _MAX_REPEATED) if given.isdecimal() else 1)


def _text(element: Element) -> str:
    pieces: list[str] = []
    _collect(element, pieces)
    return "".join(pieces).strip()


def _collect(element: Element, pieces: list[str]) -> None:
    tag = element.tag
    if tag in _SKIPPED:
        return
    if tag == _TEXT + "s":
        given = element.get(_TEXT + "c", "1")
        pieces.append(" " * (min(int(given), _MAX_REPEATED) if given.isdecimal() else 1))
    elif tag == _TEXT + "tab":
        pieces.append("\t")
    elif tag == _TEXT + "line-break":
        pieces.append("\n")
    elif tag == _TEXT + "note":
        citation, note = (_inline(element.find(_TEXT + part)) for part in ("note-citation", "note-body"))
        pieces.append(f" [^{citation}: {note}]")
        return
    pieces.append(element.text or "")
    for child in element:
        _collect(child, pieces)
        pieces.append(child.tail or "")


def _inline(element: Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())
