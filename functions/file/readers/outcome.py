"""Limits of a document, and the error of one that cannot be read."""

from typing import Literal

ErrorCode = Literal["file_kind", "file_encrypted", "file_empty_text", "file_too_long", "file_unreadable"]

MAX_PAGES = 2_000
# Limit of the extracted text, as UTF-8.
MAX_TEXT_BYTES = 5_000_000
MAX_HEADINGS = 1_000


class UnreadableDocument(Exception):
    """A document without text for us; `code` is an error code of the contract. `pages`: of a scan."""

    def __init__(self, code: ErrorCode, pages: int | None = None) -> None:
        self.code: ErrorCode = code
        self.pages = pages
        super().__init__(code)


class TextBudget:
    """Counts the bytes of extracted text. `add` raises UnreadableDocument (file_too_long) beyond the limit."""

    def __init__(self, max_bytes: int = MAX_TEXT_BYTES) -> None:
        self.left = max_bytes

    def add(self, text: str) -> str:
        # Four bytes a character at most, so that short texts are not encoded for it.
        self.left -= len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
        if self.left < 0:
            raise UnreadableDocument("file_too_long")
        return text
