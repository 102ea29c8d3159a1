"""Dependencies of routes: database session, authenticated user, permission, client address.

There are two types of authenticated user. In both the access token was verified: signature, type and expiry.

| annotation    | type        | login looked up               | take it in a route that                              |
|---------------|-------------|-------------------------------|------------------------------------------------------|
| `CurrentUser` | `Principal` | in the request's transaction  | does its work in that transaction: the usual case    |
| `TokenUser`   | `Claims`    | not yet                       | takes no `DbSession`, because its service opens its  |
|               |             |                               | own transactions: it streams a reply, waits for a    |
|               |             |                               | model or an object store, or reads the login and its |
|               |             |                               | rows in one statement                                |

A service that is given `Claims` passes them to `shared.auth.principal.confirm_login` in its first transaction, or
to a function that does so; otherwise a login that was ended still gets in.

`RequirePermission` needs the token alone, so it goes with either. Calls with a refresh token take `RefreshTokenUser`.
The operator's calls take `AdminUser` (functions.admin.access), which checks the account's present group instead of the
token's permission.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import nullcontext
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer
from sqlalchemy.orm import Session

from shared.auth.claims import Claims
from shared.auth.principal import Principal, confirm_login
from shared.auth.scopes import require_permission
from shared.auth.tokens import PresentedToken, read_refresh_token, read_token
from shared.config import DatabaseSettings, load
from shared.db.session import transaction
from shared.errors import AppError, Unauthorized
from shared.event_loop import PerEventLoop, SlotsPerKey
from shared.logging import request_context
from shared.web.blocking import enter_blocking, run_blocking

_slots = PerEventLoop(lambda: asyncio.Semaphore(load(DatabaseSettings).database_pool_size))
_slots_per_user = SlotsPerKey(lambda: max(1, load(DatabaseSettings).database_pool_size // 2))


async def acquire_connection_slot(request: Request) -> AsyncIterator[None]:
    """Admission: as many requests as there are database connections; the others wait without occupying a thread. One
    user's requests have at most half of them, so that they do not hold up everybody else's.

    A request keeps its connection across its dependencies, each of which needs a thread. Without this limit, waiting
    requests could occupy all threads, while those with a connection wait for a thread (deadlock).
    """
    user_id = _caller_of(request)
    # Without a user, requests of many clients would share the slots of one.
    async with _slots_per_user.acquire(user_id) if user_id else nullcontext(), _slots.get():
        yield


def _caller_of(request: Request) -> str | None:
    """The user of a request's access token; None without a valid one."""
    token = request.headers.get("authorization", "").rpartition(" ")[2]
    try:
        return read_token(token, "access").user_id
    except AppError:
        return None


# For every route, until its function has returned: a stream does not occupy the slot.
ConnectionSlot = Depends(acquire_connection_slot, scope="function")


async def get_session() -> AsyncIterator[Session]:
    """The request's transaction."""
    async with enter_blocking(transaction()) as session:
        yield session


# Ends with the route's function, so that it is committed before the response leaves.
DbSession = Annotated[Session, Depends(get_session, scope="function")]


class _Bearer(HTTPBearer):
    """The token of the Authorization header. Raises Unauthorized."""

    def __init__(self, name: str) -> None:
        super().__init__(scheme_name=name, bearerFormat="JWT", auto_error=False)

    async def read(self, request: Request) -> str:
        given = await super().__call__(request)
        if given is None:
            raise Unauthorized
        return given.credentials


class _OpaqueToken(_Bearer):
    """A token that is no JWT, which the service looks up. Raises Unauthorized."""

    async def __call__(self, request: Request) -> str:  # type: ignore[override]
        return await self.read(request)


class _AccessToken(_Bearer):
    """The claims of an access token. Raises Unauthorized, TokenExpired."""

    async def __call__(self, request: Request) -> Claims:  # type: ignore[override]
        claims = read_token(await self.read(request), "access")
        _remember(claims.user_id)
        return claims


class _RefreshToken(_Bearer):
    """A verified refresh token; the service checks whether it was used or revoked.

    Raises Unauthorized, TokenExpired.
    """

    async def __call__(self, request: Request) -> PresentedToken:  # type: ignore[override]
        presented = read_refresh_token(await self.read(request))
        _remember(presented.claims.user_id)
        return presented


# Schemes, so that the OpenAPI document shows which token a call needs.
_AccessClaims = Annotated[Claims, Security(_AccessToken("access_token"))]
RefreshTokenUser = Annotated[PresentedToken, Security(_RefreshToken("refresh_token"))]
# Token of a login that waits for its second factor.
MfaToken = Annotated[str, Security(_OpaqueToken("mfa_token"))]
# Token of a sign-in that waits for the confirmation of the account's owner.
LinkToken = Annotated[str, Security(_OpaqueToken("link_token"))]


async def get_principal(session: DbSession, claims: _AccessClaims) -> Principal:
    """Raises Unauthorized, TokenExpired, TokenRevoked."""
    return await run_blocking(confirm_login, session, claims)


CurrentUser = Annotated[Principal, Depends(get_principal, scope="function")]


async def get_token_user(request: Request, claims: _AccessClaims) -> Claims:
    """Raises Unauthorized, TokenExpired."""
    request.state.unconfirmed_claims = claims
    return claims


TokenUser = Annotated[Claims, Depends(get_token_user)]


async def confirm_token_user(request: Request) -> None:
    """Check the login of a request that was refused before its service could do so. Raises TokenRevoked."""

    def in_transaction(claims: Claims) -> None:
        with transaction() as session:
            confirm_login(session, claims)

    claims = getattr(request.state, "unconfirmed_claims", None)
    if claims is not None:
        await run_blocking(in_transaction, claims)


class RequirePermission:
    """Admits a caller whose access token has `permission`, with any limit. Raises Forbidden."""

    def __init__(self, permission: str) -> None:
        self._permission = permission

    async def __call__(self, claims: _AccessClaims) -> None:
        require_permission(claims.scope, self._permission)


async def get_client_ip() -> str:
    """The caller's address, from the request's context."""
    context = request_context.get()
    return context.client_ip if context else "unknown"


ClientIp = Annotated[str, Depends(get_client_ip)]


def _remember(user_id: str) -> None:
    context = request_context.get()
    if context is not None:
        context.user_id = user_id
