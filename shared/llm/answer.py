"""The parts of a model's answer. A module of its own, so that using it does not import the HTTP client."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Delta:
    """A piece of text of the model's answer (`delta`) or of its reasoning."""

    kind: Literal["delta", "reasoning"]
    text: str


@dataclass(frozen=True)
class ProviderWait:
    """The provider is busy, and the call is repeated after `seconds`. `status`: of its refusal, None if unreachable."""

    seconds: float
    status: int | None


@dataclass(frozen=True)
class Usage:
    """Tokens. `cached_tokens` is the part of the prompt that the provider had cached, `reasoning_tokens` the part of
    the completion that is reasoning; None: the provider does not report them."""

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None


@dataclass(frozen=True)
class Source:
    """A web page that the answer cites."""

    url: str
    title: str | None = None


@dataclass(frozen=True)
class ToolCall:
    """A call that the model asks for.

    `arguments`: JSON as the model wrote it, which may be broken. `extra`: fields of the provider's that have to be sent
    back with the call.
    """

    id: str
    name: str
    arguments: str
    extra: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Finished:
    """The end of an answer.

    `finish_reason` as the provider named it (stop, content_filter, ...), but `length` under all its names.
    `images_omitted`: images of earlier messages were replaced by a note. `calls`: the results of these are awaited.
    `tools_omitted`: tools were to be offered, and the model takes none. `returns_reasoning`: the provider expects its
    `reasoning_content` back with the calls' results.
    """

    finish_reason: str
    usage: Usage | None = None
    sources: tuple[Source, ...] = ()
    images_omitted: bool = False
    calls: tuple[ToolCall, ...] = ()
    tools_omitted: bool = False
    returns_reasoning: bool = False
