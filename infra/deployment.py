"""Deployment steps and errors that all deploys share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

# Releases that are kept for a rollback, the newest included. The live one is kept, too.
KEPT_RELEASES = 5


class DeployFailed(Exception):
    """A call that a cloud refused after retries; the message names the resource and the cloud's error code."""


class InvalidStage(Exception):
    """Invalid configuration of a stage; the message names what is missing."""


@dataclass(frozen=True)
class Change:
    """A pending deployment step: its description, and the call that applies it."""

    what: str
    apply: Callable[[], None]


def required(environ: Mapping[str, str], name: str) -> str:
    """A variable of the deploy's environment. Raises InvalidStage when it is absent or empty."""
    value = environ.get(name)
    if not value:
        raise InvalidStage(f"{name} must be in the environment")
    return value
