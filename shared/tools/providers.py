"""The providers of the tools that a call asks for."""

from collections.abc import Awaitable, Callable, Sequence

from shared.tools.choice import ChosenTools, ServerTools
from shared.tools.tool import ToolContext, ToolProvider

ProviderFactory = Callable[[ToolContext, Sequence[ChosenTools]], Awaitable[Sequence[ToolProvider]]]


async def _open_built_in(context: ToolContext, choice: Sequence[ChosenTools]) -> Sequence[ToolProvider]:
    if not any(isinstance(chosen, str) for chosen in choice):
        return []
    from shared.tools.builtin.provider import open_built_in  # Loads HTTP; only a turn with tools needs it.

    return await open_built_in(context, choice)


async def _open_file_tools(context: ToolContext, choice: Sequence[ChosenTools]) -> Sequence[ToolProvider]:
    if not {"search_file", "read_file"} & {chosen for chosen in choice if isinstance(chosen, str)}:
        return ()
    # Imported here, to keep cold starts short.
    from shared.tools.files import open_file_tools

    return await open_file_tools(context, choice)


async def _open_servers(context: ToolContext, choice: Sequence[ChosenTools]) -> Sequence[ToolProvider]:
    if not any(isinstance(chosen, ServerTools) for chosen in choice):
        return []
    from shared.tools.mcp.provider import open_servers

    return await open_servers(context, choice)


# Each returns the providers of its kind: one for the built-in tools, one for each server of the user or the operator.
# A server that is not there any more has none.
FACTORIES: list[ProviderFactory] = [_open_built_in, _open_file_tools, _open_servers]


async def open_providers(context: ToolContext, choice: Sequence[ChosenTools]) -> Sequence[ToolProvider]:
    """The providers of the tools chosen. Close each (`aclose`) at the end of the turn."""
    return [provider for factory in FACTORIES for provider in await factory(context, choice)]
