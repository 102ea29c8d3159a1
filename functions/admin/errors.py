"""Errors of the operator's calls."""

from shared.errors import AppError


class OwnAccount(AppError):
    code, status = "own_account", 409
    message = "This is your own account. Another administrator has to change it."
