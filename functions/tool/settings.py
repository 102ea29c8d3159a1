"""Settings of the tool function."""

from pydantic import Field

from shared.auth.limits import Limit
from shared.config import Settings, by_stage


class ToolServerSettings(Settings):
    tool_servers_per_user: int = Field(50, ge=0)
    # Calls that reach a user's server or its authorization server. Locally one user may be a whole test run.
    tool_checks_per_user_per_hour: int = Field(default_factory=lambda: by_stage(120, 10_000))

    @property
    def checks(self) -> Limit:
        return Limit("tool_check", self.tool_checks_per_user_per_hour, 3600)
