"""Errors of tool servers."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from shared.errors import AppError, InvalidInput

if TYPE_CHECKING:
    from shared.tools.errors import ServerFailed


class ToolServerLimit(AppError):
    code, status = "tool_server_limit", 403
    message = "You have as many tool servers as your account allows. Delete one first."


class ApiKeyNeeded(InvalidInput):
    """A stored key is not sent to another search engine."""

    def __init__(self) -> None:
        super().__init__(details=[{"field": "api_key", "message": "Enter the API key of this search engine."}])


class ApiKeyUnused(InvalidInput):
    def __init__(self) -> None:
        super().__init__(details=[{"field": "api_key", "message": "SearXNG has no API key."}])


class BaseUrlNeeded(InvalidInput):
    def __init__(self) -> None:
        super().__init__(details=[{"field": "base_url", "message": "Enter the address of the SearXNG instance."}])


class NotYours(InvalidInput):
    """A server of the operator, of which a user may change only the policy."""

    def __init__(self, fields: Collection[str]) -> None:
        message = "This server is the operator's: only its policy can be changed."
        super().__init__(details=[{"field": field, "message": message} for field in sorted(fields)])


class ToolUnreachable(AppError):
    code, status = "tool_unreachable", 422


class ToolAuthorizationFailed(AppError):
    code, status = "tool_auth", 422


class NoMcpServer(AppError):
    code, status = "not_an_mcp_server", 422


class ToolServerFailed(AppError):
    code, status = "tool_error", 422


SERVER_ERRORS: tuple[type[AppError], ...] = (ToolUnreachable, ToolAuthorizationFailed, NoMcpServer, ToolServerFailed)


def error_of(failure: "ServerFailed") -> AppError:
    """The HTTP error of a call that cannot go on without the server."""
    by_code = {kind.code: kind for kind in SERVER_ERRORS}
    return by_code[failure.code](failure.message)
