"""Tool calls of a streamed answer, gathered from the pieces in which servers send them.

OpenAI cuts a call into pieces with one `index`, of which the first has the id and the name. Others leave the index out
(Gemini, some gateways) or number every call 0 (Gemini, Ollama), send arguments as an object (Ollama), ids twice or
never, or a whole call in `message` (servers that do not stream).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.llm.answer import ToolCall
from shared.llm.errors import AnswerTooLong
from shared.surrogates import parse_json, without_lone_surrogates

# Characters of the arguments of all calls of an answer together.
_MAX_ARGUMENTS = 1_000_000
_MAX_CALLS = 128
_MAX_ID = 200
_MAX_NAME = 128


@dataclass
class _Call:
    id: str = ""
    name: str = ""
    arguments: str = ""
    extra: dict[str, Any] | None = None

    @property
    def is_whole(self) -> bool:
        try:
            json.loads(self.arguments)
        except (ValueError, RecursionError):
            return False
        return True


class ToolCallReader:
    """The calls of one answer, in the order in which they began."""

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._by_index: dict[int, _Call] = {}
        self._size = 0

    def __bool__(self) -> bool:
        return bool(self._calls)

    def read(self, holder: Mapping[str, Any], *, is_whole: bool) -> None:
        """Read the calls of a `delta`, or of a whole `message`. Raises AnswerTooLong."""
        entries = holder.get("tool_calls")
        if isinstance(entries, dict):
            entries = [entries]
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict):
                self._read_entry(entry, is_whole=is_whole)
        legacy = holder.get("function_call")
        if isinstance(legacy, dict) and not entries:
            self._read_entry({"function": legacy}, is_whole=is_whole)

    def calls(self) -> tuple[ToolCall, ...]:
        """The calls, each with an id of its own. A call without a name is left out."""
        ids: set[str] = set()
        found = []
        for call in self._calls:
            if not call.name:
                continue
            call_id = call.id
            while not call_id or call_id in ids:
                call_id = portable_id(f"{call_id}/{len(ids)}")
            ids.add(call_id)
            # The pieces of a call may be cut between the halves of a character.
            arguments = without_lone_surrogates(call.arguments)
            found.append(ToolCall(call_id, call.name, arguments or "{}", call.extra))
        return tuple(found)

    def _read_entry(self, entry: Mapping[str, Any], *, is_whole: bool) -> None:
        function = entry.get("function")
        function = function if isinstance(function, dict) else entry
        call_id, name, arguments = entry.get("id"), function.get("name"), function.get("arguments")
        call_id = without_lone_surrogates(call_id[:_MAX_ID]) if isinstance(call_id, str) else ""
        name = without_lone_surrogates(name[:_MAX_NAME]) if isinstance(name, str) else ""
        index = entry.get("index")
        index = index if isinstance(index, int) and not isinstance(index, bool) else None
        call = self._call_of(index, call_id, name, is_whole=is_whole)
        if call is None:
            return
        call.id = call.id or call_id
        call.name = call.name or name
        if isinstance(arguments, dict):
            call.arguments = json.dumps(arguments, ensure_ascii=False)
        elif isinstance(arguments, str):
            call.arguments += arguments
        self._size += len(arguments) if isinstance(arguments, str) else len(call.arguments)
        if self._size > _MAX_ARGUMENTS:
            raise AnswerTooLong
        # Gemini's thought signature, without which it refuses the result of the call.
        if isinstance(entry.get("extra_content"), dict):
            call.extra = {"extra_content": parse_json(json.dumps(entry["extra_content"]))}

    def _call_of(self, index: int | None, call_id: str, name: str, *, is_whole: bool) -> _Call | None:
        """The call that a piece belongs to; None where it repeats one. Raises AnswerTooLong."""
        same_id = next((call for call in self._calls if call_id and call.id == call_id), None)
        if is_whole:
            if same_id is not None and same_id.name == name and same_id.is_whole:
                return None  # Repeated beside the pieces.
        elif index is not None:
            known = self._by_index.get(index)
            if known is not None and not _is_other(known, call_id, name):
                return known
        elif (known := self._unnumbered(same_id, call_id, name)) is not None:
            return known
        if len(self._calls) >= _MAX_CALLS:
            raise AnswerTooLong
        call = _Call()
        self._calls.append(call)
        if index is not None:
            self._by_index[index] = call
        return call

    def _unnumbered(self, same_id: _Call | None, call_id: str, name: str) -> _Call | None:
        """The call that a piece without an index continues; None where it begins one."""
        if same_id is not None:
            return None if name and same_id.is_whole else same_id
        if call_id or not self._calls:
            return None
        last = self._calls[-1]
        return last if not name or (name == last.name and not last.is_whole) else None


def _is_other(known: _Call, call_id: str, name: str) -> bool:
    """Whether a piece with the index of a known call begins another one: some servers number every call 0."""
    return bool(name) and (call_id != known.id if call_id else known.is_whole)


def portable_id(seed: str) -> str:
    """An id of a call that every server accepts: Mistral's are nine letters and digits."""
    return hashlib.sha256(seed.encode("utf-8", "replace")).hexdigest()[:9]
