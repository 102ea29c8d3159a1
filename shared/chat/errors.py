"""What can be wrong with a message."""

from shared.errors import AppError


class InvalidImage(AppError):
    code, status = "invalid_image", 422
    message = "An image of the message is not one that was uploaded to this conversation."


class NotContinuable(AppError):
    code, status = "not_continuable", 409
    message = "Only a reply that was stopped, interrupted or cut off can be continued."
