"""The text of files, and the page images of scans, in the context of a model call (shared.chat.file_plan).

A short text goes whole into the message that brought the file, and is the same in every later turn, so that the
provider's prompt cache holds. Of a long one the outline and the first page are given there; the model searches the rest
with tools, or, without them, gets the pages that match the newest question best. The files of a project are searched
with tools, too, or by us; the pages of its scans go into the first message.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from shared.chat.file_plan import ProjectFiles
from shared.chat.parts import StoredPart
from shared.documents.search import Passage, search_all
from shared.documents.text import DocumentText
from shared.llm.errors import ProviderError
from shared.llm.tokens import estimate_text_tokens
from shared.storage.files import page_image_key
from shared.storage.object_store import ObjectStore, ObjectStoreUnavailable
from shared.tools.files import read_text

# The first page's share of an excerpt; the rest is for the pages that match.
_FIRST_PAGE_SHARE = 0.3
_MAX_OUTLINE = 100
_MATCHES = 8
_PROJECT_MATCHES = 16
# Texts of a project that are read at the same time.
_PARALLEL_READS = 8


@dataclass
class FileTexts:
    """Puts the texts of files into chat messages, or the images of their pages.

    `project`: the files of the conversation's project. `with_tools`: the model searches files with tools.
    `excerpts`: the files of which only matching pages were given (shared.chat.reply.FileExcerptOut). `newest_images`:
    keys of the newest message's.
    """

    project: ProjectFiles = field(default_factory=ProjectFiles)
    with_tools: bool = False
    excerpts: list[dict[str, Any]] = field(default_factory=list)
    newest_images: frozenset[str] = frozenset()

    @property
    def project_tokens(self) -> int:
        """An estimate of what is given of the project's files."""
        return self.project.given_tokens(with_tools=self.with_tools)

    def has_any(self, messages: Sequence[Mapping[str, Any]]) -> bool:
        """Whether a model call with these messages is given files, or offered tools to search them."""
        return any(map(_has_files, messages)) or bool(self.project.scans or self.project.texts)

    def deliver(
        self,
        messages: Sequence[Mapping[str, Any]],
        user_id: str,
        store: ObjectStore,
        *,
        tools_refused: bool = False,
    ) -> list[Mapping[str, Any]]:
        """Chat messages with text and images instead of files. Reads the store: not for an event loop.

        `tools_refused`: the model takes no tools, although it was planned to search with them. Raises ProviderError.
        """
        if tools_refused:
            messages = [_without_search(message) if _has_files(message) else message for message in messages]
        question = _question(messages)
        self.excerpts = []
        delivered = [
            {
                **message,
                "content": [given for part in message["content"] for given in _given_parts(part, user_id, store)],
            }
            if _has_files(message)
            else message
            for message in messages
        ]
        self.newest_images = frozenset(_newest_page_images(messages, user_id))
        matching = [part["file"] for part in _file_parts(messages) if part["file"]["given"] == "matching"]
        added: list[StoredPart] = []
        for file in _distinct(matching):
            tokens = int(file["given_tokens"] * (1 - _FIRST_PAGE_SHARE))
            if (document := _read(store, user_id, file["id"])) is not None:
                added += self._matching([(file, document)], question, tokens, _MATCHES, is_excerpt=True)
        if self.project.texts and (tools_refused or not self.with_tools):
            added += self._project_texts(question, user_id, store)
        asked = [index for index, message in enumerate(delivered) if message["role"] == "user"]
        if added:
            newest = delivered[asked[-1]]
            delivered[asked[-1]] = {**newest, "content": [*newest["content"], *added]}
        if self.project.scans:
            oldest = delivered[asked[0]]
            delivered[asked[0]] = {**oldest, "content": [*self._project_scans(user_id, store), *oldest["content"]]}
        return delivered

    def _project_scans(self, user_id: str, store: ObjectStore) -> list[StoredPart]:
        parts: list[StoredPart] = []
        for file in self.project.scans:
            if file["images"] == 0:
                note = f"[The project has the scan {_quoted(file['name'])}. It is too long to be sent with the others.]"
                parts.append({"type": "text", "text": note})
                continue
            parts += _page_images(file, user_id, store)
            if file["images"] < file["pages"]:
                self._add_excerpt(file, list(range(1, file["images"] + 1)))
        return parts

    def _project_texts(self, question: str, user_id: str, store: ObjectStore) -> list[StoredPart]:
        """All texts of a project's files where they are short, or else the pages of all of them that match best."""
        files = self.project.texts
        with ThreadPoolExecutor(_PARALLEL_READS) as pool:
            documents = list(pool.map(partial(_read, store, user_id), [file["id"] for file in files]))
        read = [(file, document) for file, document in zip(files, documents, strict=True) if document is not None]
        names = ", ".join(_quoted(file["name"]) for file, _ in read)
        if sum(file["tokens"] for file, _ in read) <= self.project.text_tokens:
            parts = [_as_text(_wrapped(file["name"], document, document.text)) for file, document in read]
            follows = "They follow."
        else:
            parts = self._matching(read, question, self.project.text_tokens, _PROJECT_MATCHES, is_excerpt=False)
            follows = "Their pages that match the question follow." if parts else "None of their pages was found."
        return [_as_text(f"[The project has the files {names}. {follows}]"), *parts] if read else []

    def _matching(
        self,
        files: Sequence[tuple[Mapping[str, Any], DocumentText]],
        question: str,
        tokens: int,
        limit: int,
        *,
        is_excerpt: bool,
    ) -> list[StoredPart]:
        """The pages of files that match a question best and have so many tokens at most; by file, in order.

        `is_excerpt`: the beginning of each file is in a message, so that it is an excerpt even when no page matches.
        """
        chosen: dict[int, list[Passage]] = {}
        for index, match in search_all([document for _, document in files], question, limit):
            needed = estimate_text_tokens(match.passage.text)
            if needed <= tokens:
                chosen.setdefault(index, []).append(match.passage)
                tokens -= needed
        parts = []
        for index, (file, document) in enumerate(files):
            passages = sorted(chosen.get(index, []), key=lambda passage: (passage.first_line, passage.first_character))
            if passages or is_excerpt:
                pages = sorted({passage.page for passage in passages})
                self._add_excerpt(file, pages if document.has_pages else [])
            if passages:
                parts.append(_as_text(_wrapped(file["name"], document, _passages_text(document, passages))))
        return parts

    def _add_excerpt(self, file: Mapping[str, Any], pages: list[int]) -> None:
        self.excerpts.append({"id": file["id"], "name": file["name"], "pages": pages})


