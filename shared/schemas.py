"""Shapes that the APIs of all functions share."""

import json
import warnings
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, PlainSerializer, StringConstraints, model_validator
from pydantic.warnings import UnsupportedFieldAttributeWarning
from pydantic_core import PydanticCustomError

# FastAPI names a body in a way that says nothing to Pydantic, and ignores its warning while it makes a route; a model
# that is built when it is used warns later.
warnings.filterwarnings("ignore", "The 'alias' attribute with value 'body'", UnsupportedFieldAttributeWarning)


class RequestBody(BaseModel):
    """Base of request bodies: unknown fields and values of another type are refused, and an error does not echo
    the value."""

    # Built when it is first used, by its route.
    model_config = ConfigDict(
        extra="forbid", hide_input_in_errors=True, str_strip_whitespace=False, strict=True, defer_build=True
    )

    @model_validator(mode="before")
    @classmethod
    def _only_text_that_can_be_encoded(cls, data: Any) -> Any:
        # JSON can spell half of a surrogate pair, which no database, hash or provider takes.
        try:
            json.dumps(data, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError:
            raise PydanticCustomError("unicode", "Text may not contain a lone surrogate.") from None
        return data


class ResponseBody(BaseModel):
    """Base of response bodies, read from objects with the same attributes."""

    model_config = ConfigDict(from_attributes=True, json_schema_serialization_defaults_required=True, defer_build=True)


# An id that a client names. What is not one of ours is simply not found.
GivenId = Annotated[str, StringConstraints(min_length=1, max_length=64)]


def _iso(value: datetime) -> str:
    return value.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# ISO-8601 in UTC with `Z`, to the millisecond.
Timestamp = Annotated[datetime, PlainSerializer(_iso, return_type=str)]

_Item = TypeVar("_Item")


class Page(ResponseBody, Generic[_Item]):
    items: list[_Item]
    next_cursor: str | None = None


def validation_details(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Pydantic's errors as the contract's details: the place and the rule, never what was sent."""
    return [{"field": ".".join(str(part) for part in error["loc"]), "message": error["msg"]} for error in errors]


class Deleted(ResponseBody):
    deleted: int


class ErrorDetail(BaseModel):
    field: str
    message: str


class ErrorContent(BaseModel):
    code: str
    message: str
    request_id: str
    details: list[ErrorDetail] | None = None


class ErrorBody(BaseModel):
    error: ErrorContent
