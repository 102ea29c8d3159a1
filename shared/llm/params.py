"""What a user may set about a model."""

import json
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from shared.llm.base_url import mend_base_url

BaseUrl = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(mend_base_url)
]
ModelName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
# Goes into a header; some servers of one's own take none, so it may be empty.
ApiKey = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000, pattern=r"^[\x21-\x7e]*$")]

# A header's name is a token (RFC 9110 5.6.2); those that belong to the connection or to us are refused.
_HeaderName = Annotated[str, StringConstraints(max_length=100, pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")]
_HeaderValue = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[\x20-\x7e]*$")]
_QueryName = Annotated[str, StringConstraints(min_length=1, max_length=100)]
_QueryValue = Annotated[str, StringConstraints(max_length=1000)]
_RESERVED_HEADERS = ("host", "authorization", "connection", "content-", "transfer-")

# What we set ourselves, or what would change who pays or who is called.
_RESERVED = frozenset({"model", "messages", "stream", "stream_options", "n"})
_MAX_EXTRA_BYTES = 20_000
_Stop = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


def _checked_extra(value: dict[str, Any]) -> dict[str, Any]:
    if taken := _RESERVED & value.keys():
        raise ValueError(f"may not set {', '.join(sorted(taken))}")
    try:
        # Python reads NaN and half surrogate pairs as JSON; databases and providers do not.
        size = len(json.dumps(value, allow_nan=False, ensure_ascii=False).encode())
    except (ValueError, RecursionError):
        raise ValueError("is not valid JSON") from None
    if size > _MAX_EXTRA_BYTES:
        raise ValueError("is too large")
    return value


def _checked_headers(value: dict[str, str | None]) -> dict[str, str | None]:
    if len({name.lower() for name in value}) < len(value):
        raise ValueError("has a name twice")
    for name in value:
        if name.lower().startswith(_RESERVED_HEADERS):
            raise ValueError(f"may not set {name}")
    return value


_Headers = Annotated[dict[_HeaderName, _HeaderValue | None], Field(max_length=10), AfterValidator(_checked_headers)]


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
    # How many of the newest messages the model is given.
    context_messages: int | None = Field(None, ge=1, le=1000)
    # Fields of the provider's own, merged into the request's body.
    extra_body: Annotated[dict[str, Any], AfterValidator(_checked_extra)] | None = None

    # How images are sent: by URL, inline, or not at all. `auto` begins with the stage's way and learns from refusals.
    image_delivery: Literal["auto", "url", "inline", "none"] | None = None
    # `off`: the answer is requested as a whole.
    stream: Literal["auto", "off"] | None = None
    # Sent with each request. A null value stands for the stored one, which is never sent to a client.
    headers: _Headers | None = None
    # Appended to the URL of each request, as Azure's `api-version`.
    query: Annotated[dict[_QueryName, _QueryValue], Field(max_length=10)] | None = None
    # How long the model may be silent. Thinking models are, for minutes.
    idle_seconds: int | None = Field(None, ge=30, le=600)

    def request_fields(self) -> dict[str, Any]:
        """The fields that go to the model under their own names, those that are set."""
        return self.model_dump(exclude_none=True, include=_SENT)


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
