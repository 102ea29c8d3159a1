"""Logins: their tokens, the limits of attempts, and the check of a presented refresh token."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from functions.user.errors import AccountDisabled
from functions.user.settings import AttemptSettings
from shared.auth.limits import Limit, address_block
from shared.auth.token_hash import hash_token
from shared.auth.tokens import (
    PresentedToken,
    issue_access_token,
    issue_device_token,
    issue_refresh_token,
    read_token,
)
from shared.config import TokenSettings, load
from shared.db.models import RefreshToken, User
from shared.db.repositories import identities, passkeys, refresh_tokens, users
from shared.errors import TokenExpired, Unauthorized
from shared.ids import new_id
from shared.invocation import RoleKeys

# Several tabs may refresh with one token at once: within this grace period a few more uses are not a replay.
ROTATION_GRACE = timedelta(seconds=10)
GRACE_USES = 3


@dataclass(frozen=True)
class TokenPair:
    """The tokens of a login; `device_token` only of one that has just begun."""

    access_token: str
    refresh_token: str
    # Lifetime of the access token, in seconds.
    expires_in: int
    device_token: str | None = None


class Device(NamedTuple):
    """A client as the user knows it again: its `User-Agent` and network address; and its `Accept-Language`."""

    name: str
    address: str
    language: str = ""
    # Credentials of SCF, to invoke the function that sends mails.
    keys: RoleKeys | None = None


def can_log_in(session: Session, user: User) -> bool:
    """Whether the account has a password, a sign-in with another provider, or a passkey. Needs the locked row."""
    has_identity = identities.count_identities(session, user.id) > 0
    return user.password_hash != "" or has_identity or passkeys.has_passkeys(session, user.id)


def count_public_call(session: Session, device: Device, now: datetime) -> None:
    """Count a call without an access token, whose caller need not have a valid login. Raises RateLimited."""
    load(AttemptSettings).public_call.consume(session, address_block(device.address), now)


def count_login(
    session: Session, email: str, address: str, user: User | None, now: datetime, device_token: str | None = None
) -> list[tuple[Limit, str]]:
    """Count an attempt; returns the limits that counted it, with their subjects. Raises RateLimited.

    A device that the user has logged in on before has a limit of its own, so that nobody else's guesses lock the user
    out of it. Guesses from many addresses do not lock out an address of an earlier login, either.
    """
    limits = load(AttemptSettings)
    block = address_block(address)
    limits.login_by_address.consume(session, block, now)
    counted = [(limits.login_by_address, block)]
    device_id = known_device(user, device_token)
    if device_id is not None and limits.login_by_device.allows(session, device_id, now):
        return [*counted, (limits.login_by_device, device_id)]
    by_email = f"{block}\n{email}"
    limits.login_by_email.consume(session, by_email, now)
    counted += [(limits.login_by_email, by_email), (limits.login_by_email_in_all, email)]
    if not limits.login_by_email_in_all.allows(session, email, now):
        known = refresh_tokens.list_addresses(session, user.id) if user else ()
        if block not in map(address_block, known):
            raise limits.login_by_email_in_all.refusal(now)
    return counted


def known_device(user: User | None, device_token: str | None) -> str | None:
    """The id of a device on which the user has logged in before; None without a valid token of this user."""
    if user is None or device_token is None:
        return None
    try:
        claims = read_token(device_token, "device")
    except (Unauthorized, TokenExpired):
        return None
    return claims.token_id if claims.user_id == user.id else None


def find_valid(session: Session, token: PresentedToken, now: datetime) -> tuple[User, RefreshToken] | None:
    """The locked owner and the row of a refresh token; None when the token is no longer valid.

    A token that was rotated before the grace period is replayed: somebody has a copy, and the owner cannot be told
    from the thief, so the whole login is revoked. The caller must commit that, and raise only afterwards.
    """
    claims = token.claims
    user = users.lock_user(session, claims.user_id)
    row = refresh_tokens.find_refresh_token(session, claims.user_id, claims.token_id, token.token_hash)
    if user is None or row is None:
        return None
    if row.revoked_at is None and (row.rotated_at is None or _is_in_grace(row, row.rotated_at, now)):
        return user, row
    refresh_tokens.revoke_family(session, user.id, row.family_id, now)
    return None


def _is_in_grace(row: RefreshToken, rotated_at: datetime, now: datetime) -> bool:
    return now - rotated_at <= ROTATION_GRACE and row.replays < GRACE_USES


class Login(NamedTuple):
    """The fields that the tokens of a family share, with the device of the newest token."""

    family_id: str
    logged_in_at: datetime
    # When the user last proved to be the account's owner, by logging in or again later.
    authenticated_at: datetime
    device: Device


def create_login(session: Session, user: User, device: Device, now: datetime) -> TokenPair:
    """The tokens of a new login, and of its device. Raises AccountDisabled."""
    if user.disabled_at is not None:
        raise AccountDisabled
    pair = issue_pair(session, user, Login(new_id(), now, now, device), now)
    return replace(pair, device_token=issue_device_token(user.id, now))


def issue_pair(session: Session, user: User, login: Login, now: datetime) -> TokenPair:
    family_id = login.family_id
    issued = issue_refresh_token(user.id, family_id, now)
    refresh_tokens.add_refresh_token(
        session,
        RefreshToken(
            id=issued.claims.token_id,
            user_id=user.id,
            family_id=family_id,
            token_hash=hash_token(issued.token),
            created_at=now,
            expires_at=issued.claims.expires_at,
            logged_in_at=login.logged_in_at,
            authenticated_at=login.authenticated_at,
            device=login.device.name,
            address=login.device.address,
        ),
    )
    access_token = issue_access_token(user.id, user.group, family_id, now)
    return TokenPair(access_token, issued.token, load(TokenSettings).access_token_seconds)
