"""HTML as Markdown-like text: headings, lists, tables, links' texts; without scripts, styles and hidden parts."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from functions.file.readers.outcome import MAX_HEADINGS, TextBudget, UnreadableDocument
from functions.file.readers.plain import decode_text
from functions.file.readers.tables import table_row
from shared.documents.text import DocumentText, Heading, Page

_SKIPPED = {"script", "style", "noscript", "template", "head", "svg", "math-annotation", "iframe", "object", "select"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption", "h1", "h2", "h3", "h4", "h5", "h6", "br",
}  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_PARAGRAPHS = {"p", "table", "pre", *_HEADINGS}
_SPACES = re.compile(r"[ \t\r\n\f]+")
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{1,40})", re.I)


def read_html(data: bytes) -> DocumentText:
    """Raises UnreadableDocument."""
    declared = _DECLARED.search(data[:4096])
    text, headings = html_text(decode_text(data, declared[1].decode("ascii") if declared else None))
    if not text:
        raise UnreadableDocument("file_empty_text")
    TextBudget().add(text)
    return DocumentText([Page(text)], headings)


def html_text(source: str, page: int = 1) -> tuple[str, list[Heading]]:
    """The text of a page, and its headings, as being on the page of this number."""
    writer = _Writer(page)
    root = LexborHTMLParser(source).body
    if root is not None:
        writer.walk(root)
    writer.end_line()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(writer.lines)).strip(), writer.headings


class _Writer:
    """Walks a document without recursion: nesting is as deep as its author likes."""

    def __init__(self, page: int) -> None:
        self.lines: list[str] = []
        self.headings: list[Heading] = []
        self._page = page
        self._line: list[str] = []
        self._prefix = ""  # Prefix of the next line.
        self._rows: list[list[str]] = []  # The rows that are open, and their cells.
        self._lists = 0
        self._verbatim = 0

    def walk(self, root: LexborNode) -> None:
        stack: list[tuple[LexborNode, bool]] = [(root, False)]
        while stack:
            node, is_end = stack.pop()
            if is_end:
                self._end(node.tag or "")
                continue
            tag = node.tag or ""
            if tag == "-text":
                self._add_text(node.text_content or "")
                continue
            if tag in _SKIPPED or tag.startswith(("-", "!")) or "hidden" in node.attributes:
                continue
            self._start(tag)
            stack.append((node, True))
            children = []
            child = node.child
            while child is not None:
                children.append(child)
                child = child.next
            stack += [(child, False) for child in reversed(children)]

    def end_line(self) -> None:
        line = "".join(self._line)
        line = line if self._verbatim else line.strip()
        self._line = []
        if not line:
            return
        if self._rows:
            if self._rows[-1]:
                self._rows[-1][-1] += f" {line}"
            return
        self.lines.append(self._prefix + line)
        self._prefix = ""

    def _add_text(self, text: str) -> None:
        if self._verbatim and not self._rows:
            *lines, last = text.split("\n")
            for line in lines:
                self._line.append(line)
                self.lines.append("".join(self._line))
                self._line = []
            self._line.append(last)
            return
        text = _SPACES.sub(" ", text)
        if text != " " or self._line:
            self._line.append(text)

    def _start(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.end_line()
        if tag in _PARAGRAPHS and not self._rows:
            self.lines.append("")
        if tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th") and self._rows:
            self._rows[-1].append("")
        elif tag in ("ul", "ol"):
            self._lists += 1
        elif tag == "li":
            self._prefix = "  " * min(self._lists - 1, 8) + "- "
        elif tag in _HEADINGS:
            self._prefix = "#" * _HEADINGS[tag] + " "
        elif tag == "pre":
            self._verbatim += 1

    def _end(self, tag: str) -> None:
        if tag in _HEADINGS:
            self._add_heading(_HEADINGS[tag])
        if tag in _BLOCKS:
            self.end_line()
            self._prefix = ""
        if tag == "tr":
            row = table_row(self._rows.pop())
            if row:
                self._line = [row]
                self.end_line()
        elif tag in ("ul", "ol"):
            self._lists -= 1
        elif tag == "pre":
            self._verbatim -= 1
        if tag in ("p", "table") and not self._rows:
            self.lines.append("")

    def _add_heading(self, level: int) -> None:
        title = " ".join("".join(self._line).split())
        if title and len(self.headings) < MAX_HEADINGS:
            self.headings.append(Heading(title[:200], level, self._page))
