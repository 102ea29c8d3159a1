"""Errors of the wire contract. They are raised where a rule is enforced and rendered in one place.

An error is a noun with a `code` and a `status`; its message is for users and never contains another exception's
text.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class AppError(Exception):
    """Base of the errors that clients receive. Subclasses set the three class attributes."""

    code: ClassVar[str]
    status: ClassVar[int]
    message: str = ""

    def __init__(
        self,
        message: str | None = None,
        *,
        details: Sequence[Mapping[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        retry_after: int | None = None,
    ) -> None:
        """`retry_after`: seconds until the next attempt may succeed, also sent as `Retry-After`."""
        self.message = message or type(self).message
        self.details = details
        self.headers = dict(headers or {})
        self.retry_after = retry_after
        if retry_after is not None:
            self.headers["Retry-After"] = str(retry_after)
        super().__init__(self.message)

    def body(self, request_id: str) -> dict[str, object]:
        """The contract's error form: `{"error": {code, message, request_id, details?}}`."""
        error: dict[str, object] = {"code": self.code, "message": self.message}
        error["request_id"] = request_id
        if self.details is not None:
            error["details"] = [dict(detail) for detail in self.details]
        return {"error": error}


class InvalidInput(AppError):
    """`details`: a list of `{"field", "message"}`; never the value."""

    code, status = "validation_error", 422
    message = "Some fields are invalid."


class Unauthorized(AppError):
    code, status = "unauthorized", 401
    message = "A valid token is required. Please log in."


class TokenExpired(AppError):
    code, status = "token_expired", 401
    message = "The token has expired. Refresh it, or log in again."


class TokenRevoked(AppError):
    code, status = "token_revoked", 401
    message = "The token is no longer valid. Please log in again."


class Forbidden(AppError):
    code, status = "forbidden", 403
    message = "You do not have permission to do this. Contact the operator of this server."


class NotFound(AppError):
    """The row does not exist, or it is another user's: a client cannot tell the difference."""

    code, status = "not_found", 404
    message = "Not found."


class MethodNotAllowed(AppError):
    code, status = "method_not_allowed", 405
    message = "This method is not allowed here."


class PayloadTooLarge(AppError):
    code, status = "payload_too_large", 413
    message = "The request is too large. Send less text or a smaller file."


class RateLimited(AppError):
    code, status = "rate_limited", 429
    message = "Too many attempts. Please wait a moment."

    def __init__(self, retry_after: int, message: str | None = None) -> None:
        """`retry_after`: seconds until the next attempt can succeed."""
        super().__init__(message, retry_after=max(1, retry_after))


class Unavailable(AppError):
    """The database is paused, fails over, or has no connection left."""

    code, status = "unavailable", 503
    message = "The database is starting or cannot be reached. Please try again in a moment."

    def __init__(self, retry_after: int = 5) -> None:
        """`retry_after`: seconds until the next attempt may succeed."""
        super().__init__(retry_after=retry_after)


class InternalError(AppError):
    code, status = "internal_error", 500
    message = "Something went wrong on our side. Please try again."
