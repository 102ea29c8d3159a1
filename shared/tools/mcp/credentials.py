"""Access tokens of tool servers: stored encrypted, refreshed early, and obtained by OAuth in the user's browser."""

import asyncio
import hashlib
import time
from collections.abc import Coroutine
from datetime import datetime, timedelta, timezone
from typing import Any

from shared.config import SiteSettings, load
from shared.crypto.encryption import OPERATOR, UnreadableApiKey, decrypt_secret, encrypt_secret
from shared.db.models import ToolServer
from shared.db.repositories import tool_servers
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.event_loop import SlotsPerKey
from shared.threads import run_in_thread
from shared.tools.errors import AuthorizationRequired, ServerFailed, ServerUnreachable
from shared.tools.mcp import oauth

# An access token is refreshed this long before it expires.
_REFRESH_EARLY = timedelta(seconds=90)
# For how long a refresh may wait for the user's others.
_WAIT_SECONDS = 15.0
# Each takes a database connection until the authorization server answers, and a turn may have many servers.
_refreshes = SlotsPerKey(lambda: 1)
# Files of the site: where OAuth sends the browser back to, and the Client ID Metadata Document.
REDIRECT_PAGE = "tool-connected.html"
CLIENT_DOCUMENT = "oauth-client.json"


def secrets_owner(server: ToolServer) -> str:
    """The owner to whom the server's encrypted values are bound."""
    return server.user_id or OPERATOR


def client_identity() -> oauth.ClientIdentity:
    """Raises ServerFailed where the site's address is not known."""
    site = load(SiteSettings).site
    if not site:
        raise ServerFailed(
            "The address of this site is not configured (SITE_URL), to which an authorization comes back."
        )
    has_document = site.startswith("https://")
    return oauth.ClientIdentity(f"{site}/{REDIRECT_PAGE}", f"{site}/{CLIENT_DOCUMENT}" if has_document else None)


async def access_token(server: ToolServer) -> str | None:
    """The token for a request to the server; None where it takes none, or where the user has to authorize first.

    Raises ServerFailed when the authorization server fails.
    """
    if server.auth == "bearer":
        return _decrypted(server, server.token_encrypted)
    if server.auth != "oauth" or server.oauth_expires_at is None:
        return None
    if server.oauth_expires_at - _REFRESH_EARLY > utc_now():
        grant = _grant_of(server)
        return None if grant is None else grant.access_token
    return await refreshed_token(server, rejected=None)


async def refreshed_token(server: ToolServer, rejected: str | None) -> str | None:
    """A new access token, unless another process refreshed it meanwhile. None: the user has to authorize again.

    `rejected`: a token that the server refused before its time. The row stays locked during the request, so that a
    refresh token is used once: a second use makes an authorization server revoke the grant (OAuth 2.1, 4.3.1). Raises
    ServerFailed.
    """
    if server.auth != "oauth" or server.user_id is None:
        return None
    asked_at = time.monotonic()
    async with _refreshes.acquire(server.user_id):
        if time.monotonic() - asked_at > _WAIT_SECONDS:
            raise ServerUnreachable("The access token could not be refreshed in time.")
        return await run_in_thread(_refresh, asyncio.get_running_loop(), server.user_id, server.id, rejected)


def _refresh(loop: asyncio.AbstractEventLoop, user_id: str, server_id: str, rejected: str | None) -> str | None:
    with transaction() as session:
        server = tool_servers.lock_tool_server(session, user_id, server_id)
        grant = None if server is None or server.oauth_expires_at is None else _grant_of(server)
        if server is None or grant is None:
            return None
        is_fresh = _expiry(grant) - _REFRESH_EARLY > utc_now()
        if is_fresh and grant.access_token != rejected:
            return grant.access_token
        try:
            renewed = _run(loop, oauth.refresh(grant))
        except oauth.AuthorizationFailed as failed:
            server.oauth_expires_at = None
            # Any other registration stays, for the next authorization.
            if isinstance(failed, oauth.ClientUnknown):
                server.oauth_encrypted = None
            return None
        write_grant(server, renewed)
        return renewed.access_token


