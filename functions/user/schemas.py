"""Request and response bodies of the account calls."""

from typing import Literal

from shared.auth.accounts import Email, Username
from shared.schemas import RequestBody, ResponseBody, Timestamp


class RegisterBody(RequestBody):
    email: Email
    username: Username
    password: str
    confirm_password: str | None = None


class LoginBody(RequestBody):
    email: Email
    password: str


class UsernameBody(RequestBody):
    username: Username


class EmailBody(RequestBody):
    email: Email


class PasswordBody(RequestBody):
    new_password: str
    confirm_password: str


class Tokens(ResponseBody):
    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    # Of the access token, in seconds.
    expires_in: int


class Profile(ResponseBody):
    id: str
    username: str
    email: str
    group: str
    created_at: Timestamp
