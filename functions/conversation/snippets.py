"""Search snippets: the text around the words of a search, and where they are in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from shared.db.repositories.search import FoundText, find_texts

_MATCHES_PER_CONVERSATION = 3


@dataclass(frozen=True)
class Match:
    """`ranges` in UTF-16 code units of the snippet."""

    message_id: str
    snippet: str
    ranges: list[tuple[int, int]]


def find_matches(
    session: Session, user_id: str, conversation_ids: Sequence[str], words: Sequence[str]
) -> dict[str, list[Match]]:
    """At most three messages of each conversation that have one of the words, newest first."""
    matches: dict[str, list[Match]] = {conversation_id: [] for conversation_id in conversation_ids}
    if conversation_ids:
        for found in find_texts(session, user_id, conversation_ids, words, _MATCHES_PER_CONVERSATION):
            matches[found.conversation_id].append(_match(found, words))
    return matches


def _match(found: FoundText, words: Sequence[str]) -> Match:
    text = " ".join(found.text.split())
    snippet = f"{'…' if found.is_cut_before else ''}{text}{'…' if found.is_cut_after else ''}"
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    ranges = [
        (_utf16_length(snippet[: part.start()]), _utf16_length(snippet[: part.end()]))
        for part in re.finditer(pattern, snippet, re.IGNORECASE)
    ]
    return Match(found.message_id, snippet, ranges)


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
