"""Settings of the file function."""

from pydantic import Field

from shared.auth.limits import Limit
from shared.config import Settings, by_stage


class FileSettings(Settings):
    files_per_user_per_day: int = Field(default_factory=lambda: by_stage(500, 100_000))
    # `name:alias` of the function that reads documents. Absent where the file function reads them itself.
    extract_function_name: str | None = None

    @property
    def files(self) -> Limit:
        return Limit("file", self.files_per_user_per_day, 24 * 3600)
