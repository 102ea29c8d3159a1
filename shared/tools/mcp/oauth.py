"""OAuth 2.1 for MCP servers: discovery, registration of the client, authorization code with PKCE, refresh.

Protected resource metadata (RFC 9728), authorization server metadata (RFC 8414, OpenID Connect Discovery), resource
indicators (RFC 8707), the issuer in the response (RFC 9207), Client ID Metadata Documents, and dynamic registration
(RFC 7591) where a server has only that. The order is that of the MCP specification's section on authorization.
"""

import json
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit, urlunsplit

import httpx2

from shared.config import load
from shared.outbound.addresses import violation_of
from shared.outbound.oauth import authorization_url, client_authentication, new_pkce
from shared.outbound.settings import OutboundSettings
from shared.tools.errors import NotAnMcpServer, ServerFailed
from shared.tools.http import exchange, time_limit

_SECONDS = 20.0
# Limit of a refresh, which locks a row and holds a database connection: others wait for it at most 8 s.
REFRESH_SECONDS = 5.0
_MAX_WORDS = 300
CLIENT_NAME = "Chat"
_AUTH_METHODS = ("none", "client_secret_basic", "client_secret_post")
# Lifetime for a token response without `expires_in` (RFC 6749 recommends it).
_DEFAULT_TOKEN_SECONDS = 3600


class AuthorizationFailed(ServerFailed):
    code: ClassVar[str] = "tool_auth"
    message = "The authorization at the tool server's provider failed."


class ClientUnknown(AuthorizationFailed):
    """The authorization server does not accept the registration (any more)."""


@dataclass(frozen=True)
class ClientIdentity:
    """This product as an OAuth client. `metadata_url`: of its Client ID Metadata Document, None where the site has no
    address that others can reach."""

    redirect_uri: str
    metadata_url: str | None


@dataclass(frozen=True)
class Registration:
    """A client id at one authorization server. `issuer`: that server, empty for a registration made by hand.
    `redirect_uri`: the one that was registered, empty where it is not known."""

    client_id: str
    client_secret: str | None
    auth_method: str
    issuer: str
    redirect_uri: str = ""


@dataclass(frozen=True)
class PendingAuthorization:
    """The values that finishing an authorization needs, as `to_json` stores them."""

    verifier: str
    redirect_uri: str
    issuer: str
    requires_iss: bool
    token_endpoint: str
    resource: str
    scope: str
    registration: Registration

    def to_json(self) -> str:
        return json.dumps({**vars(self), "registration": vars(self.registration)})

    @classmethod
    def from_json(cls, stored: str) -> "PendingAuthorization":
        values = json.loads(stored)
        return cls(**{**values, "registration": Registration(**values["registration"])})


@dataclass(frozen=True)
class Grant:
    """Tokens for one MCP server. `expires_at`: of the access token, in seconds since the epoch."""

    access_token: str
    refresh_token: str | None
    expires_at: float
    scope: str
    token_endpoint: str
    resource: str
    registration: Registration

    def to_json(self) -> str:
        return json.dumps({**vars(self), "registration": vars(self.registration)})

    @classmethod
    def from_json(cls, stored: str) -> "Grant":
        values = json.loads(stored)
        return cls(**{**values, "registration": Registration(**values["registration"])})


@dataclass(frozen=True)
class AuthorizationRequest:
    """An authorization that goes on in the user's browser, at `url`. `state` comes back with the code."""

    url: str
    state: str
    pending: PendingAuthorization


