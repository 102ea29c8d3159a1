"""The parts of a model's answer. A module of its own, so that using it does not import the HTTP client."""

from dataclasses import dataclass
from typing import Literal


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
class Finished:
    """The end of an answer.

    `finish_reason` as the provider named it (stop, content_filter, ...), but `length` under all its names.
    `images_omitted`: images of earlier messages were replaced by a note.
    """

    finish_reason: str
    usage: Usage | None = None
    sources: tuple[Source, ...] = ()
    images_omitted: bool = False
