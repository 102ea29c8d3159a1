"""The account calls over HTTP. Plain functions: FastAPI runs them, bcrypt included, off the event loop."""

from typing import Any

from fastapi import Response

from functions.user import service
from functions.user.errors import EmailNotFound, EmailTaken, PasswordMismatch, WeakPassword, WrongPassword
from functions.user.schemas import (
    EmailBody,
    LoginBody,
    PasswordBody,
    Profile,
    RegisterBody,
    Tokens,
    UsernameBody,
)
from shared.errors import RateLimited
from shared.web.dependencies import ClientIp, CurrentAccount, CurrentUser, DbSession, GivenRefreshToken
from shared.web.responses import WITH_TOKEN, error_responses
from shared.web.routing import Router

router = Router("user")
_REGISTER = error_responses(EmailTaken, PasswordMismatch, WeakPassword, RateLimited)
_LOGIN = error_responses(EmailNotFound, WrongPassword, RateLimited)
_REFRESH = error_responses(*WITH_TOKEN, RateLimited)
_WITH_TOKEN = error_responses(*WITH_TOKEN)
_CHANGE_EMAIL = error_responses(*WITH_TOKEN, EmailTaken)
_CHANGE_PASSWORD = error_responses(*WITH_TOKEN, PasswordMismatch, WeakPassword)


@router.post("/register", status_code=201, response_model=Tokens, responses=_REGISTER)
def register(body: RegisterBody, client_ip: ClientIp) -> Any:
    return service.register(body.email, body.username, body.password, body.confirm_password, client_ip)


@router.post("/login", response_model=Tokens, responses=_LOGIN)
def login(body: LoginBody, client_ip: ClientIp) -> Any:
    return service.login(body.email, body.password, client_ip)


@router.post("/refresh", response_model=Tokens, responses=_REFRESH)
def refresh(refresh_token: GivenRefreshToken) -> Any:
    return service.refresh(refresh_token)


@router.post("/logout", status_code=204, response_class=Response, responses=_WITH_TOKEN)
def logout(refresh_token: GivenRefreshToken) -> None:
    service.logout(refresh_token)


@router.get("/me", response_model=Profile, responses=_WITH_TOKEN)
async def me(account: CurrentAccount) -> Any:
    return account


@router.post("/me/username", response_model=Profile, responses=_WITH_TOKEN)
def change_username(body: UsernameBody, session: DbSession, caller: CurrentUser) -> Any:
    return service.rename_user(session, caller.user_id, body.username)


@router.post("/me/email", response_model=Profile, responses=_CHANGE_EMAIL)
def change_email(body: EmailBody, session: DbSession, caller: CurrentUser) -> Any:
    return service.change_email(session, caller.user_id, body.email)


@router.post("/me/password", response_model=Tokens, responses=_CHANGE_PASSWORD)
def change_password(body: PasswordBody, refresh_token: GivenRefreshToken) -> Any:
    return service.change_password(refresh_token, body.new_password, body.confirm_password)