async def start_authorization(
    server_url: str, challenge: str, client: ClientIdentity, previous: Registration | None, granted_scope: str = ""
) -> AuthorizationRequest:
    """Start an authorization for the MCP server at `server_url`.

    `challenge`: its WWW-Authenticate header. `previous`: the registration of an earlier authorization, used where it
    is of the same authorization server and redirect URI. `granted_scope`: what is granted already, and asked for again
    together with what the challenge names. Raises ServerFailed.
    """
    with time_limit(_SECONDS):
        resource, issuer = await _protected_resource(server_url, challenge)
        server = await _authorization_server(server_url, issuer)
        registration = await _registration(server, client, previous)
        scope = _scope(challenge, resource, server, granted_scope)
    pkce, state = new_pkce(), secrets.token_urlsafe(32)
    parameters = {
        "response_type": "code",
        "client_id": registration.client_id,
        "redirect_uri": client.redirect_uri,
        "state": state,
        "code_challenge": pkce.challenge,
        "code_challenge_method": "S256",
        "resource": resource.identifier,
        **({"scope": scope} if scope else {}),
        **({"prompt": "consent"} if "offline_access" in scope.split() else {}),
    }
    pending = PendingAuthorization(
        verifier=pkce.verifier,
        redirect_uri=client.redirect_uri,
        issuer=server.issuer,
        requires_iss=server.sends_iss,
        token_endpoint=server.token_endpoint,
        resource=resource.identifier,
        scope=scope,
        registration=registration,
    )
    return AuthorizationRequest(authorization_url(server.authorization_endpoint, parameters), state, pending)


async def finish_authorization(pending: PendingAuthorization, code: str, iss: str | None) -> Grant:
    """Exchange the code for tokens. `iss`: the parameter of the authorization response. Raises ClientUnknown, and
    ServerFailed."""
    if iss is None:
        if pending.requires_iss:
            raise AuthorizationFailed("The authorization response does not name its issuer.")
    elif iss != pending.issuer:
        raise AuthorizationFailed("The authorization response is of another issuer.")
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": pending.redirect_uri,
        "code_verifier": pending.verifier,
        "resource": pending.resource,
    }
    tokens = await _token_request(pending.token_endpoint, pending.registration, form, _SECONDS)
    return _grant(tokens, pending.token_endpoint, pending.resource, pending.registration, pending.scope, None)


async def refresh(grant: Grant) -> Grant:
    """New tokens. Raises AuthorizationFailed when the user has to authorize again, as ClientUnknown with another
    registration, and ServerFailed."""
    if grant.refresh_token is None:
        raise AuthorizationFailed("The authorization has expired. Please connect the server again.")
    form = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token, "resource": grant.resource}
    tokens = await _token_request(grant.token_endpoint, grant.registration, form, REFRESH_SECONDS)
    return _grant(tokens, grant.token_endpoint, grant.resource, grant.registration, grant.scope, grant.refresh_token)


@dataclass(frozen=True)
class _Resource:
    """`identifier`: the parameter `resource`. `scopes`: those that the server lists."""

    identifier: str
    scopes: Sequence[str]


