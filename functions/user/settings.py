"""Rate limits of the account calls."""

from pydantic import Field

from shared.auth.limits import Limit
from shared.config import Settings, by_stage

_HOUR = 3600


class AttemptSettings(Settings):
    """In the local stage, limits by address are high: one address is a developer or a whole test run."""

    failed_logins_per_email: int = 10
    failed_logins_per_address: int = Field(default_factory=lambda: by_stage(100, 10_000))
    failed_login_window_seconds: int = 15 * 60
    registrations_per_address_per_hour: int = Field(default_factory=lambda: by_stage(20, 200))
    refreshes_per_login_per_hour: int = Field(default_factory=lambda: by_stage(240, 10_000))

    @property
    def login_by_email(self) -> Limit:
        return Limit("login_email", self.failed_logins_per_email, self.failed_login_window_seconds)

    @property
    def login_by_address(self) -> Limit:
        return Limit("login_address", self.failed_logins_per_address, self.failed_login_window_seconds)

    @property
    def registration(self) -> Limit:
        return Limit("registration", self.registrations_per_address_per_hour, _HOUR)

    @property
    def refresh(self) -> Limit:
        return Limit("refresh", self.refreshes_per_login_per_hour, _HOUR)
