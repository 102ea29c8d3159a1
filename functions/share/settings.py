"""Settings of the share function."""

from pydantic import Field

from shared.auth.limits import Limit
from shared.config import Settings, by_stage


class ShareSettings(Settings):
    shares_per_user_per_day: int = Field(default_factory=lambda: by_stage(100, 100_000))

    @property
    def uploads(self) -> Limit:
        """Limit of new and updated shares together."""
        return Limit("share", self.shares_per_user_per_day, 24 * 3600)
