"""What routes ask for: a session, the caller, a bearer token."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated
from weakref import WeakKeyDictionary

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer
from sqlalchemy.orm import Session

from shared.auth.principal import Principal, authenticate, authenticate_account, confirm_login
from shared.auth.tokens import Claims, PresentedToken, read_refresh_token, read_token
from shared.config import DatabaseSettings, load
from shared.db.repositories.users import Account
from shared.db.session import plain_transaction, transaction
from shared.errors import Unauthorized
from shared.logging import request_context
from shared.web.blocking import enter_blocking, run_blocking

_places: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def take_place() -> AsyncIterator[None]:
    """Let in as many requests as there are database connections; the others wait without a thread.

    A request holds its connection from one dependency to the next, and each of them needs a thread.
    Without this, more requests than threads would wait for connections in all the threads there are,
    and those that have a connection would wait for a thread.
    """
    loop = asyncio.get_running_loop()
    if loop not in _places:
        _places[loop] = asyncio.Semaphore(load(DatabaseSettings).database_pool_size)
    async with _places[loop]:
        yield


# Of every route. It is over when the route's function has returned: a stream does not hold it.
RequestPlace = Depends(take_place, scope="function")


async def get_session() -> AsyncIterator[Session]:
    """The request's one transaction."""
    async with enter_blocking(transaction()) as session:
        yield session


# Ends with the route's function, so that it is committed before the response leaves.
DbSession = Annotated[Session, Depends(get_session, scope="function")]


class _Bearer(HTTPBearer):
    """The token of the Authorization header. Raises Unauthorized."""

    def __init__(self, name: str) -> None:
        super().__init__(scheme_name=name, bearerFormat="JWT", auto_error=False)

    async def __call__(self, request: Request) -> str:  # type: ignore[override]
        given = await super().__call__(request)
        if given is None:
            raise Unauthorized
        return given.credentials


# Two schemes, so that the OpenAPI document says which of the two tokens a call takes.
AccessToken = Annotated[str, Security(_Bearer("access_token"))]
_RefreshToken = Annotated[str, Security(_Bearer("refresh_token"))]


async def get_principal(session: DbSession, token: AccessToken) -> Principal:
    principal = await run_blocking(authenticate, session, token)
    _remember(principal.user_id)
    return principal


CurrentUser = Annotated[Principal, Depends(get_principal, scope="function")]


async def get_account(token: AccessToken) -> Account:
    def in_transaction() -> Account:
        with plain_transaction() as connection:
            return authenticate_account(connection, token)

    account = await run_blocking(in_transaction)
    _remember(account.id)
    return account


# For routes that only tell the caller about themselves.
CurrentAccount = Annotated[Account, Depends(get_account)]


async def get_refresh_token(token: _RefreshToken) -> PresentedToken:
    """Signed by us and in its time; whether it was used or revoked is for the call to find out."""
    presented = read_refresh_token(token)
    _remember(presented.claims.user_id)
    return presented


GivenRefreshToken = Annotated[PresentedToken, Depends(get_refresh_token)]


async def get_client_ip() -> str:
    """The caller's address, from the request's context."""
    context = request_context.get()
    return context.client_ip if context else "unknown"


ClientIp = Annotated[str, Depends(get_client_ip)]


async def get_detached_principal(token: AccessToken) -> Principal:
    def in_transaction() -> Principal:
        with transaction() as session:
            return authenticate(session, token)

    principal = await run_blocking(in_transaction)
    _remember(principal.user_id)
    return principal


# For routes that wait for a model: no session is held meanwhile.
DetachedUser = Annotated[Principal, Depends(get_detached_principal)]


async def get_claims(request: Request, token: AccessToken) -> Claims:
    claims = read_token(token, "access")
    _remember(claims.user_id)
    request.state.claims = claims
    return claims


# For routes whose own transaction begins with `confirm_login`, which spares them one of its own: signed by us and in
# its time; whether the login still stands is not known yet.
SignedClaims = Annotated[Claims, Depends(get_claims)]


async def confirm_claims(request: Request) -> None:
    """Look up the login of a request that got no further than its SignedClaims. Raises TokenRevoked."""

    def in_transaction(claims: Claims) -> None:
        with transaction() as session:
            confirm_login(session, claims)

    claims = getattr(request.state, "claims", None)
    if claims is not None:
        await run_blocking(in_transaction, claims)


def _remember(user_id: str) -> None:
    context = request_context.get()
    if context is not None:
        context.user_id = user_id
