"""The built-in tools `search_file` and `read_file`, for the files of a conversation and of its project."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from shared.db.models import File
from shared.db.repositories import files
from shared.db.session import transaction
from shared.documents.search import InvalidPattern, Match, PatternTooSlow, search, search_pattern
from shared.documents.text import DocumentText
from shared.storage import get_object_store
from shared.storage.files import text_key
from shared.storage.object_store import ObjectStore, ObjectStoreUnavailable
from shared.threads import run_in_thread
from shared.tools.choice import ChosenTools
from shared.tools.tool import (
    AskUser,
    InputAnswer,
    ListedTools,
    Tool,
    ToolContext,
    ToolOutcome,
    ToolProvider,
    ToolResult,
)

# An object with the text of a document: 5 MB of text, as JSON.
_MAX_TEXT_OBJECT_BYTES = 40_000_000
# Texts that were read last, for the next call or turn with the same files; a text takes up to some 10 MB.
_CACHED_TEXTS = 4
_MAX_LISTED = 50
_MAX_MATCHES = 10
_DEFAULT_LINES = 200
_MAX_CHARACTERS = 20_000

_FILE: Mapping[str, Any] = {"type": "string", "description": "The file's id or name"}
_SEARCH: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "file": _FILE,
        "query": {"type": "string", "description": "Words to find; the best-matching passages come first"},
        "regex": {"type": "string", "description": "Instead of `query`: a regular expression that a line matches"},
    },
    "required": ["file"],
}
_READ: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "file": _FILE,
        "page": {"type": "integer", "minimum": 1, "description": "The first page to read"},
        "pages": {"type": "integer", "minimum": 1, "description": "How many pages; 1 by default"},
        "line": {"type": "integer", "minimum": 1, "description": "Instead of `page`: the first line to read"},
        "character": {"type": "integer", "minimum": 1, "description": "In a very long line: the first one to read"},
        "lines": {"type": "integer", "minimum": 1, "description": f"How many lines; {_DEFAULT_LINES} by default"},
    },
    "required": ["file"],
}
_DESCRIPTIONS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "search_file": ("Search in a file", "Finds passages of a file, with their page and line.", _SEARCH),
    "read_file": ("Read a file", "Reads pages or lines of a file. Cite what you use as [name p. N].", _READ),
}


async def open_file_tools(context: ToolContext, choice: Sequence[ChosenTools]) -> Sequence[ToolProvider]:
    """The provider of the tools chosen; none when no tool for files was."""
    names = [name for name in _DESCRIPTIONS if name in choice]
    return [FileTools(context, names)] if names else []


def read_text(store: ObjectStore, user_id: str, file_id: str) -> DocumentText | None:
    """The text of a user's file; None when it was deleted. Raises ObjectStoreUnavailable."""
    data = store.read(text_key(user_id, file_id), _MAX_TEXT_OBJECT_BYTES)
    return None if data is None else _parsed(data)


@lru_cache(maxsize=_CACHED_TEXTS)
def _parsed(data: bytes) -> DocumentText:
    return DocumentText.from_json(data)


class FileTools:
    """Provider of the tools for files (shared.tools.tool.ToolProvider)."""

    def __init__(self, context: ToolContext, names: Sequence[str]) -> None:
        self._context = context
        self._names = names

    async def list(self) -> ListedTools:
        found = await run_in_thread(self._files)
        if not found:
            return ListedTools(())
        listed = ", ".join(f"{file.name} (id {file.id})" for file in found[:_MAX_LISTED])
        return ListedTools([_tool(name, f" Files: {listed}.") for name in self._names])

    async def call(
        self,
        tool: Tool,
        arguments: Mapping[str, Any],
        answer: InputAnswer | None,
        idempotency_key: str,
        ask_user: AskUser,
    ) -> ToolOutcome:
        return await run_in_thread(self._call, tool.name, arguments)

    async def poll(
        self, tool: Tool, handle: Mapping[str, Any], answer: InputAnswer | None, ask_user: AskUser
    ) -> ToolOutcome:
        return _error("This call has no task.")

    async def allow_always(self, tool: Tool) -> None:
        """No effect: these tools are always allowed."""

    async def aclose(self) -> None:
        """No effect: the provider has no connection."""

    def _call(self, name: str, arguments: Mapping[str, Any]) -> ToolResult:
        wanted = str(arguments.get("file", ""))
        file = next((file for file in self._files() if wanted in (file.id, file.name)), None)
        if file is None:
            return _error("There is no file of this name or id in the conversation.")
        try:
            document = read_text(get_object_store(), self._context.user_id, file.id)
        except ObjectStoreUnavailable:
            return _error("The file cannot be read at the moment.")
        if document is None:
            return _error("The file was deleted.")
        return _search(document, arguments) if name == "search_file" else _read(document, arguments)

    def _files(self) -> Sequence[File]:
        """The files that were read, of the conversation and of its project, newest first."""
        context = self._context
        with transaction() as session:
            return files.list_readable(session, context.user_id, context.conversation_id)


