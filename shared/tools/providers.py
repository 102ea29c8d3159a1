"""The providers of the tools that a call asks for."""

from collections.abc import Awaitable, Callable, Sequence

from shared.tools.choice import ChosenTools
from shared.tools.tool import ToolContext, ToolProvider

ProviderFactory = Callable[[ToolContext, Sequence[ChosenTools]], Awaitable[Sequence[ToolProvider]]]

# Each returns the providers of its kind: one for the built-in tools, one for each server of the user or the operator.
# A server that is not there any more has none.
FACTORIES: list[ProviderFactory] = []


async def open_providers(context: ToolContext, choice: Sequence[ChosenTools]) -> Sequence[ToolProvider]:
    """The providers of the tools chosen. Close each (`aclose`) at the end of the turn."""
    return [provider for factory in FACTORIES for provider in await factory(context, choice)]
