"""Documents: the text of a PDF, and the search in a long one.

The floors are PDFium's own part of the extraction, and one count of one word in each page.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial

import pypdfium2

from functions.file.readers.kinds import read_document
from shared.documents.search import passages_of, search
from shared.documents.text import DocumentText, Page
from tests.bench.figures import Figure, alternating, at_most, median
from tests.support.documents import pdf, text_page

_LINE = "The supplier shall deliver the goods to the address of the buyer, at the buyer's expense. "
_PDF_PAGES = 138
_SEARCHED_PAGES = 2_000
_QUERY = "penalty for late delivery"


def measure(*, quick: bool) -> Iterator[Figure]:
    data = pdf([text_page(*[f"{number}. {_LINE}" for number in range(45)]) for _ in range(_PDF_PAGES)])
    count = 3 if quick else 11
    floor, value = map(
        median, alternating(count, partial(_taken, lambda: _extract(data)), partial(_taken, lambda: _read(data)))
    )
    case = f"PDF of {_PDF_PAGES} pages"
    yield at_most("document: processor time of its text", case, value, "ms", 1_000, floor)
    pages = [Page(f"{number}\n" + f"{_LINE}\n" * 30) for number in range(_SEARCHED_PAGES)]
    document = DocumentText([*pages, Page("The penalty for late delivery is 5 percent.")], has_pages=True)
    passages_of(document)
    floor, value = map(
        median,
        alternating(count, partial(_taken, lambda: _count(document)), partial(_taken, lambda: _search(document))),
    )
    case = f"{_SEARCHED_PAGES} pages, four words"
    yield at_most("document: processor time of a search", case, value, "ms", 150, floor)


def _taken(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return (time.process_time() - before) * 1000


def _extract(data: bytes) -> None:
    for page in pypdfium2.PdfDocument(data):
        page.get_textpage().get_text_range()


def _read(data: bytes) -> None:
    assert len(read_document(data, "terms.pdf").pages) == _PDF_PAGES


def _count(document: DocumentText) -> int:
    return sum(page.text.count("penalty") for page in document.pages)


def _search(document: DocumentText) -> None:
    (match, *_) = search(document, _QUERY, 10)
    assert match.page == _SEARCHED_PAGES + 1
