"""Differences of a provider that were learned from its refusals, remembered with the model config."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

# The form of images. `latest`: inline in the newest message, a note in those before it; `none`: a note in all.
ImageMode = Literal["url", "inline", "latest", "none"]
# The form of continuation (shared.llm.continuation): by an instruction, or as an assistant prefix under this name;
# `final_message`: by an assistant message that comes last.
ContinueMode = Literal["instruction", "prefix", "partial", "continue_final_message", "final_message"]


@dataclass(frozen=True)
class Learned:
    """Applied to the requests that follow.

    `omitted`: what is left out, by the name of the request's field, such as `temperature`, `stream`, `stream_options`;
    `system` is the role, whose messages are sent as the user's.
    `max_completion_tokens`: `max_tokens` goes under this name.
    `image_delivery`: images are sent inline, or not at all.
    `continue_mode`: how a reply that broke off is continued.
    """

    omitted: tuple[str, ...] = ()
    max_completion_tokens: bool = False
    image_delivery: Literal["inline", "none"] | None = None
    continue_mode: ContinueMode | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> "Learned":
        """The value of the column `learned`; unknown fields, of a later release, are ignored."""
        stored = stored or {}
        return cls(
            omitted=tuple(stored.get("omitted", ())),
            max_completion_tokens=stored.get("max_completion_tokens", False),
            image_delivery=stored.get("image_delivery"),
            continue_mode=stored.get("continue_mode"),
        )

    def to_json(self) -> dict[str, Any]:
        """The fields that say something."""
        fields: dict[str, Any] = {}
        if self.omitted:
            fields["omitted"] = list(self.omitted)
        if self.max_completion_tokens:
            fields["max_completion_tokens"] = True
        if self.image_delivery:
            fields["image_delivery"] = self.image_delivery
        if self.continue_mode:
            fields["continue_mode"] = self.continue_mode
        return fields
