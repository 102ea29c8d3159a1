"""Bodies of the account calls."""

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, EmailStr, StringConstraints

from shared.schemas import RequestBody, ResponseBody, Timestamp


def _without_control_characters(value: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in value):
        raise ValueError("may not contain control characters or line breaks")
    return value


# Compared and stored in lower case.
Email = Annotated[EmailStr, AfterValidator(str.lower)]
Username = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=64),
    AfterValidator(_without_control_characters),
]


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
