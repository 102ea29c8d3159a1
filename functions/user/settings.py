"""Rate limits of the account calls."""

from pydantic import Field

from shared.auth.account_tokens import LIFETIMES
from shared.auth.limits import Limit
from shared.config import Settings, by_stage

_HOUR = 3600
_PUBLIC_CALL_SECONDS = 300


class AttemptSettings(Settings):
    """In the local stage, limits by address are high: one address is a developer or a whole test run."""

    # By email address, from one network address; separately on each device that the user logged in on before.
    failed_logins_per_email: int = 10
    # By email address, from all network addresses; one from which the user logged in before is exempt.
    failed_logins_per_email_in_all: int = 100
    failed_logins_per_address: int = Field(default_factory=lambda: by_stage(100, 10_000))
    failed_login_window_seconds: int = 15 * 60
    registrations_per_address_per_hour: int = Field(default_factory=lambda: by_stage(20, 200))
    # By IPv6 network (/48), which has 65,536 of the networks that count as an address.
    registrations_per_network_per_hour: int = Field(default_factory=lambda: by_stage(100, 1000))
    refreshes_per_login_per_hour: int = Field(default_factory=lambda: by_stage(240, 10_000))
    email_changes_per_user_per_day: int = 10
    # Requests for links to reset a password, by network address.
    mail_requests_per_address_per_hour: int = Field(default_factory=lambda: by_stage(20, 1000))
    # By email address: links to verify it; and as many to reset a password in the half hour that each of these lives.
    mails_per_email_per_hour: int = 5
    # Wrong codes of a second factor, by user.
    failed_codes_per_user: int = 10
    # Calls without an access token: they are answered before anybody has a valid login.
    public_calls_per_address: int = Field(default_factory=lambda: by_stage(600, 100_000))

    @property
    def login_by_email(self) -> Limit:
        return Limit("login_email", self.failed_logins_per_email, self.failed_login_window_seconds)

    @property
    def login_by_email_in_all(self) -> Limit:
        return Limit("login_email_in_all", self.failed_logins_per_email_in_all, self.failed_login_window_seconds)

    @property
    def login_by_device(self) -> Limit:
        return Limit("login_device", self.failed_logins_per_email, self.failed_login_window_seconds)

    @property
    def login_by_address(self) -> Limit:
        return Limit("login_address", self.failed_logins_per_address, self.failed_login_window_seconds)

    @property
    def second_factor(self) -> Limit:
        return Limit("second_factor", self.failed_codes_per_user, self.failed_login_window_seconds)

    @property
    def registration(self) -> Limit:
        return Limit("registration", self.registrations_per_address_per_hour, _HOUR)

    @property
    def registration_by_network(self) -> Limit:
        return Limit("registration_network", self.registrations_per_network_per_hour, _HOUR)

    @property
    def email_change(self) -> Limit:
        return Limit("email_change", self.email_changes_per_user_per_day, 24 * _HOUR)

    @property
    def mail_request(self) -> Limit:
        return Limit("mail_request", self.mail_requests_per_address_per_hour, _HOUR)

    @property
    def reset_mail(self) -> Limit:
        """Anybody can use it up for a stranger, who then has a link that is valid until it resets."""
        return Limit("reset_mail", self.mails_per_email_per_hour, int(LIFETIMES["reset"].total_seconds()))

    @property
    def verification_mail(self) -> Limit:
        return Limit("verification_mail", self.mails_per_email_per_hour, _HOUR)

    @property
    def public_call(self) -> Limit:
        return Limit("public_call", self.public_calls_per_address, _PUBLIC_CALL_SECONDS)

    @property
    def refresh(self) -> Limit:
        return Limit("refresh", self.refreshes_per_login_per_hour, _HOUR)
