"""Settings of the conversation function."""

from pydantic import Field

from shared.auth.limits import Limit
from shared.config import Settings, by_stage


class ConversationSettings(Settings):
    # Created, imported and forked ones; whoever moves in from another product may bring thousands.
    conversations_per_user_per_day: int = Field(default_factory=lambda: by_stage(5000, 100_000))

    @property
    def new_conversations(self) -> Limit:
        return Limit("new_conversation", self.conversations_per_user_per_day, 24 * 3600)
