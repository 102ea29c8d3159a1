"""Request bodies of the calls that run a turn, the same over HTTP and WebSocket."""

from collections.abc import Mapping
from typing import Any

from shared.chat.own_model import ModelFields
from shared.chat.parts import MessageContent
from shared.llm.params import ModelParams
from shared.schemas import GivenId
from shared.tools.choice import ToolChoice


class TurnFields(ModelFields):
    """The model of one turn. `model_config_id` absent: the conversation's; null: the server's default model."""

    model_config_id: GivenId | None = None

    def to_stored(self) -> dict[str, Any] | None:
        """The value of the column `model_fields`; None when there is a secret among the fields, which is not stored
        with a reply."""
        if self.api_key is not None or (self.params is not None and self.params.secrets()):
            return None
        stored: dict[str, Any] = {}
        for name in ("base_url", "model", "model_config_id"):
            if name in self.model_fields_set:
                stored[name] = getattr(self, name)
        return stored if self.params is None else {**stored, "params": self.params.to_stored()}

    @staticmethod
    def from_stored(stored: Mapping[str, Any]) -> "TurnFields":
        """Raises InvalidInput for parameters that an earlier release accepted and this one does not."""
        fields = {name: stored[name] for name in ("base_url", "model", "model_config_id") if name in stored}
        if "params" in stored:
            fields["params"] = ModelParams.from_stored(stored["params"])
        return TurnFields(**fields)


class SendBody(TurnFields):
    """`parent_id` absent: after the conversation's active leaf; null: a new first message."""

    conversation_id: GivenId
    message: MessageContent
    parent_id: GivenId | None = None
    # Whether the client takes `notice` events.
    notices: bool | None = None
    # The tools of this turn; absent for none.
    tools: ToolChoice | None = None


class ReplyBody(TurnFields):
    """Body of `regenerate` and `continue`."""

    message_id: GivenId
    # Whether the client takes `notice` events.
    notices: bool | None = None
    # The tools of this turn; absent for none.
    tools: ToolChoice | None = None
