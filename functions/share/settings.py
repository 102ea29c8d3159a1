"""Settings of the share function."""

from typing import Literal

from pydantic import Field

from shared.auth.limits import Limit
from shared.config import ObjectStoreSettings, Settings, by_stage, load


class ShareSettings(Settings):
    # `off`: nobody can make or update a share link. Existing ones stay until they are revoked or expire.
    shares: Literal["on", "off"] = "on"
    shares_per_user_per_day: int = Field(default_factory=lambda: by_stage(100, 100_000))

    @property
    def enabled(self) -> bool:
        return self.shares == "on" and load(ObjectStoreSettings).site_bucket is not None

    @property
    def uploads(self) -> Limit:
        """Of new and updated shares together."""
        return Limit("share", self.shares_per_user_per_day, 24 * 3600)
