"""Settings of the chat function."""

from pydantic import Field

from shared.auth.limits import Limit
from shared.config import Settings, by_stage


class UploadSettings(Settings):
    uploads_per_user_per_day: int = Field(default_factory=lambda: by_stage(1000, 100_000))

    @property
    def uploads(self) -> Limit:
        return Limit("upload", self.uploads_per_user_per_day, 24 * 3600)
