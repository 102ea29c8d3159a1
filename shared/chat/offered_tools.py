"""The tools that a turn offers its model: collected from their providers, named uniquely, found by search when there
are many."""

import asyncio
import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.tools.choice import ChosenTools
from shared.tools.providers import open_providers
from shared.tools.tool import ListedTools, Tool, ToolContext, ToolProvider

_log = logging.getLogger(__name__)

# More are found by the tool `find_tool`.
MAX_OFFERED = 40
FIND_TOOL = "find_tool"
_MAX_FOUND = 8
_MAX_SCHEMA_BYTES = 50_000
_MAX_DESCRIPTION = 4_000
# The names that every server accepts (OpenAI).
_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9_-]")
_MAX_NAME = 64
_WORD = re.compile(r"\w+")
_FIND_DEFINITION: Mapping[str, Any] = {
    "type": "function",
    "function": {
        "name": FIND_TOOL,
        "description": "Finds tools by what they do. There are more tools than are listed here: describe in a few "
        "words what you need, and the tools found can be called from then on.",
        "parameters": {
            "type": "object",
            "properties": {"query": {"type": "string", "description": "What the tool should do"}},
            "required": ["query"],
        },
    },
}


@dataclass(frozen=True)
class Offered:
    """A tool, the name under which the model calls it, and its provider."""

    name: str
    tool: Tool
    provider: ToolProvider


class OfferedTools:
    """The tools of one turn. `problems`: one sentence for each tool or server that was left out."""

    def __init__(self, providers: Sequence[ToolProvider], listed: Sequence[ListedTools]) -> None:
        self.problems = [problem for tools in listed for problem in tools.problems]
        self._providers = providers
        self._offered: dict[str, Offered] = {}
        for provider, tools in zip(providers, listed, strict=True):
            for tool in tools.tools:
                self._add(tool, provider)
        self.is_searched = len(self._offered) > MAX_OFFERED

    def find(self, name: str) -> Offered | None:
        """The tool that the model calls by this name."""
        return self._offered.get(name)

    def find_own(self, tool: str, server_id: str | None) -> Offered | None:
        """The tool with this name of its own, on this server."""
        return next(
            (o for o in self._offered.values() if o.tool.name == tool and o.tool.server_id == server_id),
            None,
        )

    @property
    def names(self) -> Sequence[str]:
        return list(self._offered)

    def definitions(self, found: Sequence[str]) -> list[Mapping[str, Any]]:
        """The tools in OpenAI's format; when there are many, the built-in ones and those `found` by search."""
        if not self.is_searched:
            return [_definition(offered) for offered in self._offered.values()]
        shown = [o for o in self._offered.values() if o.tool.server_id is None or o.name in found]
        return [*map(_definition, shown), _FIND_DEFINITION]

    def search(self, query: str) -> Sequence[Offered]:
        """The tools that fit a query best, by the words that their names and descriptions share with it."""
        words = {word.lower() for word in _WORD.findall(query)}
        scored = [(_score(offered.tool, words), offered) for offered in self._offered.values()]
        best = sorted((entry for entry in scored if entry[0] > 0), key=lambda entry: -entry[0])
        return [offered for _, offered in best[:_MAX_FOUND]]

    async def aclose(self) -> None:
        await asyncio.gather(*map(_close, self._providers))

    def _add(self, tool: Tool, provider: ToolProvider) -> None:
        if tool.policy == "deny":
            return
        if not _is_schema(tool.parameters):
            self.problems.append(f"The tool {tool.title or tool.name} was left out: its parameters are not described.")
            return
        name = base = _NOT_IN_NAME.sub("_", tool.name)[:_MAX_NAME] or "tool"
        number = 2
        while name in self._offered or name == FIND_TOOL:
            suffix = f"_{number}"
            name, number = f"{base[: _MAX_NAME - len(suffix)]}{suffix}", number + 1
        self._offered[name] = Offered(name, tool, provider)


async def offer_tools(context: ToolContext, choice: Sequence[ChosenTools]) -> OfferedTools:
    """The tools of a choice. A provider that fails has none, and a problem."""
    providers = await open_providers(context, choice)
    return OfferedTools(providers, await asyncio.gather(*map(_list, providers)))


async def _list(provider: ToolProvider) -> ListedTools:
    try:
        return await provider.list()
    except Exception:  # noqa: BLE001 - an edge: one provider must not end the turn
        _log.exception("the tools of a provider could not be listed")
        return ListedTools((), ["The tools of a server could not be listed."])


async def _close(provider: ToolProvider) -> None:
    try:
        await provider.aclose()
    except Exception:  # noqa: BLE001 - an edge: the turn has ended
        _log.exception("a tool provider could not be closed")


def _is_schema(parameters: object) -> bool:
    if not isinstance(parameters, Mapping) or parameters.get("type", "object") != "object":
        return False
    try:
        return len(json.dumps(parameters, allow_nan=False)) <= _MAX_SCHEMA_BYTES
    except (TypeError, ValueError, RecursionError):
        return False


def _definition(offered: Offered) -> Mapping[str, Any]:
    tool = offered.tool
    # OpenAI refuses an object without `properties`.
    parameters = {"type": "object", "properties": {}, **tool.parameters}
    description = tool.description[:_MAX_DESCRIPTION]
    return {
        "type": "function",
        "function": {"name": offered.name, "description": description, "parameters": parameters},
    }


def _score(tool: Tool, words: set[str]) -> int:
    named = {word.lower() for word in _WORD.findall(f"{tool.name.replace('_', ' ')} {tool.title}")}
    described = {word.lower() for word in _WORD.findall(tool.description)}
    return 3 * len(words & named) + len(words & described)
