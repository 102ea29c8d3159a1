"""The text of files in the context of a model call.

A short text goes whole into the message that brought the file, and is the same in every later turn, so that the
provider's prompt cache holds. Of a long one the outline and the first page are given there; the model searches the rest
with tools, or, without them, gets the pages that match the newest question best.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from shared.chat.parts import StoredPart
from shared.documents.search import search
from shared.documents.text import DocumentText
from shared.llm.errors import ProviderError
from shared.llm.tokens import estimate_text_tokens
from shared.storage.files import page_image_key
from shared.storage.object_store import ObjectStore, ObjectStoreUnavailable
from shared.tools.files import read_text

# Of the files of one message that are given whole; less where the model's context is known to be small.
MAX_WHOLE_TOKENS = 30_000
# Of a file of which only parts are given.
_MAX_EXCERPT_TOKENS = 8_000
# Of an excerpt: the rest is for the pages that match.
_BEGINNING = 0.3
_MAX_OUTLINE = 100
_MATCHES = 8

Given = Literal["whole", "searched", "matching", "images"]


@dataclass(frozen=True)
class PlannedMessage:
    """A message of a branch whose file parts say what the model is given of each file (shared.chat.context.ModelInput).

    `given`: `whole`; `searched` with tools; `matching` pages, put in by us; or `images` of a scan's pages.
    `given_tokens`: of it, estimated.
    """

    id: str
    role: str
    content: list[StoredPart]
    details: Mapping[str, Any] | None


@dataclass
class FileTexts:
    """Puts the texts of files into chat messages, or the images of their pages. `excerpts`: the files of which only
    matching pages were given (shared.chat.reply.FileExcerptOut). `newest_images`: keys of the newest message's."""

    excerpts: list[dict[str, Any]] = field(default_factory=list)
    newest_images: frozenset[str] = frozenset()

    def deliver(
        self, messages: Sequence[Mapping[str, Any]], user_id: str, store: ObjectStore
    ) -> list[Mapping[str, Any]]:
        """Chat messages with text and images instead of files. Reads the store: not for an event loop.

        Raises ProviderError.
        """
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
        matching = [part["file"] for part in _file_parts(messages) if part["file"]["given"] == "matching"]
        self.newest_images = frozenset(_newest_page_images(messages, user_id))
        pages = [text for file in _distinct(matching) if (text := self._matching_pages(file, question, user_id, store))]
        if pages:
            newest = max(index for index, message in enumerate(delivered) if message["role"] == "user")
            content = [*delivered[newest]["content"], *({"type": "text", "text": text} for text in pages)]
            delivered[newest] = {**delivered[newest], "content": content}
        return delivered

    def _matching_pages(self, file: Mapping[str, Any], question: str, user_id: str, store: ObjectStore) -> str:
        document = _read(store, user_id, file["id"])
        if document is None:
            return ""
        left = int(file["given_tokens"] * (1 - _BEGINNING))
        chosen = []
        for match in search(document, question, _MATCHES):
            tokens = estimate_text_tokens(match.passage.text)
            if tokens <= left:
                chosen.append(match.passage)
                left -= tokens
        chosen.sort(key=lambda passage: passage.first_line)
        pages = sorted({passage.page for passage in chosen})
        excerpt = {"id": file["id"], "name": file["name"], "pages": pages if document.has_pages else []}
        self.excerpts.append(excerpt)
        parts = [
            (f"{document.page_title(passage.page)}\n" if document.has_pages else f"[line {passage.first_line}]\n")
            + passage.text
            for passage in chosen
        ]
        return _wrapped(file["name"], document, "\n\n".join(parts)) if parts else ""


def plan_files(path: Sequence[Any], max_tokens: int | None, *, with_tools: bool) -> Sequence[Any]:
    """The messages of a branch, with the decision what the model is given of each file.

    It depends on nothing but the message and the model, so that it is the same in every turn. `max_tokens`: of the
    model's context, where it is known. `with_tools`: the model can search and read files.
    """
    whole = MAX_WHOLE_TOKENS if max_tokens is None else min(MAX_WHOLE_TOKENS, max_tokens // 4)
    return [
        PlannedMessage(message.id, message.role, _planned(message.content, whole, with_tools), message.details)
        if any(part["type"] == "file" for part in message.content)
        else message
        for message in path
    ]


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
        body = _beginning(document, int(file["given_tokens"] * _BEGINNING))
        body += f"\n[Only the beginning is here; the document has {_length(document)}."
        body += (
            f" Search it with search_file and read it with read_file; its id is {file['id']}.]"
            if file["given"] == "searched"
            else " Pages that match the question follow the newest message.]"
        )
    return {"type": "text", "text": _wrapped(file["name"], document, body)}


def _planned(content: Sequence[StoredPart], whole: int, with_tools: bool) -> list[StoredPart]:
    left = whole
    parts: list[StoredPart] = []
    for part in content:
        if part["type"] != "file":
            parts.append(part)
            continue
        tokens = part["file"]["tokens"]
        given: Given = "whole" if tokens <= left else "searched" if with_tools else "matching"
        if "images" in part["file"]:
            given = "images"
        elif given == "whole":
            left -= tokens
        else:
            tokens = min(_MAX_EXCERPT_TOKENS, whole)
        parts.append({"type": "file", "file": {**part["file"], "given": given, "given_tokens": tokens}})
    return parts


def _beginning(document: DocumentText, tokens: int) -> str:
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


def has_files(messages: Sequence[Mapping[str, Any]]) -> bool:
    return any(map(_has_files, messages))


def _file_parts(messages: Sequence[Mapping[str, Any]]) -> list[StoredPart]:
    return [part for message in messages for part in message["content"] if part["type"] == "file"]


def _distinct(files: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return list({file["id"]: file for file in files}.values())
