"""Full-text search in documents: BM25 over their pages, and regular expressions with a time limit.

No index is built: substring counts over 2,000 pages take less time than one would.
"""

import json
import math
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.documents.text import DocumentText

# BM25's usual parameters: saturation of a term's frequency, and weight of a passage's length.
_K1, _B = 1.2, 0.75
_MAX_TERMS = 32
# A longer page is searched in passages of this size.
_PASSAGE_CHARACTERS = 4_000
_MAX_SNIPPET = 300
# Texts in which every word can be counted in no time.
_FEW = 50
# A short word is counted only where a word begins with it: "art" is not in "party".
_SHORT = 5
# Scripts without spaces between words: Han, Kana, Hangul, Thai.
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_WORD = re.compile(r"[^\W_]+")
_REGEX_SECONDS = 2.0
# Python's regular expressions cannot be interrupted, so they run in a process that can be ended.
_REGEX_PROCESS = """
import json, re, sys
pattern, limit, lines = json.load(sys.stdin)
found, expression = [], re.compile(pattern, re.IGNORECASE)
for number, line in enumerate(lines, 1):
    match = expression.search(line)
    if match:
        found.append((number, match.start()))
        if len(found) >= limit:
            break
json.dump(found, sys.stdout)
"""


class InvalidPattern(Exception):
    """The pattern is not a regular expression."""


class PatternTooSlow(Exception):
    """A regular expression exceeded its time limit."""


@dataclass(frozen=True)
class Passage:
    """A page, or a part of a long one. `first_line`, `page`: numbers in the document. `first_character`: in the line,
    of a part of a long one."""

    page: int
    first_line: int
    text: str
    first_character: int = 1


@dataclass(frozen=True)
class Match:
    """`line`, `character`: where the snippet begins; `passage`: the whole one."""

    page: int
    line: int
    character: int
    snippet: str
    passage: Passage


def passages_of(document: DocumentText) -> list[Passage]:
    """The document's pages, the long ones cut between lines, and long lines between words."""
    found = []
    for number, (page, first) in enumerate(zip(document.pages, document.first_lines, strict=True), 1):
        if len(page.text) <= _PASSAGE_CHARACTERS:
            found.append(Passage(number, first, page.text))
            continue
        lines: list[str] = []
        size, line_number = 0, first
        for position, line in enumerate(page.text.split("\n"), first):
            if lines and size + len(line) > _PASSAGE_CHARACTERS:
                found.append(Passage(number, line_number, "\n".join(lines)))
                lines, size = [], 0
            if not lines:
                line_number = position
            if len(line) > _PASSAGE_CHARACTERS:
                found += _parts_of_line(number, position, line)
                continue
            lines.append(line)
            size += len(line) + 1
        if lines:
            found.append(Passage(number, line_number, "\n".join(lines)))
    return found


def _parts_of_line(page: int, number: int, line: str) -> Iterator[Passage]:
    start = 0
    while start < len(line):
        end = start + _PASSAGE_CHARACTERS
        if end < len(line):
            # Without spaces in its second half, a part is cut anywhere.
            end = line.rfind(" ", start + _PASSAGE_CHARACTERS // 2, end) + 1 or end
        yield Passage(page, number, line[start:end], start + 1)
        start = end


def search(document: DocumentText, query: str, limit: int = 10) -> list[Match]:
    """The passages that match the words of a query best, best first."""
    return [match for _, match in search_all([document], query, limit)]


def search_all(documents: Sequence[DocumentText], query: str, limit: int = 10) -> list[tuple[int, Match]]:
    """The passages of several documents that match a query best, best first, each with its document's index."""
    passages = [(index, passage) for index, document in enumerate(documents) for passage in passages_of(document)]
    if not passages:
        return []
    texts = [passage.text.lower() for _, passage in passages]
    terms = _telling(query_terms(query), texts)
    counts = [[_count(term, text) for text in texts] for term in terms]
    average = sum(map(len, texts)) / len(texts) or 1.0
    scores = [0.0] * len(texts)
    for term_counts in counts:
        having = sum(count > 0 for count in term_counts)
        weight = math.log(1 + (len(texts) - having + 0.5) / (having + 0.5))
        for index, count in enumerate(term_counts):
            if count:
                length = 1 - _B + _B * len(texts[index]) / average
                scores[index] += weight * count * (_K1 + 1) / (count + _K1 * length)
    best = sorted((index for index, score in enumerate(scores) if score > 0), key=lambda index: -scores[index])
    return [(passages[index][0], _match(passages[index][1], terms)) for index in best[:limit]]


def search_pattern(document: DocumentText, pattern: str, limit: int = 10) -> list[Match]:
    """The first lines that match a regular expression, in any case. Raises InvalidPattern, PatternTooSlow.

    Takes up to two seconds, and starts a process: not for an event loop.
    """
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise InvalidPattern from error
    lines = document.lines
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter, and the source above
            [sys.executable, "-I", "-c", _REGEX_PROCESS],
            input=json.dumps([pattern, limit, lines]).encode(),
            capture_output=True,
            timeout=_REGEX_SECONDS,
            check=True,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise PatternTooSlow from None
    except subprocess.CalledProcessError:
        raise InvalidPattern from None
    return [
        _match_at(Passage(document.page_of(number), number, lines[number - 1]), 0, lines[number - 1], offset)
        for number, offset in json.loads(done.stdout)
    ]


def query_terms(query: str) -> list[str]:
    """The distinct words of a query; pairs of characters for scripts without spaces."""
    terms: dict[str, None] = {}
    for word in _WORD.findall(query.lower()):
        for run in _UNSPACED.findall(word):
            pairs = [run[index : index + 2] for index in range(len(run) - 1)]
            terms.update(dict.fromkeys(pairs or [run]))
        for rest in _UNSPACED.sub(" ", word).split():
            # Words are found by their beginning, so a plural also finds the singular.
            terms[rest[:-1] if len(rest) > _SHORT and rest.endswith("s") else rest] = None
    return list(terms)[:_MAX_TERMS]


def _telling(terms: Sequence[str], texts: Sequence[str]) -> Sequence[str]:
    """The terms of which most texts have none; all when there are none. The others hardly change a rank, and take long
    to count in many texts."""
    occurring = {term: sum(term in text for text in texts) for term in terms}
    return [term for term in terms if 0 < occurring[term] < max(_FEW, len(texts) / 2)] or terms


def _count(term: str, text: str) -> int:
    count = text.count(term)
    if count and len(term) < _SHORT and term.isascii():
        return len(re.findall(rf"\b{re.escape(term)}", text))
    return count


def _match(passage: Passage, terms: Sequence[str]) -> Match:
    """A passage with its line that has most of the terms."""
    lines = passage.text.split("\n")
    hits = [sum(_count(term, line) > 0 for term in terms) for line in map(str.lower, lines)]
    best = max(range(len(lines)), key=lambda index: hits[index])
    line = lines[best]
    offsets = [offset for term in terms if (offset := line.lower().find(term)) >= 0]
    return _match_at(passage, best, line, min(offsets, default=0))


def _match_at(passage: Passage, index: int, line: str, offset: int) -> Match:
    """A match in a line of a passage, with what is around it."""
    start = max(0, min(offset - _MAX_SNIPPET // 3, len(line) - _MAX_SNIPPET))
    cut = line[start : start + _MAX_SNIPPET].strip()
    snippet = ("…" if start else "") + cut + ("…" if start + _MAX_SNIPPET < len(line) else "")
    # Only a passage of one line begins within it.
    character = passage.first_character + start
    return Match(passage.page, passage.first_line + index, character, snippet, passage)
