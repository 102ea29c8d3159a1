"""Presentations (pptx): one page for each slide, with its tables and notes.

ECMA-376 part 1, 19 (PresentationML) and 21.1 (DrawingML).
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from functions.file.readers.outcome import MAX_PAGES, TextBudget, UnreadableDocument
from functions.file.readers.package import Package
from functions.file.readers.tables import table_row
from shared.documents.text import DocumentText, Heading, Page


def read_slides(package: Package) -> DocumentText:
    """Raises UnreadableDocument."""
    main = next((part for kind, part in package.related("").values() if kind == "officeDocument"), "")
    related = package.related(main)
    slides = [related[key][1] for key in _slide_ids(package.xml(main)) if key in related]
    if len(slides) > MAX_PAGES:
        raise UnreadableDocument("file_too_long")
    budget = TextBudget()
    pages, headings = [], []
    for number, slide in enumerate(slides, 1):
        root = package.xml(slide)
        lines = list(_lines(root))
        for kind, part in package.related(slide).values():
            if kind == "notesSlide" and part in package:
                notes = [line for line in _lines(package.xml(part), is_notes=True) if line.strip()]
                lines += ["Notes:", *notes] if notes else []
        pages.append(Page(budget.add("\n".join(lines).strip())))
        if title := _title(root):
            headings.append(Heading(title[:200], 1, number))
    if not any(page.text for page in pages):
        raise UnreadableDocument("file_empty_text" if pages else "file_unreadable")
    return DocumentText(pages, headings, has_pages=True)


def _slide_ids(presentation: Element) -> Iterator[str]:
    for element in presentation.iter():
        if _tag(element) == "sldId":
            yield next((value for name, value in element.attrib.items() if name.endswith("}id")), "")


def _lines(element: Element, *, is_notes: bool = False) -> Iterator[str]:
    """The paragraphs and table rows of a slide. Its notes' page also has a picture of it and its number."""
    for child in element:
        tag = _tag(child)
        if tag == "p":
            yield _text(child)
        elif tag == "tbl":
            for row in child:
                if _tag(row) == "tr":
                    yield table_row(_text(cell) for cell in row if _tag(cell) == "tc")
        elif tag == "Fallback" or (is_notes and tag == "sp" and _placeholder(child) in ("sldNum", "sldImg", "dt")):
            continue
        else:
            yield from _lines(child, is_notes=is_notes)


def _text(element: Element) -> str:
    pieces = []
    for child in element.iter():
        tag = _tag(child)
        if tag == "t":
            pieces.append(child.text or "")
        elif tag == "br":
            pieces.append("\n")
    return "".join(pieces)


def _title(slide: Element) -> str:
    for shape in slide.iter():
        if _tag(shape) == "sp" and _placeholder(shape) in ("title", "ctrTitle"):
            return " ".join(_text(shape).split())
    return ""


def _placeholder(shape: Element) -> str:
    return next((child.get("type", "") for child in shape.iter() if _tag(child) == "ph"), "")


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
