"""The extracted text of a document, as it is stored beside the document.

Lines are numbered from 1 through the whole document, and pages from 1. A page is a page of a PDF, a slide, a sheet or
a chapter; a document without pages is a single one.
"""

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_VERSION = 1


@dataclass(frozen=True)
class Page:
    """`label`: the sheet's or chapter's name, empty where a page has only its number."""

    text: str
    label: str = ""


@dataclass(frozen=True)
class Heading:
    """An entry of the outline. `level` and `page` are counted from 1."""

    title: str
    level: int
    page: int


@dataclass(frozen=True)
class DocumentText:
    """`has_pages`: whether the pages are the document's own, so that a citation can name one."""

    pages: Sequence[Page]
    outline: Sequence[Heading] = ()
    has_pages: bool = False

    @cached_property
    def lines(self) -> Sequence[str]:
        return [line for page in self.pages for line in page.text.split("\n")]

    @cached_property
    def first_lines(self) -> Sequence[int]:
        """The number of each page's first line."""
        first, numbers = 1, []
        for page in self.pages:
            numbers.append(first)
            first += page.text.count("\n") + 1
        return numbers

    def page_of(self, line: int) -> int:
        """The number of the page that a line is on."""
        return max(1, bisect_right(self.first_lines, line))

    @property
    def text(self) -> str:
        """All pages, each after its number and label where the document has pages."""
        if not self.has_pages:
            return "\n".join(page.text for page in self.pages)
        return "\n\n".join(f"{self.page_title(number)}\n{page.text}" for number, page in enumerate(self.pages, 1))

    def page_title(self, number: int) -> str:
        label = self.pages[number - 1].label
        return f"[page {number}: {label}]" if label else f"[page {number}]"

    def to_json(self) -> bytes:
        pages = [
            {"line": line, "label": page.label, "text": page.text}
            for line, page in zip(self.first_lines, self.pages, strict=True)
        ]
        outline = [vars(heading) for heading in self.outline]
        body = {"version": _VERSION, "has_pages": self.has_pages, "pages": pages, "outline": outline}
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    @classmethod
    def from_json(cls, data: bytes) -> "DocumentText":
        """Raises ValueError for anything that `to_json` did not write."""
        body: Mapping[str, Any] = json.loads(data)
        if not isinstance(body, dict) or body.get("version") != _VERSION:
            raise ValueError("not the text of a document")
        return cls(
            pages=[Page(page["text"], page["label"]) for page in body["pages"]],
            outline=[Heading(**heading) for heading in body["outline"]],
            has_pages=body["has_pages"],
        )
