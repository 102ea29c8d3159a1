"""The contract's error format."""

import pytest

from shared import errors
from shared.errors import AppError, InvalidInput, RateLimited


def test_the_error_format() -> None:
    details = [{"field": "email", "message": "This is not an email address."}]
    assert InvalidInput(details=details).body("request-1") == {
        "error": {
            "code": "validation_error",
            "message": "Some fields are invalid.",
            "request_id": "request-1",
            "details": details,
        }
    }
    assert "details" not in InvalidInput("The body could not be read.").body("request-1")["error"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("InvalidInput", 422, "validation_error"),
        ("Unauthorized", 401, "unauthorized"),
        ("TokenExpired", 401, "token_expired"),
        ("TokenRevoked", 401, "token_revoked"),
        ("Forbidden", 403, "forbidden"),
        ("NotFound", 404, "not_found"),
        ("PayloadTooLarge", 413, "payload_too_large"),
        ("Unavailable", 503, "unavailable"),
        ("InternalError", 500, "internal_error"),
    ],
)
def test_the_general_errors(name: str, status: int, code: str) -> None:
    error: AppError = getattr(errors, name)()
    assert (error.status, error.code) == (status, code)
    assert error.message


def test_a_rate_limit_has_a_retry_after_in_whole_seconds() -> None:
    assert RateLimited(30).headers == {"Retry-After": "30"}
    assert RateLimited(0).headers == {"Retry-After": "1"}
    assert (RateLimited.status, RateLimited.code) == (429, "rate_limited")
