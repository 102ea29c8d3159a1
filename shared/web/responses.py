"""Parts of the OpenAPI document that FastAPI does not derive from a route's signature: errors, and schemas of models
that no route names as a body."""

from typing import Any, Literal

from fastapi.encoders import jsonable_encoder
from pydantic import TypeAdapter

from shared.errors import (
    AppError,
    InternalError,
    InvalidInput,
    NotFound,
    PayloadTooLarge,
    TokenExpired,
    TokenRevoked,
    Unauthorized,
    Unavailable,
)

_REFERENCE = "#/components/schemas/{model}"
_Kinds = tuple[type[AppError], ...]
_ANY_CALL: _Kinds = (InvalidInput, PayloadTooLarge, InternalError, Unavailable)
# Errors of every call that takes a token.
WITH_TOKEN: _Kinds = (Unauthorized, TokenExpired, TokenRevoked)
# Errors of every call that takes a token and names an owned row.
OWN_THING: _Kinds = (*WITH_TOKEN, NotFound)


def schema_reference(name: str) -> dict[str, Any]:
    """Refers to a component schema. FastAPI would build a model that is named instead once for every route and status.

    The app (shared.web.app) puts the component into the document.
    """
    return {"$ref": _REFERENCE.format(model=name)}


def component_schemas(name: str, shape: Any, mode: Literal["validation", "serialization"]) -> dict[str, Any]:
    """The component schemas of a type: its own under `name`, and those of the models it consists of."""
    # FastAPI leaves out nulls, such as defaults, of the schemas it makes; both must make the same of one model.
    schema = jsonable_encoder(TypeAdapter(shape).json_schema(mode=mode, ref_template=_REFERENCE), exclude_none=True)
    return {**schema.pop("$defs", {}), name: schema}


def error_responses(*errors: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """A route's `responses`: its error codes by status, including those of every call."""
    codes: dict[int, list[str]] = {}
    for error in (*_ANY_CALL, *errors):
        codes.setdefault(error.status, []).append(error.code)
    return {status: _response(sorted(set(codes[status]))) for status in sorted(codes)}


def _response(codes: list[str]) -> dict[str, Any]:
    code_schema: dict[str, Any] = {"properties": {"error": {"properties": {"code": {"enum": codes}}}}}
    return {
        "description": " · ".join(codes),
        "content": {"application/json": {"schema": schema_reference("ErrorBody") | code_schema}},
    }
