"""What the deploys have in common: a step that is needed, and why a deploy cannot be done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


class DeployFailed(Exception):
    """Something that a cloud refused for good; the message names the thing and the cloud's code."""


class InvalidStage(Exception):
    """The stage cannot be deployed as it is described; the message says what is missing."""


@dataclass(frozen=True)
class Change:
    """One step that is needed, and how to take it."""

    what: str
    apply: Callable[[], None]


def needed(environ: Mapping[str, str], name: str) -> str:
    """A variable of the deploy's environment. Raises InvalidStage when it is absent or empty."""
    value = environ.get(name)
    if not value:
        raise InvalidStage(f"{name} must be in the environment")
    return value
