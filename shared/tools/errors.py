"""Failures of servers that tools call, with the codes that a client shows."""

from typing import ClassVar


class ServerFailed(Exception):
    """Base: the call cannot have a result. `message` is for the user and the model."""

    code: ClassVar[str] = "tool_error"
    message: str = "The tool server failed."

    def __init__(self, message: str | None = None) -> None:
        self.message = message or type(self).message
        super().__init__(self.message)


class ServerUnreachable(ServerFailed):
    """No connection, no answer in time, or an answer that broke off. The call may have run."""

    code = "tool_unreachable"
    message = "The tool server cannot be reached."


class AuthorizationRequired(ServerFailed):
    """HTTP 401, or 403 for a missing scope. `challenge`: the server's WWW-Authenticate header, which may be empty."""

    code = "tool_auth"
    message = "The tool server requires authorization."

    def __init__(self, challenge: str = "", message: str | None = None) -> None:
        super().__init__(message)
        self.challenge = challenge


class NotAnMcpServer(ServerFailed):
    """The address answers, but not as an MCP server over streamable HTTP."""

    code = "not_an_mcp_server"
    message = "There is no MCP server at this address."


class RpcError(ServerFailed):
    """An error in the terms of JSON-RPC, in the server's words. `rpc_code`: JSON-RPC's; `data`: any JSON."""

    def __init__(self, rpc_code: int, message: str, data: object = None) -> None:
        super().__init__(message)
        self.rpc_code = rpc_code
        self.data = data


class AnswerTooLarge(ServerFailed):
    message = "The tool server sent more data than a result may have."
