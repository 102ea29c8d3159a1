"""Rules for the URL and the token of a stored tool server, of a user or of the operator."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints

from shared.config import load
from shared.crypto.encryption import OPERATOR, encrypt_secret, hint_of
from shared.db.models import ToolServer
from shared.db.models.tool_server import ToolAuth
from shared.db.types import utc_now
from shared.errors import AppError, InvalidInput
from shared.outbound.addresses import violation_of_text
from shared.outbound.settings import OutboundSettings
from shared.schemas import VisibleName


def _one_line_of_ascii(value: str) -> str:
    if not (value.isascii() and value.isprintable()):
        raise ValueError("a token has printable ASCII characters only")
    return value


ServerName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), VisibleName]
# An address as it is pasted.
ServerUrl = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
ServerToken = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=8000),
    AfterValidator(_one_line_of_ascii),
]


class UnsafeUrl(AppError):
    """`details` name the rule that the URL breaks."""

    code, status = "unsafe_url", 422
    message = "This URL cannot be used. Enter a public https address."


class TokenNeeded(InvalidInput):
    """`auth: bearer` needs a token, also when the server moves: a stored token is not sent to another server."""

    def __init__(self) -> None:
        super().__init__(details=[{"field": "token", "message": "Enter the token for this server."}])


class TokenUnused(InvalidInput):
    def __init__(self) -> None:
        super().__init__(details=[{"field": "token", "message": "Only bearer authorization has a token."}])


def check_url(url: str, field: str = "url") -> None:
    """Raises UnsafeUrl, about the `field` of the request, for a URL that outbound requests could never use."""
    rule = violation_of_text(url, load(OutboundSettings))
    if rule is not None:
        raise UnsafeUrl(details=[{"field": field, "message": rule}])


def check_token(auth: ToolAuth, token: str | None) -> None:
    """Raises TokenNeeded, TokenUnused."""
    if auth == "bearer" and token is None:
        raise TokenNeeded
    if auth != "bearer" and token is not None:
        raise TokenUnused


def set_token(server: ToolServer, token: str | None) -> None:
    """Store a token, encrypted and bound to the server's owner, or delete the stored one."""
    server.token_encrypted = None if token is None else encrypt_secret(server.user_id or OPERATOR, token)
    server.token_hint = hint_of(token)


def change_server(server: ToolServer, changes: Mapping[str, Any]) -> None:
    """Change `name`, `url`, `auth` and `token`, where they are named.

    A token and an authorization stay with the server's scheme, host and port (decision 0002). Raises UnsafeUrl,
    TokenNeeded, TokenUnused.
    """
    url, auth, token = changes.get("url", server.url), changes.get("auth", server.auth), changes.get("token")
    if url != server.url:
        check_url(url)
    keeps_secrets = _origin(url) == _origin(server.url) and auth == server.auth
    if auth != "bearer" or not keeps_secrets or token is not None:
        check_token(auth, token)
    if url != server.url or auth != server.auth or token is not None:
        server.protocol = server.tools = server.tools_expire_at = None
    if not keeps_secrets:
        server.oauth_encrypted = server.oauth_expires_at = None
        server.authorization_state = server.authorization_encrypted = None
    if not keeps_secrets or token is not None:
        set_token(server, token)
    server.url, server.auth = url, auth
    server.name = changes.get("name", server.name)
    server.updated_at = utc_now()


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url.lower())
    default = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return parts.scheme, parts.netloc.removesuffix(default)
