"""Errors of sending a message."""

from shared.errors import AppError


class EmailUnverified(AppError):
    code, status = "email_unverified", 403
    message = "Verify your email address to use this server's models. The settings send you a link."


class InvalidImage(AppError):
    code, status = "invalid_image", 422
    message = "An image of the message is not one that was uploaded to this conversation. Upload it again."


class InvalidFile(AppError):
    code, status = "invalid_file", 422
    message = "A file of the message does not exist or is not yours. Upload it again."


class FileNotReady(AppError):
    code, status = "file_not_ready", 422
    message = "A file of the message has no text yet, or could not be read. Wait until it is ready, or leave it out."


class StorageUnavailable(AppError):
    code, status = "storage_unavailable", 503
    message = "The file storage cannot be reached. Please try again in a moment."


class RequestKeyReused(AppError):
    code, status = "request_key_reused", 409
    message = "This idempotency key was used for another request. Use a new one."


class NotContinuable(AppError):
    code, status = "not_continuable", 409
    message = "Only a reply that was stopped, interrupted or cut off can be continued. Regenerate this one instead."


class AlreadyAnswered(AppError):
    code, status = "already_answered", 409
    message = "This step has been answered already. Load the message again to see the answer."
