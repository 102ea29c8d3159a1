"""What a model's answer is made of. Apart from the client, so that reading one does not load HTTP."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Delta:
    """Text as the model wrote it: of its answer (`delta`) or of its reasoning."""

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
