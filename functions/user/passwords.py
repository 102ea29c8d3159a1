"""The rule of a new password."""

from functions.user.errors import PasswordMismatch, WeakPassword
from shared.auth.passwords import is_acceptable


def check_new_password(password: str, confirmation: str | None) -> None:
    """Raises PasswordMismatch, WeakPassword."""
    if confirmation is not None and confirmation != password:
        raise PasswordMismatch
    if not is_acceptable(password):
        raise WeakPassword