def _passages_text(document: DocumentText, passages: Sequence[Passage]) -> str:
    return "\n\n".join(
        (f"{document.page_title(passage.page)}\n" if document.has_pages else f"[line {passage.first_line}]\n")
        + passage.text
        for passage in passages
    )


def _as_text(text: str) -> StoredPart:
    return {"type": "text", "text": text}


def _without_search(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """A message whose files that were to be searched with tools are given as matching pages."""
    content = [
        {**part, "file": {**part["file"], "given": "matching"}}
        if part["type"] == "file" and part["file"]["given"] == "searched"
        else part
        for part in message["content"]
    ]
    return {**message, "content": content}


def _read(store: ObjectStore, user_id: str, file_id: str) -> DocumentText | None:
    """The text of a user's file; None when it was deleted. Raises ProviderError when the store fails."""
    try:
        return read_text(store, user_id, file_id)
    except ObjectStoreUnavailable:
        raise ProviderError("A file of the conversation could not be read.") from None


def _given_parts(part: StoredPart, user_id: str, store: ObjectStore) -> list[StoredPart]:
    if part["type"] != "file":
        return [part]
    file = part["file"]
    return _page_images(file, user_id, store) if file["given"] == "images" else [_text_part(file, user_id, store)]


def _page_images(file: Mapping[str, Any], user_id: str, store: ObjectStore) -> list[StoredPart]:
    """A scan as images. Raises ProviderError when the store fails."""
    keys = _page_image_keys(file, user_id)
    try:
        is_deleted = store.describe(keys[0]) is None
    except ObjectStoreUnavailable:
        raise ProviderError("A file of the conversation could not be read.") from None
    if is_deleted:
        return [_deleted(file)]
    name, count = _quoted(file["name"]), len(keys)
    shown = f"The images show its pages 1 to {count}" if count > 1 else "The image shows its page"
    more = "" if count == file["pages"] else f" of {file['pages']}"
    note = f"[The file {name} is a scan. {shown}{more}. Cite as [{name} p. N].]"
    return [{"type": "text", "text": note}, *({"type": "image_url", "image_url": {"key": key}} for key in keys)]


def _page_image_keys(file: Mapping[str, Any], user_id: str) -> list[str]:
    return [page_image_key(user_id, file["id"], page) for page in range(1, file["images"] + 1)]


def _newest_page_images(messages: Sequence[Mapping[str, Any]], user_id: str) -> list[str]:
    newest = [message for message in messages if message["role"] == "user"][-1:]
    return [
        key
        for part in _file_parts(newest)
        if part["file"]["given"] == "images"
        for key in _page_image_keys(part["file"], user_id)
    ]


def _deleted(file: Mapping[str, Any]) -> StoredPart:
    return {"type": "text", "text": f"[The file {_quoted(file['name'])} was here. It has been deleted.]"}


def _text_part(file: Mapping[str, Any], user_id: str, store: ObjectStore) -> StoredPart:
    document = _read(store, user_id, file["id"])
    if document is None:
        return _deleted(file)
    if file["given"] == "whole":
        body = document.text
    else:
        body = _first_page(document, int(file["given_tokens"] * _FIRST_PAGE_SHARE))
        body += f"\n[Only the beginning is here; the document has {_length(document)}."
        body += (
            f" Search it with search_file and read it with read_file; its id is {file['id']}.]"
            if file["given"] == "searched"
            else " Pages that match the question follow the newest message.]"
        )
    return {"type": "text", "text": _wrapped(file["name"], document, body)}


def _first_page(document: DocumentText, tokens: int) -> str:
    """The outline and the first page, cut to so many tokens."""
    outline = [
        f"{'  ' * (heading.level - 1)}{heading.title}" + (f" (page {heading.page})" if document.has_pages else "")
        for heading in document.outline[:_MAX_OUTLINE]
    ]
    shown = _cut("\n".join(outline), tokens // 2)
    first = next((number for number, page in enumerate(document.pages, 1) if page.text.strip()), 1)
    title = f"{document.page_title(first)}\n" if document.has_pages else ""
    text = _cut(document.pages[first - 1].text, tokens - estimate_text_tokens(shown))
    return (f"Outline:\n{shown}\n\n" if shown else "") + title + text


def _cut(text: str, tokens: int) -> str:
    """The first lines of a text, or of its first line the beginning."""
    if estimate_text_tokens(text) <= tokens:
        return text
    lines: list[str] = []
    for line in text.split("\n"):
        tokens -= estimate_text_tokens(line) + 1
        if tokens < 0:
            return "\n".join([*lines, line[: max(0, tokens + estimate_text_tokens(line) + 1)]]) + " …"
        lines.append(line)
    return "\n".join(lines)


def _wrapped(name: str, document: DocumentText, body: str) -> str:
    hint = f"cite as [{_quoted(name)} p. N]" if document.has_pages else f"cite as [{_quoted(name)}]"
    return f'<file name="{_quoted(name)}" note="{hint}">\n{body.replace("</file", "< /file")}\n</file>'


def _quoted(name: str) -> str:
    return name.replace('"', "'").replace("<", "(").replace(">", ")")


def _length(document: DocumentText) -> str:
    return f"{len(document.pages)} pages" if document.has_pages else f"{len(document.lines)} lines"


def _question(messages: Sequence[Mapping[str, Any]]) -> str:
    """The text of the newest message of the user."""
    newest: Mapping[str, Any] = next(
        (message for message in reversed(messages) if message["role"] == "user"), {"content": []}
    )
    return "\n".join(part["text"] for part in newest["content"] if part["type"] == "text")


def _has_files(message: Mapping[str, Any]) -> bool:
    return any(part["type"] == "file" for part in message["content"])


def _file_parts(messages: Sequence[Mapping[str, Any]]) -> list[StoredPart]:
    return [part for message in messages for part in message["content"] if part["type"] == "file"]


def _distinct(files: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return list({file["id"]: file for file in files}.values())
