"""PDF documents, read with PDFium: the text of each page, the values of form fields, the outline."""

import ctypes
import re

import pypdfium2
import pypdfium2.raw as pdfium

from functions.file.readers.outcome import MAX_HEADINGS, MAX_PAGES, TextBudget, UnreadableDocument
from shared.documents.text import DocumentText, Heading, Page

_OUTLINE_DEPTH = 6
_MAX_FIELD_CHARACTERS = 10_000
_MAX_FIELDS_PER_PAGE = 2_000
# PDFium marks a word that is hyphenated at the end of a line with U+FFFE, older versions with U+0002.
_HYPHENATED = re.compile("[\ufffe\x02]\\s*")
_BLANK_LINES = re.compile(r"\n{3,}")


def read_pdf(data: bytes) -> DocumentText:
    """Raises UnreadableDocument: file_encrypted, file_too_long, file_empty_text for a scan, file_unreadable."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        is_encrypted = pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower()
        raise UnreadableDocument("file_encrypted" if is_encrypted else "file_unreadable") from error
    if len(document) > MAX_PAGES:
        raise UnreadableDocument("file_too_long")
    budget = TextBudget()
    pages = [Page(budget.add(_page_text(document, index))) for index in range(len(document))]
    if not any(page.text for page in pages):
        raise UnreadableDocument("file_empty_text", len(pages)) if pages else UnreadableDocument("file_unreadable")
    return DocumentText(pages, _outline(document), has_pages=True)


def _page_text(document: pypdfium2.PdfDocument, index: int) -> str:
    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return ""  # A damaged page; the others can be read.
    text_page = page.get_textpage()
    try:
        text = text_page.get_text_range()
        fields = _form_fields(page)
    finally:
        text_page.close()
        page.close()
    text = _HYPHENATED.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))
    lines = [line.rstrip() for line in text.split("\n")]
    return _BLANK_LINES.sub("\n\n", "\n".join([*lines, *fields])).strip()


def _form_fields(page: pypdfium2.PdfPage) -> list[str]:
    """`name: value` of the filled fields. Their values are no part of the page's own text."""
    fields = []
    count = min(pdfium.FPDFPage_GetAnnotCount(page), _MAX_FIELDS_PER_PAGE)
    for index in range(count):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            if pdfium.FPDFAnnot_GetSubtype(annotation) == pdfium.FPDF_ANNOT_WIDGET:
                value = _annotation_text(annotation, b"V")
                if value and value != "Off":
                    fields.append(f"{_annotation_text(annotation, b'T')}: {value}")
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
    return fields


def _annotation_text(annotation: object, key: bytes) -> str:
    size = pdfium.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if not 2 < size <= 2 * _MAX_FIELD_CHARACTERS:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFAnnot_GetStringValue(annotation, key, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


def _outline(document: pypdfium2.PdfDocument) -> list[Heading]:
    headings: list[Heading] = []
    try:
        for bookmark in document.get_toc(max_depth=_OUTLINE_DEPTH):
            target = bookmark.get_dest()
            index = target.get_index() if target is not None else None
            title = " ".join(bookmark.get_title().split())
            if title:
                headings.append(Heading(title[:200], bookmark.level + 1, (index or 0) + 1))
            if len(headings) >= MAX_HEADINGS:
                break
    except pypdfium2.PdfiumError:
        return headings
    return headings
