"""The sources of a reply: web pages that its text cites by their numbers, each of which keeps its number."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from shared.db.models import MessageStep
from shared.llm.answer import Source
from shared.tools.tool import ToolSource

# Per reply, as the reader of a model's answer limits its sources (shared.llm.answer_reader).
_MAX_SOURCES = 50
_MAX_URL = 2_000
_MAX_TITLE = 300

# As in the details of a reply, and in a step: `n`, `title` and `url`.
StoredSource = dict[str, Any]


def list_sources(details: Mapping[str, Any] | None, steps: Sequence[MessageStep]) -> list[StoredSource]:
    """The sources of a reply so far: those in its `details`, and those of its steps."""
    found = {source["url"]: source for source in (details or {}).get("sources", ())}
    for step in steps:
        for source in step.sources or ():
            found.setdefault(source["url"], source)
    return list(found.values())


def number_sources(known: Sequence[StoredSource], sources: Sequence[ToolSource]) -> list[StoredSource]:
    """The sources of a tool's result with their numbers in the reply, whose sources are `known`."""
    by_url = {source["url"]: source for source in known}
    number = max((source["n"] for source in known), default=0)
    found: list[StoredSource] = []
    for source in sources:
        entry = by_url.get(source.url)
        if entry is None and number < _MAX_SOURCES and len(source.url) <= _MAX_URL:
            number += 1
            title = (source.title or source.url)[:_MAX_TITLE]
            entry = by_url[source.url] = {"n": number, "title": title, "url": source.url}
        if entry is not None:
            found.append(entry)
    return found


def add_cited(known: Sequence[StoredSource], cited: Sequence[Source]) -> list[StoredSource]:
    """The sources of a reply with those that the answers of its model cite. The `known` ones keep their numbers."""
    urls = {source["url"] for source in known}
    new = list({source.url: source for source in cited if source.url not in urls}.values())
    first = max((source["n"] for source in known), default=0) + 1
    return [
        *known,
        *(
            {"n": n, "title": source.title or urlsplit(source.url).hostname or source.url, "url": source.url}
            for n, source in enumerate(new, start=first)
        ),
    ]