def _search(document: DocumentText, arguments: Mapping[str, Any]) -> ToolResult:
    pattern, query = arguments.get("regex"), arguments.get("query")
    if not isinstance(pattern or query, str):
        return _error("`query` or `regex` is required.")
    try:
        found = search_pattern(document, pattern) if pattern else search(document, str(query), _MAX_MATCHES)
    except InvalidPattern:
        return _error("`regex` is not a valid regular expression.")
    except PatternTooSlow:
        return _error("`regex` takes too long; use a simpler one, or `query`.")
    lines = [f"[{_position(document, match)}] {match.snippet}" for match in found]
    return ToolResult("\n".join(lines) or "Nothing was found.", preview=f"{len(found)} results")


def _read(document: DocumentText, arguments: Mapping[str, Any]) -> ToolResult:
    first, skipped = _number(arguments, "page"), 0
    if first is not None:
        if first > len(document.pages):
            return _error(f"The document has {len(document.pages)} pages.")
        last = min(len(document.pages), first + (_number(arguments, "pages") or 1) - 1)
        start = document.first_lines[first - 1]
        end = document.first_lines[last] if last < len(document.pages) else len(document.lines) + 1
        preview = f"page {first}" if first == last else f"pages {first} to {last}"
    else:
        start = _number(arguments, "line") or 1
        if start > len(document.lines):
            return _error(f"The document has {len(document.lines)} lines.")
        end = min(len(document.lines) + 1, start + (_number(arguments, "lines") or _DEFAULT_LINES))
        skipped = (_number(arguments, "character") or 1) - 1
        preview = f"lines {start} to {end - 1}"
    return ToolResult(_lines(document, start, end, skipped), preview=preview)


def _lines(document: DocumentText, start: int, end: int, skipped: int) -> str:
    """Lines from `start` to before `end`, with the numbers of their pages, as many as fit. `skipped`: characters of the
    first."""
    text: list[str] = []
    left, page = _MAX_CHARACTERS, 0
    for number in range(start, end):
        line = document.lines[number - 1][skipped if number == start else 0 :]
        if document.has_pages and document.page_of(number) != page:
            page = document.page_of(number)
            text.append(document.page_title(page))
        left -= len(line) + 1
        if left < 0:
            text += [line[:_MAX_CHARACTERS]] if number == start else []
            within = f", character {skipped + _MAX_CHARACTERS + 1}" if number == start else ""
            text.append(f"[Cut here. Continue with line {number}{within}.]")
            return "\n".join(text)
        text.append(line)
    if end <= len(document.lines):
        text.append(f"[The document goes on with line {end}.]")
    return "\n".join(text)


def _position(document: DocumentText, match: Match) -> str:
    position = f"p. {match.page}, line {match.line}" if document.has_pages else f"line {match.line}"
    is_long = len(document.lines[match.line - 1]) > _MAX_CHARACTERS
    return f"{position}, character {match.character}" if is_long else position


def _number(arguments: Mapping[str, Any], name: str) -> int | None:
    value = arguments.get(name)
    return value if isinstance(value, int) and value > 0 else None


def _tool(name: str, offered: str) -> Tool:
    title, description, parameters = _DESCRIPTIONS[name]
    return Tool(name, title, description + offered, parameters, read_only=True, idempotent=True, policy="allow")


def _error(text: str) -> ToolResult:
    return ToolResult(text, is_error=True)
