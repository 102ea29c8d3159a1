"""Word documents (docx): text with headings, lists, tables, footnotes, formulas; tracked changes as accepted; at the
end the comments, headers and footers.

ECMA-376 part 1, 17 (WordprocessingML).
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from functions.file.readers.outcome import MAX_HEADINGS, TextBudget, UnreadableDocument
from functions.file.readers.package import Package
from functions.file.readers.tables import table_row
from shared.documents.text import DocumentText, Heading, Page

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
# Deleted or moved away, instructions of fields, and copies for old readers of what stands beside them.
_SKIPPED = {"del", "moveFrom", "instrText", "delText", "Fallback", "pPr", "rPr", "tblPr", "trPr", "tcPr", "sectPr"}
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-", "ptab": "\t"}
_ASIDES = ("comments", "header", "footer")
_MAX_ASIDES = 100
_NOTES = {"footnoteReference": "footnote", "endnoteReference": "endnote"}


def read_word(package: Package) -> DocumentText:
    """Raises UnreadableDocument."""
    name = next((part for kind, part in package.related("").values() if kind == "officeDocument"), "word/document.xml")
    related = dict(package.related(name).values())
    reader = _Reader(_heading_levels(package, related.get("styles", "")))
    for element in package.xml(name):
        if _tag(element) == "body":
            reader.read_blocks(element)
    for note in ("footnote", "endnote"):
        part = related.get(f"{note}s", "")
        if part in package:
            reader.read_notes(package.xml(part), note)
    if any(reader.lines):
        for kind, part in package.related(name).values():
            if kind in _ASIDES and part in package:
                reader.read_aside(package.xml(part), kind)
    text = "\n".join(reader.lines).strip()
    if not text:
        raise UnreadableDocument("file_empty_text")
    return DocumentText([Page(text)], reader.headings)


def _heading_levels(package: Package, styles: str) -> dict[str, int]:
    """Style id → level of heading, from the styles' names, which are not localised in the file."""
    levels = {}
    for style in package.xml(styles) if styles in package else ():
        name = next((_value(child) for child in style if _tag(child) == "name"), "").lower()
        if name == "title":
            levels[_attribute(style, "styleId")] = 1
        elif name.startswith("heading ") and name[8:].isdecimal():
            levels[_attribute(style, "styleId")] = min(int(name[8:]), 6)
    return levels


class _Reader:
    def __init__(self, levels: dict[str, int]) -> None:
        self.lines: list[str] = []
        self.headings: list[Heading] = []
        self._levels = levels
        self._budget = TextBudget()

    def read_blocks(self, parent: Element) -> None:
        """The paragraphs and tables below an element, through content controls and other wrappers."""
        for element in parent:
            tag = _tag(element)
            if tag == "p":
                self._read_paragraph(element)
            elif tag == "tbl":
                self._read_table(element)
            elif tag not in _SKIPPED:
                self.read_blocks(element)

    def read_notes(self, notes: Element, kind: str) -> None:
        for note in notes:
            # The separators between text and notes are notes, too.
            if _tag(note) == kind and _attribute(note, "type") in ("", "normal"):
                self._add(f"[^{_note_label(kind, note)}]: {' '.join(_text(note).split())}")

    def read_aside(self, part: Element, kind: str) -> None:
        """The comments, or a header or footer; one that several sections have is read once."""
        if kind == "comments":
            shown = [(f"Comment by {_attribute(comment, 'author')}", comment) for comment in part]
        else:
            shown = [(kind.capitalize(), part)]
        for title, element in shown:
            text = " ".join(_text(element).split())
            line = f"[{title}: {text}]"
            if text and line not in self.lines[-_MAX_ASIDES:]:
                self._add(line)

    def _read_paragraph(self, paragraph: Element) -> None:
        text = _text(paragraph).strip()
        if not text:
            return
        style, is_listed, depth = _properties(paragraph)
        level = self._levels.get(style)
        if level is not None:
            title = " ".join(text.split())
            if len(self.headings) < MAX_HEADINGS:
                self.headings.append(Heading(title[:200], level, 1))
            self._add("")
            text = f"{'#' * level} {title}"
        elif is_listed:
            text = f"{'  ' * depth}- {text}"
        self._add(text)

    def _read_table(self, table: Element) -> None:
        self._add("")
        for row in _children(table, "tr"):
            if line := table_row(_cells(row)):
                self._add(line)
        self._add("")

    def _add(self, line: str) -> None:
        self.lines.append(self._budget.add(line))


def _cells(row: Element) -> Iterator[str]:
    for cell in _children(row, "tc"):
        yield _text(cell)
        properties = next((child for child in cell if _tag(child) == "tcPr"), None)
        span = next((child for child in properties or () if _tag(child) == "gridSpan"), None)
        columns = _value(span) if span is not None else ""
        # A merged cell has its text in its first column.
        yield from [""] * (min(int(columns), 64) - 1 if columns.isdecimal() else 0)


def _children(parent: Element, wanted: str) -> Iterator[Element]:
    """The children of a name, through content controls and tracked insertions."""
    for child in parent:
        tag = _tag(child)
        if tag == wanted:
            yield child
        elif tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            yield from _children(child, wanted)


def _text(element: Element) -> str:
    """The text below an element. Paragraphs and rows end with a line end, cells with a space."""
    pieces: list[str] = []
    _collect(element, pieces)
    return "".join(pieces)


def _collect(element: Element, pieces: list[str]) -> None:
    for child in element:
        tag = _tag(child)
        if tag in _SKIPPED:
            continue
        if tag == "t":
            pieces.append(child.text or "")
        elif tag in _BREAKS:
            pieces.append(_BREAKS[tag])
        elif tag in _NOTES:
            pieces.append(f"[^{_note_label(_NOTES[tag], child)}]")
        elif tag == "f":  # A fraction of a formula, as numerator/denominator.
            parts = [_text(part).strip() for part in child if _tag(part) in ("num", "den")]
            pieces.append("/".join(f"({part})" if " " in part or "+" in part else part for part in parts))
        elif tag in ("sup", "sub") and _tag(element) in ("sSup", "sSub", "sSubSup"):
            pieces.append("^" if tag == "sup" else "_")
            _collect(child, pieces)
        else:
            _collect(child, pieces)
            if tag in ("p", "tr"):
                pieces.append("\n")
            elif tag == "tc":
                pieces.append(" ")


def _properties(paragraph: Element) -> tuple[str, bool, int]:
    """Style id, whether the paragraph is of a list, and its depth there."""
    style, is_listed, depth = "", False, 0
    for properties in paragraph:
        if _tag(properties) != "pPr":
            continue
        for item in properties:
            if _tag(item) == "pStyle":
                style = _value(item)
            elif _tag(item) == "numPr":
                is_listed = True
                level = next((_value(child) for child in item if _tag(child) == "ilvl"), "0")
                depth = min(int(level), 8) if level.isdecimal() else 0
    return style, is_listed, depth


def _note_label(kind: str, element: Element) -> str:
    return ("e" if kind == "endnote" else "") + _attribute(element, "id")


def _tag(element: Element) -> str:
    """The name without its namespace: transitional and strict documents differ only there."""
    return str(element.tag).rpartition("}")[2]


def _value(element: Element) -> str:
    return _attribute(element, "val")


def _attribute(element: Element, name: str) -> str:
    return element.get(_W + name) or element.get(_STRICT + name) or ""
