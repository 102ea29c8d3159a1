"""Errors of share links."""

from shared.errors import AppError


class SharingDisabled(AppError):
    code, status = "sharing_disabled", 403
    message = "Sharing is turned off on this site. Export the conversation instead, or contact the operator."


class ShareLimit(AppError):
    code, status = "share_limit", 403
    message = "You have as many share links as your account allows. Revoke one first."


class ShareTooLarge(AppError):
    code, status = "share_too_large", 422
    message = "This conversation is too large to be shared. Leave out images or tool calls, or share a shorter part."


class InvalidSealedShare(AppError):
    code, status = "invalid_sealed_share", 422
    message = "The encrypted conversation was not uploaded, is too large or malformed. Leave out images and try again."
