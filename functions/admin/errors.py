"""Errors of the operator's calls."""

from shared.errors import AppError


class OfferLimit(AppError):
    code, status = "model_config_limit", 403
    message = "No more models can be offered. Delete one first."


class OwnAccount(AppError):
    code, status = "own_account", 409
    message = "This is your own account. Another administrator has to change it."
