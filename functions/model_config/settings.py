"""Settings of the model_config function."""

from pydantic import Field

from shared.auth.limits import Limit
from shared.config import Settings, by_stage


class ProviderCheckSettings(Settings):
    """Calls that ask a user's provider while a model is set up: connection tests and lists of models."""

    # Locally one user may be a whole test run.
    provider_checks_per_user_per_hour: int = Field(default_factory=lambda: by_stage(120, 10_000))

    @property
    def checks(self) -> Limit:
        return Limit("provider_check", self.provider_checks_per_user_per_hour, 3600)
