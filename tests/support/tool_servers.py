"""MCP servers for tests: the Python SDK's, with and without OAuth, and Node's server with every feature."""

import base64
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp.server import MCPServer
from mcp.server.auth.provider import (
    AccessToken,
    AuthorizationCode,
    AuthorizationParams,
    OAuthAuthorizationServerProvider,
    RefreshToken,
    construct_redirect_uri,
)
from mcp.server.auth.settings import AuthSettings, ClientRegistrationOptions
from mcp.server.mcpserver.resolve import Elicit, Resolve
from mcp.shared.auth import OAuthClientInformationFull, OAuthToken
from mcp_types import BlobResourceContents, EmbeddedResource, ImageContent, ToolAnnotations
from pydantic import BaseModel

from tests.support.log_watch import keep_secret
from tests.support.processes import end_with_parent, free_port, is_listening, serve, wait_until

_ROOT = Path(__file__).resolve().parents[2]
_EVERYTHING = _ROOT / "node_modules/@modelcontextprotocol/server-everything/dist/index.js"
_SCOPE = "tools"


class Booking(BaseModel):
    name: str


def ask_for_whom() -> Elicit[Booking]:
    return Elicit("Who is it for?", Booking)


def add_tools(server: MCPServer, calls: list[str]) -> None:
    """Tools: `add` and `report`, which only read, `remember`, which does not, and `book`, which asks the user.

    `calls`: the names of those that ran.
    """

    @server.tool(annotations=ToolAnnotations(read_only_hint=True))
    def add(a: int, b: int) -> int:
        """Add two numbers."""
        calls.append("add")
        return a + b

    @server.tool(annotations=ToolAnnotations(read_only_hint=True), structured_output=False)
    def report() -> list[ImageContent | EmbeddedResource]:
        """A chart, and a page that must not run in the browser."""
        page = BlobResourceContents(
            uri="files://reports/page.html", mime_type="text/html", blob=base64.b64encode(b"<script>").decode()
        )
        chart = ImageContent(data=base64.b64encode(b"png").decode(), mime_type="image/png")
        return [chart, EmbeddedResource(resource=page)]

    @server.tool(title="Remember a note")
    def remember(note: str) -> str:
        """Store a note."""
        calls.append("remember")
        return f"Remembered: {note}"

    @server.tool()
    def book(seats: int, booking: Annotated[Booking, Resolve(ask_for_whom)]) -> str:
        """Book seats, for somebody whose name the user is asked for."""
        calls.append("book")
        return f"{seats} seats for {booking.name}"


@dataclass
class ToolServerUnderTest:
    """A running server. `url`: of its MCP endpoint. `calls`: the names of the tools that ran."""

    url: str
    calls: list[str]
    provider: "Authorization"