def _run(loop: asyncio.AbstractEventLoop, call: Coroutine[Any, Any, oauth.Grant]) -> oauth.Grant:
    return asyncio.run_coroutine_threadsafe(call, loop).result()


def write_grant(server: ToolServer, grant: oauth.Grant) -> None:
    server.oauth_encrypted = encrypt_secret(secrets_owner(server), grant.to_json())
    server.oauth_expires_at = _expiry(grant)


async def start_authorization(server: ToolServer, challenge: str) -> str:
    """The URL at which the user authorizes access to the server, in a browser. Raises ServerFailed.

    `challenge`: the WWW-Authenticate header of the server's refusal.
    """
    user_id = server.user_id
    if user_id is None:
        raise AuthorizationRequired(message="The operator's tool server requires authorization.")
    earlier = _readable_grant_of(server)
    granted = "" if earlier is None or server.oauth_expires_at is None else earlier.scope
    # An authorization from which nobody came back may have ended at a server that has forgotten the client.
    registration = None if earlier is None or server.authorization_state is not None else earlier.registration
    request = await oauth.start_authorization(server.url, challenge, client_identity(), registration, granted)
    await run_in_thread(_write_pending, user_id, server.id, request)
    return request.url


def _write_pending(user_id: str, server_id: str, request: oauth.AuthorizationRequest) -> None:
    with transaction() as session:
        server = tool_servers.lock_tool_server(session, user_id, server_id)
        if server is not None:
            server.authorization_state = _hashed(request.state)
            server.authorization_encrypted = encrypt_secret(user_id, request.pending.to_json())


async def finish_authorization(user_id: str, state: str, code: str, iss: str | None) -> ToolServer | None:
    """Store the tokens of an authorization that was begun, once; None when there is none with this state.

    Raises ServerFailed.
    """
    found = await run_in_thread(_take_pending, user_id, state)
    if found is None:
        return None
    server_id, pending = found
    try:
        grant = await oauth.finish_authorization(pending, code, iss)
    except oauth.ClientUnknown:
        await run_in_thread(_forget_client, user_id, server_id, pending.registration.client_id)
        raise
    return await run_in_thread(_store_grant, user_id, server_id, grant)


def _take_pending(user_id: str, state: str) -> tuple[str, oauth.PendingAuthorization] | None:
    with transaction() as session:
        server = tool_servers.lock_authorization(session, user_id, _hashed(state))
        if server is None or server.authorization_encrypted is None:
            return None
        pending = oauth.PendingAuthorization.from_json(decrypt_secret(user_id, server.authorization_encrypted))
        server.authorization_state = server.authorization_encrypted = None
        return server.id, pending


def _forget_client(user_id: str, server_id: str, client_id: str) -> None:
    with transaction() as session:
        server = tool_servers.lock_tool_server(session, user_id, server_id)
        grant = None if server is None else _readable_grant_of(server)
        if server is not None and grant is not None and grant.registration.client_id == client_id:
            server.oauth_encrypted = server.oauth_expires_at = None


def _store_grant(user_id: str, server_id: str, grant: oauth.Grant) -> ToolServer | None:
    with transaction() as session:
        server = tool_servers.lock_tool_server(session, user_id, server_id)
        if server is not None:
            write_grant(server, grant)
            server.updated_at = utc_now()
        return server


def _grant_of(server: ToolServer) -> oauth.Grant | None:
    stored = _decrypted(server, server.oauth_encrypted)
    return None if stored is None else oauth.Grant.from_json(stored)


def _readable_grant_of(server: ToolServer) -> oauth.Grant | None:
    try:
        return _grant_of(server)
    except ServerFailed:
        return None


def _decrypted(server: ToolServer, encrypted: str | None) -> str | None:
    if encrypted is None:
        return None
    try:
        return decrypt_secret(secrets_owner(server), encrypted)
    except UnreadableApiKey:
        raise ServerFailed(
            "The stored token can no longer be read. Please enter it, or connect the server, again."
        ) from None


def _expiry(grant: oauth.Grant) -> datetime:
    return datetime.fromtimestamp(grant.expires_at, timezone.utc)


def _hashed(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
