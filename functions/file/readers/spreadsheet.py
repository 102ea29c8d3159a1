"""Spreadsheets (xlsx, xlsb, xls, ods): one page for each sheet, as a table of the cells' values."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from zipfile import ZipFile

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from functions.file.readers.outcome import MAX_PAGES, MAX_TEXT_BYTES, UnreadableDocument
from functions.file.readers.package import Package
from functions.file.readers.tables import table_row
from shared.documents.text import DocumentText, Heading, Page

# Limit of a workbook: what is beyond is cut, with a note. Two characters a cell at least.
_MAX_CHARACTERS = MAX_TEXT_BYTES // 4
_MAX_COLUMNS = 512

_MANIFEST, _CONTENT = "META-INF/manifest.xml", "content.xml"
_INDENTATION = re.compile(rb">\s*\n\s*<")

_Cell = int | float | str | bool | time | date | datetime | timedelta


def read_spreadsheet(data: bytes) -> DocumentText:
    """Raises UnreadableDocument. A sheet that is too long is cut, and says so in its last line."""
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(data))
        names = workbook.sheet_names
        if len(names) > MAX_PAGES:
            raise UnreadableDocument("file_too_long")
        left = _MAX_CHARACTERS
        pages = []
        for name in names:
            text = "\n".join(_table(workbook, name, left))
            left -= len(text)
            pages.append(Page(text, name[:100]))
    except PasswordError as error:
        raise UnreadableDocument("file_encrypted") from error
    except CalamineError as error:
        raise UnreadableDocument("file_unreadable") from error
    if not any(page.text for page in pages):
        raise UnreadableDocument("file_empty_text")
    return DocumentText(pages, [Heading(name[:200], 1, number) for number, name in enumerate(names, 1)], has_pages=True)


def read_opendocument_spreadsheet(package: Package, data: bytes) -> DocumentText:
    """Raises UnreadableDocument. calamine refuses spaces between the elements of a table, which some programs write."""
    try:
        return read_spreadsheet(data)
    except UnreadableDocument as error:
        if error.code != "file_unreadable":
            raise
    repacked = BytesIO()
    with ZipFile(repacked, "w") as archive:
        for name in ("mimetype", _MANIFEST, _CONTENT):
            if name in package:
                content = package.read(name)
                archive.writestr(name, _INDENTATION.sub(b"><", content) if name == _CONTENT else content)
    return read_spreadsheet(repacked.getvalue())


def _table(workbook: CalamineWorkbook, name: str, left: int) -> Iterator[str]:
    try:
        sheet = workbook.get_sheet_by_name(name)
    except CalamineError:
        yield "[This sheet cannot be read.]"
        return
    number = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        line = table_row(_cell(value) for value in row[:_MAX_COLUMNS])
        if len(row) > _MAX_COLUMNS:
            line += f" [{len(row) - _MAX_COLUMNS} more columns are left out.]"
        left -= len(line) + 1
        if left < 0:
            yield f"[The rows from {number} to {sheet.height} of this sheet are left out, because it is too long.]"
            return
        if line:
            yield line


def _cell(value: _Cell) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # Spreadsheets have no integers, and show 15 digits.
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else f"{value:.15g}"
    if isinstance(value, datetime):
        has_time = (value.hour, value.minute, value.second) != (0, 0, 0)
        return value.isoformat(" ", "seconds") if has_time else value.date().isoformat()
    return str(value)
