"""The tools that a call asks for, as a client names them."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, StringConstraints

from shared.schemas import GivenId, RequestBody

BuiltInName = Literal["web_search", "fetch_url", "search_file", "read_file", "search_chats", "current_time"]
_ToolName = Annotated[str, StringConstraints(min_length=1, max_length=128)]


def _is_none(value: object) -> bool:
    return value is None


class ServerTools(RequestBody):
    """Tools of a server. `names`: only these of its tools, absent for all."""

    server_id: GivenId
    names: Annotated[list[_ToolName], Field(min_length=1, max_length=200)] | None = Field(None, exclude_if=_is_none)


ChosenTools = BuiltInName | ServerTools
# The field `tools` of a call: names of built-in tools, and servers. Absent or empty: no tools in this turn.
ToolChoice = Annotated[list[ChosenTools], Field(max_length=50)]


def to_stored(choice: Sequence[ChosenTools] | None) -> list[Any] | None:
    """The value of a JSON column; None for no tools."""
    stored = [item if isinstance(item, str) else item.model_dump(exclude_none=True) for item in choice or ()]
    return stored or None


def from_stored(stored: Sequence[Any] | None) -> list[ChosenTools]:
    """The reverse of `to_stored`. A built-in tool that an earlier release had is left out."""
    built_in: tuple[BuiltInName, ...] = get_args(BuiltInName)
    return [
        chosen
        for item in stored or ()
        for chosen in ([ServerTools(**item)] if isinstance(item, dict) else [name for name in built_in if name == item])
    ]
