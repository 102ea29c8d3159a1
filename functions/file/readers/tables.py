"""Tables as Markdown rows."""

from collections.abc import Iterable


def cell_text(text: str) -> str:
    """A cell's text on one line, with the delimiter escaped."""
    return " ".join(text.split()).replace("|", "\\|")


def table_row(cells: Iterable[str]) -> str:
    """A row of cells, without the empty ones at its end; an empty string for an empty row."""
    texts = [cell_text(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return f"| {' | '.join(texts)} |" if texts else ""