@dataclass
class Authorization(OAuthAuthorizationServerProvider[AuthorizationCode, RefreshToken, AccessToken]):
    """An authorization server that agrees to everything at once, and rotates its refresh tokens.

    `token_seconds`: lifetime of an access token. `refreshes`: how often one was refreshed.
    """

    token_seconds: int = 3600
    refreshes: int = 0
    reused_refresh_tokens: int = 0
    clients: dict[str, OAuthClientInformationFull] = field(default_factory=dict)
    codes: dict[str, AuthorizationCode] = field(default_factory=dict)
    access_tokens: dict[str, AccessToken] = field(default_factory=dict)
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict)

    async def get_client(self, client_id: str) -> OAuthClientInformationFull | None:
        return self.clients.get(client_id)

    async def register_client(self, client_info: OAuthClientInformationFull) -> None:
        assert client_info.client_id is not None
        self.clients[client_info.client_id] = client_info

    async def authorize(self, client: OAuthClientInformationFull, params: AuthorizationParams) -> str:
        assert client.client_id is not None
        code = AuthorizationCode(
            code=_secret(),
            client_id=client.client_id,
            scopes=params.scopes or [_SCOPE],
            expires_at=time.time() + 60,
            code_challenge=params.code_challenge,
            redirect_uri=params.redirect_uri,
            redirect_uri_provided_explicitly=params.redirect_uri_provided_explicitly,
            resource=params.resource,
        )
        self.codes[code.code] = code
        return construct_redirect_uri(str(params.redirect_uri), code=code.code, state=params.state)

    async def load_authorization_code(
        self, client: OAuthClientInformationFull, authorization_code: str
    ) -> AuthorizationCode | None:
        return self.codes.get(authorization_code)

    async def exchange_authorization_code(
        self, client: OAuthClientInformationFull, authorization_code: AuthorizationCode
    ) -> OAuthToken:
        del self.codes[authorization_code.code]
        return self._issue(authorization_code.client_id, authorization_code.scopes)

    async def load_refresh_token(self, client: OAuthClientInformationFull, refresh_token: str) -> RefreshToken | None:
        found = self.refresh_tokens.get(refresh_token)
        if found is None:
            self.reused_refresh_tokens += 1
        return found

    async def exchange_refresh_token(
        self, client: OAuthClientInformationFull, refresh_token: RefreshToken, scopes: list[str]
    ) -> OAuthToken:
        self.refreshes += 1
        del self.refresh_tokens[refresh_token.token]
        return self._issue(refresh_token.client_id, scopes)

    async def load_access_token(self, token: str) -> AccessToken | None:
        return self.access_tokens.get(token)

    async def revoke_token(self, token: AccessToken | RefreshToken) -> None:
        self.access_tokens.pop(token.token, None)
        self.refresh_tokens.pop(token.token, None)

    def _issue(self, client_id: str, scopes: list[str]) -> OAuthToken:
        access, renewal = _secret(), _secret()
        expires_at = int(time.time()) + self.token_seconds
        self.access_tokens[access] = AccessToken(
            token=access, client_id=client_id, scopes=scopes, expires_at=expires_at
        )
        self.refresh_tokens[renewal] = RefreshToken(token=renewal, client_id=client_id, scopes=scopes)
        return OAuthToken(
            access_token=access, expires_in=self.token_seconds, scope=" ".join(scopes), refresh_token=renewal
        )


def _secret() -> str:
    value = secrets.token_urlsafe(24)
    keep_secret(value)
    return value


@contextmanager
def sdk_server(*, with_oauth: bool = False) -> Iterator[ToolServerUnderTest]:
    """The Python SDK's server, with every revision of MCP."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    calls: list[str] = []
    provider = Authorization()
    if with_oauth:
        auth = AuthSettings.model_validate(
            {
                "issuer_url": base,
                "resource_server_url": f"{base}/mcp",
                "client_registration_options": ClientRegistrationOptions(
                    enabled=True, valid_scopes=[_SCOPE], default_scopes=[_SCOPE]
                ),
                "required_scopes": [_SCOPE],
                "validate_token_resource": False,
            }
        )
        server = MCPServer("Notes", auth_server_provider=provider, auth=auth)
    else:
        server = MCPServer("Notes")
    add_tools(server, calls)
    with serve(server.streamable_http_app(), port, lifespan="on"):
        yield ToolServerUnderTest(f"{base}/mcp", calls, provider)


def follow_authorization(url: str) -> dict[str, str]:
    """The parameters with which the authorization server sends the user's browser back."""
    location = httpx2.get(url, follow_redirects=False, trust_env=False, timeout=30).headers["location"]
    parameters = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    keep_secret(parameters["code"])
    return parameters


@contextmanager
def everything_server() -> Iterator[str]:
    """The URL of Node's server with every feature of revision 2025-11-25."""
    port = free_port()
    process = subprocess.Popen(
        end_with_parent(["node", str(_EVERYTHING), "streamableHttp"]),
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "PORT": str(port)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: is_listening(port), timeout=60, what="server-everything")
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.wait()
