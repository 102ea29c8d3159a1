"""Error responses of operations in the OpenAPI document."""

from typing import Any

from shared.errors import (
    AppError,
    InternalError,
    InvalidInput,
    NotFound,
    PayloadTooLarge,
    TokenExpired,
    TokenRevoked,
    Unauthorized,
)

# A reference: FastAPI would build the named model again for every route and status. The app (shared.web.app) registers
# the model once.
ERROR_BODY = "#/components/schemas/ErrorBody"
_Kinds = tuple[type[AppError], ...]
_ANY_CALL: _Kinds = (InvalidInput, PayloadTooLarge, InternalError)
# Errors of every call that takes a token.
WITH_TOKEN: _Kinds = (Unauthorized, TokenExpired, TokenRevoked)
# Errors of every call that takes a token and names an owned row.
OWN_THING: _Kinds = (*WITH_TOKEN, NotFound)


def error_responses(*errors: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """A route's `responses`: its error codes by status, including those of every call."""
    codes: dict[int, list[str]] = {}
    for error in (*_ANY_CALL, *errors):
        codes.setdefault(error.status, []).append(error.code)
    return {status: _response(sorted(set(codes[status]))) for status in sorted(codes)}


def _response(codes: list[str]) -> dict[str, Any]:
    code_schema = {"properties": {"error": {"properties": {"code": {"enum": codes}}}}}
    return {
        "description": " · ".join(codes),
        "content": {"application/json": {"schema": {"$ref": ERROR_BODY, **code_schema}}},
    }
