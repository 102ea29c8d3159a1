"""Routes of the account calls. They are plain functions, which run in a thread, so that bcrypt does not block."""

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
from functions.user.service import TokenPair
from shared.db.models import User
from shared.db.repositories.users import Account
from shared.errors import RateLimited
from shared.web.dependencies import ClientIp, CurrentUser, DbSession, RefreshTokenUser, TokenUser
from shared.web.responses import WITH_TOKEN, error_responses
from shared.web.routing import Router

router = Router("user")
_REGISTER = error_responses(EmailTaken, PasswordMismatch, WeakPassword, RateLimited)
_LOGIN = error_responses(EmailNotFound, WrongPassword, RateLimited)
_REFRESH = error_responses(*WITH_TOKEN, RateLimited)
_WITH_TOKEN = error_responses(*WITH_TOKEN)
_CHANGE_EMAIL = error_responses(*WITH_TOKEN, EmailTaken)
_CHANGE_PASSWORD = error_responses(*WITH_TOKEN, PasswordMismatch, WeakPassword)


@router.post("/register", status_code=201, responses=_REGISTER)
def register(body: RegisterBody, client_ip: ClientIp) -> Tokens:
    """Create an account and log in.

    The email address is compared without regard to case. A password has 8 to 72 bytes in UTF-8, with at least one
    letter and one digit. Registrations are limited by network address.
    """
    return _tokens(service.register(body.email, body.username, body.password, body.confirm_password, client_ip))


@router.post("/login", responses=_LOGIN)
def login(body: LoginBody, client_ip: ClientIp) -> Tokens:
    """Log in.

    Failed attempts are limited by email address and by network address.
    """
    return _tokens(service.login(body.email, body.password, client_ip))


@router.post("/refresh", responses=_REFRESH)
def refresh(refresh_token: RefreshTokenUser) -> Tokens:
    """Exchange a refresh token for a new pair of tokens.

    The presented token is used up. Presented again within 10 seconds, as by two tabs at once, it gets another pair of
    the same login; later, the whole login is revoked.
    """
    return _tokens(service.refresh(refresh_token))


@router.post("/logout", status_code=204, response_class=Response, responses=_WITH_TOKEN)
def logout(refresh_token: RefreshTokenUser) -> None:
    """Log out.

    Revokes the login that the refresh token belongs to, with its access tokens. Other logins of the user stay.
    """
    service.logout(refresh_token)


@router.get("/me", responses=_WITH_TOKEN)
def me(user: TokenUser) -> Profile:
    """Get the profile of the caller.

    `group` names the set of permissions that the caller's access tokens carry.
    """
    return _profile(service.get_account(user))


@router.post("/me/username", responses=_WITH_TOKEN)
def change_username(body: UsernameBody, session: DbSession, caller: CurrentUser) -> Profile:
    """Change the username.

    It has 1 to 64 characters after trimming, and need not be unique.
    """
    return _profile(service.rename_user(session, caller.user_id, body.username))


@router.post("/me/email", responses=_CHANGE_EMAIL)
def change_email(body: EmailBody, session: DbSession, caller: CurrentUser) -> Profile:
    """Change the email address.

    It is the name to log in with from then on. Logins stay.
    """
    return _profile(service.change_email(session, caller.user_id, body.email))


@router.post("/me/password", responses=_CHANGE_PASSWORD)
def change_password(body: PasswordBody, refresh_token: RefreshTokenUser) -> Tokens:
    """Change the password.

    Revokes every login of the user and starts a new one, whose tokens are the response.
    """
    return _tokens(service.change_password(refresh_token, body.new_password, body.confirm_password))


def _tokens(pair: TokenPair) -> Tokens:
    return Tokens(access_token=pair.access_token, refresh_token=pair.refresh_token, expires_in=pair.expires_in)


def _profile(account: Account | User) -> Profile:
    return Profile(
        id=account.id,
        username=account.username,
        email=account.email,
        group=account.group,
        created_at=account.created_at,
    )
