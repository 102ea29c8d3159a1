"""Re-authentication: a stolen login alone cannot change what the account depends on.

Calls that change the email, the password or a second factor, export the account or delete it need a login in which the
user authenticated within ten minutes, or the password with the call (OWASP ASVS 5.0, 7.5.1).
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from functions.user.errors import ReauthenticationRequired, WrongPassword
from functions.user.logins import Device, count_login
from shared.auth.claims import Claims
from shared.auth.passwords import verify_password
from shared.db.models import RefreshToken, User
from shared.db.repositories import refresh_tokens, users
from shared.db.session import transaction
from shared.errors import TokenRevoked

RECENT = timedelta(minutes=10)
# The pages of an export after its first, which may take a while.
RECENT_FOR_FURTHER_PAGES = timedelta(hours=1)


def authenticated_at(row: RefreshToken) -> datetime:
    """When the user of a login last authenticated. Rows of an earlier release lack the newer columns."""
    return row.authenticated_at or row.logged_in_at or row.created_at


def confirm_recent_login(session: Session, claims: Claims, now: datetime, recent: timedelta = RECENT) -> None:
    """Raises TokenRevoked, and ReauthenticationRequired unless the user authenticated within `recent`."""
    row = refresh_tokens.find_usable(session, claims.user_id, claims.family_id, now)
    if row is None:
        raise TokenRevoked
    if now - authenticated_at(row) > recent:
        raise ReauthenticationRequired


def confirm_owner(claims: Claims, password: str | None, device: Device, now: datetime) -> None:
    """Check the owner of an access token. Raises TokenRevoked, ReauthenticationRequired, WrongPassword, RateLimited."""
    with transaction() as session:
        row = refresh_tokens.find_usable(session, claims.user_id, claims.family_id, now)
        user = users.find_user(session, claims.user_id)
    if row is None or user is None:
        raise TokenRevoked
    confirm_owner_of(user, row, password, device, now)


def confirm_owner_of(user: User, row: RefreshToken, password: str | None, device: Device, now: datetime) -> None:
    """Check the owner of a refresh token, `row`. Raises ReauthenticationRequired, WrongPassword, RateLimited.

    Call it outside transactions.
    """
    if password is not None:
        confirm_password(user, password, device, now)
    elif now - authenticated_at(row) > RECENT:
        raise ReauthenticationRequired


def confirm_password(user: User, password: str, device: Device, now: datetime) -> None:
    """Guesses count as failed logins. Call it outside transactions. Raises WrongPassword, RateLimited."""
    with transaction() as session:
        counted = count_login(session, user.email, device.address, user, now)
    if not verify_password(password, user.password_hash):
        raise WrongPassword
    with transaction() as session:
        for limit, subject in counted:
            limit.restore(session, subject, now)
