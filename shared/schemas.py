"""Base classes and common types of request and response bodies."""

import json
import re
import unicodedata
import warnings
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timezone
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    model_validator,
)
from pydantic.warnings import UnsupportedFieldAttributeWarning
from pydantic_core import PydanticCustomError

# FastAPI passes an alias that Pydantic ignores, and suppresses the warning while it builds a route; a model with
# deferred build warns later.
warnings.filterwarnings("ignore", "The 'alias' attribute with value 'body'", UnsupportedFieldAttributeWarning)


def check_encodable(data: Any) -> None:
    """Raises PydanticCustomError. JSON can encode a lone surrogate, which no database, hash or provider accepts."""
    try:
        json.dumps(data, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("unicode", "Text may not contain a lone surrogate.") from None
    except RecursionError:
        raise PydanticCustomError("depth", "Objects and lists are nested too deeply.") from None


class RequestBody(BaseModel):
    """Base of request bodies: unknown fields and values of another type are refused, and an error does not echo
    the value."""

    # Built at first use, to keep cold starts short.
    model_config = ConfigDict(
        extra="forbid", hide_input_in_errors=True, str_strip_whitespace=False, strict=True, defer_build=True
    )

    @model_validator(mode="before")
    @classmethod
    def _only_text_that_can_be_encoded(cls, data: Any) -> Any:
        check_encodable(data)
        return data

    def changes(self, clearable: Collection[str] = ()) -> dict[str, Any]:
        """The fields of a change that the request has, besides `id`. A null is left out unless the field is one of the
        `clearable`."""
        return {
            name: value
            for name, value in self
            if name != "id" and name in self.model_fields_set and (value is not None or name in clearable)
        }


class ResponseBody(BaseModel):
    """Base of response bodies. A route makes one by keyword, field by field, so that the type checker finds the field
    that nobody fills; FastAPI does not validate an instance of the route's return type again.
    """

    model_config = ConfigDict(json_schema_serialization_defaults_required=True, defer_build=True)


# Characters that have no shape: they make two names look alike, or text run backwards. Zero-width joiners and
# non-joiners are letters' and emoji's own, so between two of these they are allowed.
_BIDI_CONTROLS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = re.compile(
    rf"[{_BIDI_CONTROLS}\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\u206a-\u206f\u2800\u3164\ufeff\uffa0"
    r"\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
    r"|(?<![^\x00-\x7f\s])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f\s])"
)
_BIDI_CONTROL = re.compile(f"[{_BIDI_CONTROLS}]")


def _without_hidden_characters(value: str) -> str:
    if _INVISIBLE.search(value) or any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in value):
        raise PydanticCustomError(
            "hidden_characters", "A name may not contain control characters, line breaks or invisible characters."
        )
    return value


def without_bidi_controls(value: str) -> str:
    """Text without the characters that change the direction of what follows it."""
    return _BIDI_CONTROL.sub("", value)


# The rule of names that people read, such as a username's: every character can be seen, or is a space.
VisibleName = AfterValidator(_without_hidden_characters)

# Instructions to models, of a user, a project or a conversation. MySQL's TEXT has 64 KB, a character up to four bytes.
InstructionsText = Annotated[str, StringConstraints(max_length=8_000)]

# An id in a request. An unknown one is simply not found.
GivenId = Annotated[str, StringConstraints(min_length=1, max_length=64)]


def _iso(value: datetime) -> str:
    return value.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# ISO-8601 in UTC with `Z`, to the millisecond.
Timestamp = Annotated[datetime, PlainSerializer(_iso, return_type=str)]


def _require_iso_date(value: str) -> str:
    """Pydantic also takes a number as a date: the seconds since 1970."""
    date.fromisoformat(value)
    return value


# A day in a query, as YYYY-MM-DD.
Day = Annotated[date, BeforeValidator(_require_iso_date)]

_Item = TypeVar("_Item")


class Page(ResponseBody, Generic[_Item]):
    items: list[_Item]
    next_cursor: str | None


def validation_details(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Pydantic's errors as the contract's `details`: field and rule, never the value."""
    return [{"field": ".".join(str(part) for part in error["loc"]), "message": error["msg"]} for error in errors]


class Health(ResponseBody):
    status: Literal["ok"]


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
