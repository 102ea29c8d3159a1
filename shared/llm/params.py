"""The parameters of a model that a user may set."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializeAsAny,
    StringConstraints,
    ValidationError,
    WrapValidator,
)
from typing_extensions import TypedDict  # typing's own cannot be documented before Python 3.12

from shared.errors import InvalidInput
from shared.llm.base_url import normalize_base_url

BaseUrl = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(normalize_base_url)
]
ModelName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
# Goes into a header; some servers of one's own take none, so it may be empty.
ApiKey = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000, pattern=r"^[\x21-\x7e]*$")]

# A header's name is a token (RFC 9110 5.6.2).
_HeaderName = Annotated[str, StringConstraints(max_length=100, pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")]
_HeaderValue = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[\x20-\x7e]*$")]
_QueryName = Annotated[str, StringConstraints(min_length=1, max_length=100)]
_QueryValue = Annotated[str, StringConstraints(max_length=1000)]
# Set by the client, or about the connection and not the request (RFC 9110 7.6.1); compared in lower case.
_RESERVED_HEADERS = frozenset(
    {"host", "authorization", "connection", "accept-encoding", "expect", "keep-alive", "te", "trailer", "upgrade"}
)
_RESERVED_HEADER_PREFIXES = ("content-", "transfer-", "proxy-")

# Fields that we set, or that would change who pays or who is called. Relays written in Go match names without regard
# to case, by Unicode's folding.
_RESERVED = frozenset({"model", "messages", "stream", "stream_options", "n"})
_MAX_EXTRA_BYTES = 20_000
# Depth of objects and lists within each other: serializers and databases have limits of their own.
MAX_EXTRA_DEPTH = 32
# A JSON column of MariaDB takes 31 levels, of which the parameters are one.
_MAX_COLUMN_DEPTH = 30
_Stop = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


def _checked_extra(value: dict[str, Any]) -> dict[str, Any]:
    if taken := [name for name in value if name.casefold() in _RESERVED]:
        raise ValueError(f"may not set {', '.join(sorted(taken))}")
    if _is_deeper(value, MAX_EXTRA_DEPTH):
        raise ValueError(f"has more than {MAX_EXTRA_DEPTH} levels")
    try:
        # Python reads NaN and half surrogate pairs as JSON; databases and providers do not.
        size = len(json.dumps(value, allow_nan=False, ensure_ascii=False).encode())
    except ValueError:
        raise ValueError("is not valid JSON") from None
    if size > _MAX_EXTRA_BYTES:
        raise ValueError("is too large")
    return value


def _is_deeper(value: object, max_levels: int) -> bool:
    """Whether objects and lists are nested in more than `max_levels`. Without recursion: clients send any depth."""
    level = [value]
    for _ in range(max_levels):
        level = [child for container in level for child in _containers_in(container)]
    return bool(level)


def _containers_in(container: object) -> Iterator[object]:
    children = container.values() if isinstance(container, dict) else container
    assert isinstance(children, Iterable)
    return (child for child in children if isinstance(child, dict | list))


def _checked_headers(value: dict[str, str | None]) -> dict[str, str | None]:
    if len({name.lower() for name in value}) < len(value):
        raise ValueError("has a name twice")
    for name in map(str.lower, value):
        if name in _RESERVED_HEADERS or name.startswith(_RESERVED_HEADER_PREFIXES):
            raise ValueError(f"may not set {name}")
    return value


_Headers = Annotated[dict[_HeaderName, _HeaderValue | None], Field(max_length=10), AfterValidator(_checked_headers)]


class ShownParams(TypedDict, total=False):
    """Parameters as clients receive them: those that are set, with null for each value of `headers` and `query`."""

    # Pydantic requires every field of it in a body that requires those with defaults.
    __pydantic_config__ = ConfigDict(  # type: ignore[misc]
        json_schema_extra=lambda schema: schema.pop("required", None)
    )

    temperature: float
    top_p: float
    max_tokens: int
    presence_penalty: float
    frequency_penalty: float
    stop: str | list[str]
    seed: int
    reasoning_effort: str
    system_prompt: str
    context_messages: int
    extra_body: dict[str, Any]
    image_delivery: Literal["auto", "url", "inline", "none"]
    stream: Literal["auto", "off"]
    headers: dict[str, None]
    query: dict[str, None]
    idle_seconds: int


# Sent as they are stored, also values and names that only another release accepts; the type is for the document.
ParamsOut = Annotated[ShownParams, WrapValidator(lambda value, _validate: value), SerializeAsAny()]


class ModelParams(BaseModel):
    """The first eight are sent to the model under their own names; the others are applied by us."""

    model_config = ConfigDict(
        extra="forbid", hide_input_in_errors=True, allow_inf_nan=False, strict=True, defer_build=True
    )

    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    max_tokens: int | None = Field(None, ge=1, le=10_000_000)
    presence_penalty: float | None = Field(None, ge=-2, le=2)
    frequency_penalty: float | None = Field(None, ge=-2, le=2)
    stop: _Stop | Annotated[list[_Stop], Field(max_length=16)] | None = None
    seed: int | None = Field(None, ge=-(2**63), lt=2**63)
    reasoning_effort: str | None = Field(None, max_length=32)
    # Put before every conversation.
    system_prompt: str | None = Field(None, max_length=100_000)
    # The number of newest messages that the model is given.
    context_messages: int | None = Field(None, ge=1, le=1000)
    # Fields of the provider's own, merged into the request's body.
    extra_body: Annotated[dict[str, Any], AfterValidator(_checked_extra)] | None = None

    # Images are sent by URL, inline, or not at all. `auto` begins with the stage's way and learns from refusals.
    image_delivery: Literal["auto", "url", "inline", "none"] | None = None
    # `off`: the answer is requested as a whole.
    stream: Literal["auto", "off"] | None = None
    # Sent with each request. A null value stands for the stored one, which is never sent to a client.
    headers: _Headers | None = Field(None, repr=False)
    # Appended to the URL of each request, as Azure's `api-version`; null as in `headers`.
    query: Annotated[dict[_QueryName, _QueryValue | None], Field(max_length=10)] | None = Field(None, repr=False)
    # Seconds for which the model may be silent. Thinking models are, for minutes.
    idle_seconds: int | None = Field(None, ge=30, le=600)

    def request_fields(self) -> dict[str, Any]:
        """The fields that go to the model under their own names, those that are set."""
        return self.model_dump(exclude_none=True, include=_SENT)

    @property
    def names_with_stored_secrets(self) -> Sequence[str]:
        """The names, of `headers` and `query`, that have a null: it stands for a stored secret."""
        secret = {"headers": self.headers, "query": self.query}
        return [name for name, values in secret.items() if values and None in values.values()]

    def secrets(self, stored: "SecretParams | None" = None) -> "SecretParams":
        """The values of `headers` and `query`. A null is replaced by the stored value of its name; without one the name
        is left out."""
        stored = stored or SecretParams()
        headers = {name.lower(): value for name, value in stored.headers.items()}
        return SecretParams(
            headers={
                name: kept
                for name, value in (self.headers or {}).items()
                if (kept := headers.get(name.lower()) if value is None else value) is not None
            },
            query={
                name: kept
                for name, value in (self.query or {}).items()
                if (kept := stored.query.get(name) if value is None else value) is not None
            },
        )

    def with_secrets(self, secrets: "SecretParams") -> "ModelParams":
        """The parameters with these values of `headers` and `query` and no others."""
        return self.model_copy(
            update={"headers": dict(secrets.headers) or None, "query": dict(secrets.query) or None},
        )

    def masked(self) -> dict[str, Any]:
        """The parameters that are set, with null for each value of `headers` and `query`."""
        values = self.model_dump(exclude_none=True, exclude={"headers", "query"})
        names = {"headers": dict.fromkeys(self.headers or ()), "query": dict.fromkeys(self.query or ())}
        return values | {name: nulls for name, nulls in names.items() if nulls}

    def to_stored(self) -> dict[str, Any]:
        """The value of the column `params`: masked, and a deep `extra_body` as JSON text."""
        stored = self.masked()
        if self.extra_body is not None and _is_deeper(self.extra_body, _MAX_COLUMN_DEPTH):
            stored["extra_body"] = json.dumps(self.extra_body)
        return stored

    @staticmethod
    def shown(stored: Mapping[str, Any]) -> ShownParams:
        """The masked parameters, as they are sent to clients, of a stored value."""
        shown = dict(stored)
        if isinstance(shown.get("extra_body"), str):
            shown["extra_body"] = json.loads(shown["extra_body"])
        return cast("ShownParams", shown)

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> "ModelParams":
        """Raises InvalidInput for parameters that an earlier release accepted and this one does not."""
        try:
            return cls.model_validate(cls.shown(stored))
        except ValidationError as error:
            fields = [".".join(map(str, ("params", *detail["loc"]))) for detail in error.errors(include_input=False)]
            message = "This stored parameter is not accepted any more. Change or remove it in the model's settings."
            raise InvalidInput(details=[{"field": field, "message": message} for field in fields]) from None


@dataclass(frozen=True)
class SecretParams:
    """The values of the parameters `headers` and `query`. They may hold secrets, so they are stored encrypted and are
    never sent to a client."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __bool__(self) -> bool:
        return bool(self.headers or self.query)

    def to_json(self) -> str:
        return json.dumps({"headers": dict(self.headers), "query": dict(self.query)})

    @classmethod
    def from_json(cls, text: str) -> "SecretParams":
        return cls(**json.loads(text))


_SENT = {
    "temperature",
    "top_p",
    "max_tokens",
    "presence_penalty",
    "frequency_penalty",
    "stop",
    "seed",
    "reasoning_effort",
}
