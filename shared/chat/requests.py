"""Request bodies of the calls that run a turn, the same over HTTP and WebSocket."""

from shared.chat.own_model import ModelFields
from shared.chat.parts import MessageContent
from shared.schemas import GivenId


class TurnFields(ModelFields):
    """The model of one turn. `model_config_id` absent: the conversation's; null: the server's default model."""

    model_config_id: GivenId | None = None


class SendBody(TurnFields):
    """`parent_id` absent: after the conversation's active leaf; null: a new first message."""

    conversation_id: GivenId
    message: MessageContent
    parent_id: GivenId | None = None
    # Whether the client takes `notice` events.
    notices: bool | None = None


class ReplyBody(TurnFields):
    """For `regenerate` and `continue`."""

    message_id: GivenId
    # Whether the client takes `notice` events.
    notices: bool | None = None
