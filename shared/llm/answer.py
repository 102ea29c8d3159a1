"""The parts of a model's answer. A module of its own, so that using it does not import the HTTP client."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Delta:
    """A piece of text of the model's answer (`delta`) or of its reasoning."""

    kind: Literal["delta", "reasoning"]
    text: str


@dataclass(frozen=True)
class Usage:
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True)
class Finished:
    """The end of an answer. `finish_reason` as the provider named it: stop, length, ..."""

    finish_reason: str
    usage: Usage | None
