"""What an operation can answer with besides its result, as its OpenAPI document tells it."""

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

# Referred to, because FastAPI would build a model that is named once more for every route and status. The app
# (shared.web.app) names it where it is built once.
ERROR_BODY = "#/components/schemas/ErrorBody"
_Kinds = tuple[type[AppError], ...]
_ANY_CALL: _Kinds = (InvalidInput, PayloadTooLarge, InternalError)
# Of every call that takes a token.
WITH_TOKEN: _Kinds = (Unauthorized, TokenExpired, TokenRevoked)
# Of every call that takes a token and names a thing.
OWN_THING: _Kinds = (*WITH_TOKEN, NotFound)


def error_responses(*errors: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """A route's `responses`: each status with its codes, those included that any call can have."""
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