@dataclass(frozen=True)
class _Server:
    """An authorization server. `has_pkce`: it lists S256. `takes_metadata_url`: Client ID Metadata Documents."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    registration_endpoint: str | None
    takes_metadata_url: bool
    sends_iss: bool
    auth_methods: Sequence[str]
    scopes: Sequence[str]


async def _protected_resource(server_url: str, challenge: str) -> tuple[_Resource, str | None]:
    """The resource, and the issuer of its tokens: None for a server of revision 2025-03-26, which is its own."""
    parts = urlsplit(server_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    given = _parameter(challenge, "resource_metadata")
    candidates = [given] if given else []
    if parts.path not in ("", "/"):
        candidates.append(f"{origin}/.well-known/oauth-protected-resource{parts.path}")
    candidates.append(f"{origin}/.well-known/oauth-protected-resource")
    for url in dict.fromkeys(candidates):
        metadata = await _get_metadata(url)
        if metadata is None:
            continue
        identifier, issuers = metadata.get("resource"), _texts(metadata.get("authorization_servers"))
        if not isinstance(identifier, str) or not _covers(identifier, server_url):
            raise AuthorizationFailed("The tool server's metadata describes another server.")
        if not issuers:
            raise AuthorizationFailed("The tool server does not name its authorization server.")
        return _Resource(identifier, _texts(metadata.get("scopes_supported"))), issuers[0]
    return _Resource(urlunsplit(parts._replace(query="", fragment="")), ()), None


async def _authorization_server(server_url: str, issuer: str | None) -> _Server:
    parts = urlsplit(issuer or server_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    path = parts.path.rstrip("/") if issuer is not None else ""
    candidates = [f"{origin}/.well-known/oauth-authorization-server{path}"]
    if issuer is not None:
        candidates.append(f"{origin}/.well-known/openid-configuration{path}")
        if path:
            candidates.append(f"{origin}{path}/.well-known/openid-configuration")
    for url in candidates:
        metadata = await _get_metadata(url)
        if metadata is not None:
            return _read_server(metadata, issuer, origin)
    if issuer is not None:
        raise AuthorizationFailed("The authorization server does not publish its metadata.")
    # Revision 2025-03-26 has these paths for servers without metadata.
    return _checked(
        _Server(origin, f"{origin}/authorize", f"{origin}/token", f"{origin}/register", False, False, (), ())
    )


def _read_server(metadata: Mapping[str, Any], expected: str | None, origin: str) -> _Server:
    issuer = metadata.get("issuer")
    # Without protected resource metadata the server's origin is expected.
    if not isinstance(issuer, str) or not _is_same_issuer(issuer, origin if expected is None else expected):
        raise AuthorizationFailed("The authorization server's metadata are of another issuer.")
    methods = metadata.get("code_challenge_methods_supported")
    if "S256" not in _texts(methods):
        raise AuthorizationFailed("The authorization server does not support PKCE, which MCP requires.")
    authorization, token = metadata.get("authorization_endpoint"), metadata.get("token_endpoint")
    registration = metadata.get("registration_endpoint")
    if not isinstance(authorization, str) or not isinstance(token, str):
        raise AuthorizationFailed("The authorization server's metadata have no endpoints.")
    return _checked(
        _Server(
            issuer=issuer,
            authorization_endpoint=authorization,
            token_endpoint=token,
            registration_endpoint=registration if isinstance(registration, str) else None,
            takes_metadata_url=metadata.get("client_id_metadata_document_supported") is True,
            sends_iss=metadata.get("authorization_response_iss_parameter_supported") is True,
            auth_methods=_texts(metadata.get("token_endpoint_auth_methods_supported")),
            scopes=_texts(metadata.get("scopes_supported")),
        )
    )


def _is_same_issuer(one: str, other: str) -> bool:
    """Compares as strings (RFC 8414, 3.3), but without a path the slash at the end means nothing (RFC 3986, 6.2.3):
    servers, and libraries that name them in metadata, differ about it. The issuer in a response (RFC 9207) has to be
    exactly that of the metadata."""
    bare = one.removesuffix("/")
    return one == other or (bare == other.removesuffix("/") and "/" not in bare.partition("://")[2])


def _checked(server: _Server) -> _Server:
    """The browser opens the first endpoint, and gets no check of the transport. Raises AuthorizationFailed."""
    try:
        rule = violation_of(httpx2.URL(server.authorization_endpoint), load(OutboundSettings))
    except httpx2.InvalidURL:
        rule = "not a URL"
    if rule is not None or "#" in server.authorization_endpoint:
        raise AuthorizationFailed("The authorization server's address is not allowed.")
    return server


async def _registration(server: _Server, client: ClientIdentity, previous: Registration | None) -> Registration:
    if (
        previous is not None
        and previous.issuer in ("", server.issuer)
        and previous.redirect_uri in ("", client.redirect_uri)
        and previous.client_id != client.metadata_url
    ):
        return previous
    if server.takes_metadata_url and client.metadata_url is not None:
        return Registration(client.metadata_url, None, "none", server.issuer, client.redirect_uri)
    if server.registration_endpoint is None:
        raise AuthorizationFailed("The authorization server registers no clients.")
    supported = [method for method in _AUTH_METHODS if method in server.auth_methods]
    body = {
        "client_name": CLIENT_NAME,
        "redirect_uris": [client.redirect_uri],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": supported[0] if supported else "client_secret_basic",
        "application_type": "native" if urlsplit(client.redirect_uri).hostname in ("localhost", "127.0.0.1") else "web",
    }
    content = json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    async with exchange("POST", server.registration_endpoint, headers, content, is_sent_once=True) as answer:
        found = await answer.json()
        if answer.status not in (200, 201) or not isinstance(found, dict):
            raise AuthorizationFailed(_words("The authorization server refused to register this client", found))
    client_id, secret = found.get("client_id"), found.get("client_secret")
    if not isinstance(client_id, str) or not client_id:
        raise AuthorizationFailed("The authorization server refused to register this client.")
    secret = secret if isinstance(secret, str) and secret else None
    method = found.get("token_endpoint_auth_method") or body["token_endpoint_auth_method"]
    method = "none" if secret is None else str(method)
    return Registration(client_id, secret, method, server.issuer, client.redirect_uri)


def _scope(challenge: str, resource: _Resource, server: _Server, granted: str) -> str:
    wanted = (_parameter(challenge, "scope") or "").split() or list(resource.scopes)
    # A refresh token, where it has to be asked for (OpenID Connect).
    if wanted and "offline_access" in server.scopes:
        wanted.append("offline_access")
    return " ".join(dict.fromkeys([*granted.split(), *wanted]))


async def _token_request(
    endpoint: str, registration: Registration, form: Mapping[str, str], seconds: float
) -> dict[str, Any]:
    authentication, fields = client_authentication(
        registration.auth_method, registration.client_id, registration.client_secret
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", **authentication}
    with time_limit(seconds):
        # A code or a rotating refresh token that comes a second time is taken for stolen.
        content = urlencode({**form, **fields}).encode()
        async with exchange("POST", endpoint, headers, content, is_sent_once=True) as answer:
            status = answer.status
            try:
                found = await answer.json()
            except NotAnMcpServer:
                found = None
    if status >= 500 or status in (408, 429):
        raise ServerFailed("The authorization server cannot be reached.")
    if isinstance(found, dict) and found.get("error") == "invalid_client":
        raise ClientUnknown(_words("The authorization server refused", found))
    if status != 200 or not isinstance(found, dict) or not isinstance(found.get("access_token"), str):
        raise AuthorizationFailed(_words("The authorization server refused", found))
    return found


def _grant(
    tokens: Mapping[str, Any],
    endpoint: str,
    resource: str,
    registration: Registration,
    scope: str,
    refresh_token: str | None,
) -> Grant:
    seconds, renewed, granted = tokens.get("expires_in"), tokens.get("refresh_token"), tokens.get("scope")
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or seconds <= 0:
        seconds = _DEFAULT_TOKEN_SECONDS
    return Grant(
        access_token=tokens["access_token"],
        refresh_token=renewed if isinstance(renewed, str) and renewed else refresh_token,
        expires_at=time.time() + min(seconds, 10 * 365 * 24 * 3600),
        scope=granted if isinstance(granted, str) and granted else scope,
        token_endpoint=endpoint,
        resource=resource,
        registration=registration,
    )


async def _get_metadata(url: str) -> dict[str, Any] | None:
    """A metadata document; None where there is none. Raises ServerFailed."""
    async with exchange("GET", url, {"Accept": "application/json", "MCP-Protocol-Version": "2026-07-28"}) as answer:
        if answer.status == 429 or answer.status >= 500:
            raise AuthorizationFailed("The authorization server cannot be reached.")
        if answer.status != 200:
            return None
        try:
            found = await answer.json()
        except NotAnMcpServer:
            return None
    return found if isinstance(found, dict) else None


def _covers(resource: str, server_url: str) -> bool:
    """Whether a resource identifier is the server's URL, or one above it on the same origin."""
    one, two = urlsplit(resource), urlsplit(server_url)
    if (one.scheme.lower(), one.netloc.lower()) != (two.scheme.lower(), two.netloc.lower()):
        return False
    return f"{two.path.rstrip('/')}/".startswith(f"{one.path.rstrip('/')}/")


def _parameter(challenge: str, name: str) -> str | None:
    """A parameter of a WWW-Authenticate header."""
    found = re.search(rf'(?:^|[\s,]){name}=(?:"([^"]*)"|([^\s,"]+))', challenge)
    return (found[1] or found[2]) if found else None


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _words(message: str, body: Any) -> str:
    """A message with the description of an error response (RFC 6749, 5.2), which is for the developer of a client."""
    words = body.get("error_description") or body.get("error") if isinstance(body, dict) else None
    return f"{message}: {words[:_MAX_WORDS]}" if isinstance(words, str) and words else f"{message}."
