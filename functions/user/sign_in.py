"""Sign-in with another provider (OpenID Connect): logins, new accounts, and re-authentication.

A sign-in that no account has belongs to a new account, if registration permits one. Where the address has an account
already, it is linked to it only if the provider has verified the address and the account's owner confirms it by the
password, and by the second factor if there is one: an address at a provider proves no account here.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from functions.user.errors import AccountDisabled, WrongPassword
from functions.user.identities import NewIdentity, add_identity, link_identity, provider_name
from functions.user.logins import Device, TokenPair, count_login, count_public_call, create_login, known_device
from functions.user.notices import queue_login_notice
from functions.user.oidc.errors import OidcEmailMissing, OidcEmailUnverified, OidcFailed
from functions.user.oidc.messages import SignInRequest, SignInResponse, Verified
from functions.user.oidc.settings import OidcProvider, OidcSettings
from functions.user.reauthentication import confirm_recent_login
from functions.user.registrations import count_registration, create_account
from functions.user.second_factors import PendingLogin, open_login
from shared.auth.claims import Claims
from shared.auth.passwords import verify_password
from shared.auth.principal import confirm_login
from shared.auth.registration import check_registration
from shared.auth.token_hash import hash_token
from shared.config import load
from shared.db.models import Identity, LoginChallenge, User
from shared.db.repositories import identities, login_challenges, refresh_tokens, users
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import TokenExpired, TokenRevoked
from shared.ids import new_id
from shared.mail.outbox import wake_sender
from shared.threads import run_in_thread

_LINK = "oidc confirm"
_LINK_SECONDS = 600


@dataclass(frozen=True)
class LinkRequired:
    """A sign-in whose address has an account, for whose password `confirm_link` asks. `has_password`: whether the
    account has one; if not, its owner has to log in as before and connect the sign-in in the settings."""

    link_token: str
    email: str
    provider_name: str
    has_password: bool


def list_providers(device: Device) -> Sequence[OidcProvider]:
    """The operator's, in their order. Raises RateLimited."""
    _count(device)
    return load(OidcSettings).oidc_providers


async def start_sign_in(provider_id: str, invite: str | None, device: Device) -> SignInRequest:
    """Raises NotFound, OidcUnavailable, OidcFailed, RateLimited."""
    await run_in_thread(_count, device)
    from functions.user.oidc import requests  # Loads HTTP, as below; other calls do without.

    return await requests.start_authorization(provider_id, "login", invite=invite)


async def finish_sign_in(
    response: SignInResponse, device: Device, device_token: str | None
) -> TokenPair | PendingLogin | LinkRequired:
    """Log in, or create an account. Raises OidcExpired, OidcFailed, OidcUnavailable, OidcEmailMissing,
    OidcEmailUnverified, RegistrationClosed, AccountDisabled, RateLimited."""
    await run_in_thread(_count, device)
    from functions.user.oidc import requests

    verified = await requests.finish_authorization(response, "login")
    return await run_in_thread(_open, verified, device, device_token)


def confirm_link(link_token: str, password: str, device: Device, device_token: str | None) -> TokenPair | PendingLogin:
    """Log in with the password, and link the sign-in to the account; with a second factor, when that was right.

    Raises TokenExpired for an unknown token, WrongPassword, AccountDisabled, IdentityTaken, RateLimited.
    """
    now = utc_now()
    with transaction() as session:
        count_public_call(session, device, now)
        challenge = login_challenges.find_challenge(session, _LINK, hash_token(link_token), now)
        found = None if challenge is None or challenge.user_id is None else users.find_user(session, challenge.user_id)
        if challenge is None or found is None:
            raise TokenExpired
    with transaction() as session:
        counted = count_login(session, found.email, device.address, found, now, device_token)
    if not verify_password(password, found.password_hash):
        raise WrongPassword
    with transaction() as session:
        for limit, subject in counted:
            limit.restore(session, subject, now)
        user = users.lock_user(session, found.id)
        if user is None or user.password_hash != found.password_hash:
            raise WrongPassword
        if not login_challenges.use_challenge(session, challenge):
            raise TokenExpired
        new = NewIdentity.from_json(challenge.data or "")
        # The mail about the link is the notice of this login.
        opened = open_login(session, user, device, now, is_known=True, identity=new)
    wake_sender(device.keys)
    return opened


async def start_link(claims: Claims, provider_id: str, device: Device) -> SignInRequest:
    """Raises TokenRevoked, ReauthenticationRequired, NotFound, OidcUnavailable, OidcFailed, RateLimited."""

    def confirm() -> None:
        with transaction() as session:
            confirm_recent_login(session, claims, utc_now())

    await run_in_thread(_count, device)
    await run_in_thread(confirm)
    from functions.user.oidc import requests

    return await requests.start_authorization(provider_id, "link", user_id=claims.user_id)


async def finish_link(claims: Claims, response: SignInResponse, device: Device) -> Identity:
    """Raises TokenRevoked, OidcExpired, OidcFailed, OidcUnavailable, IdentityTaken, RateLimited."""
    await run_in_thread(_confirm_and_count, claims, device)
    from functions.user.oidc import requests

    verified = await requests.finish_authorization(response, "link", user_id=claims.user_id)

    def link() -> Identity:
        with transaction() as session:
            user = users.lock_user(session, claims.user_id)
            confirm_login(session, claims)
            if user is None:
                raise TokenRevoked
            return link_identity(session, user, _identity_of(verified), device, utc_now())

    linked = await run_in_thread(link)
    wake_sender(device.keys)
    return linked


async def start_reauthentication(claims: Claims, provider_id: str, device: Device) -> SignInRequest:
    """Raises TokenRevoked, NotFound, OidcUnavailable, OidcFailed, RateLimited."""
    await run_in_thread(_confirm_and_count, claims, device)
    from functions.user.oidc import requests

    return await requests.start_authorization(provider_id, "reauthenticate", user_id=claims.user_id)


async def finish_reauthentication(claims: Claims, response: SignInResponse, device: Device) -> None:
    """Record that the user has authenticated again at the provider, which must say that it was just now.

    Raises TokenRevoked, OidcExpired, OidcFailed, also for another user of the provider, OidcUnavailable, RateLimited.
    """
    await run_in_thread(_confirm_and_count, claims, device)
    from functions.user.oidc import requests

    verified = await requests.finish_authorization(response, "reauthenticate", user_id=claims.user_id)

    def record() -> None:
        with transaction() as session:
            users.lock_user(session, claims.user_id)
            confirm_login(session, claims)
            found = identities.find_identity(session, verified.provider.issuer, verified.subject)
            if found is None or found.user_id != claims.user_id:
                raise OidcFailed
            refresh_tokens.set_authenticated(session, claims.user_id, claims.family_id, utc_now())

    await run_in_thread(record)


def _count(device: Device) -> None:
    with transaction() as session:
        count_public_call(session, device, utc_now())


def _confirm_and_count(claims: Claims, device: Device) -> None:
    _count(device)
    with transaction() as session:
        confirm_login(session, claims)


def _open(verified: Verified, device: Device, device_token: str | None) -> TokenPair | PendingLogin | LinkRequired:
    now = utc_now()
    opened, is_notified = None, False
    with transaction() as session:
        known = _lock_owner(session, verified)
        if known is not None:
            opened, is_notified = _log_in(session, *known, verified, device, device_token, now)
        elif verified.email is not None:
            existing = users.find_user_by_email(session, verified.email)
            if existing is not None:
                return _require_link(session, existing, verified, now)
    if is_notified:
        wake_sender(device.keys)
    if opened is not None:
        return opened
    if verified.email is None:
        raise OidcEmailMissing
    return _register(verified, verified.email, device)


def _lock_owner(session: Session, verified: Verified) -> tuple[User, Identity] | None:
    """The account that has the sign-in, locked, and the sign-in."""
    found = identities.find_identity(session, verified.provider.issuer, verified.subject)
    if found is None:
        return None
    user = users.lock_user(session, found.user_id)
    identity = None if user is None else identities.lock_identity(session, user.id, found.id)
    return None if user is None or identity is None else (user, identity)


def _log_in(
    session: Session,
    user: User,
    identity: Identity,
    verified: Verified,
    device: Device,
    device_token: str | None,
    now: datetime,
) -> tuple[TokenPair | PendingLogin, bool]:
    """The login, and whether a mail about it was queued."""
    if user.disabled_at is not None:
        raise AccountDisabled
    identity.last_used_at = now
    identity.email = verified.email or identity.email
    is_known = known_device(user, device_token) is not None
    opened = open_login(session, user, device, now, is_known=is_known)
    is_notified = isinstance(opened, TokenPair) and not is_known and queue_login_notice(session, user, device, now)
    return opened, is_notified


def _require_link(session: Session, user: User, verified: Verified, now: datetime) -> LinkRequired:
    if not verified.email_verified:
        raise OidcEmailUnverified
    if user.disabled_at is not None:
        raise AccountDisabled
    token = secrets.token_urlsafe(32)
    challenge = LoginChallenge(
        secret_hash=hash_token(token),
        purpose=_LINK,
        user_id=user.id,
        data=_identity_of(verified).to_json(),
        created_at=now,
        expires_at=now + timedelta(seconds=_LINK_SECONDS),
    )
    login_challenges.add_challenge(session, challenge)
    name = provider_name(verified.provider.issuer)
    return LinkRequired(token, user.email, name, has_password=user.password_hash != "")


def _register(verified: Verified, email: str, device: Device) -> TokenPair:
    now = utc_now()
    count_registration(device, now)
    with transaction() as session:
        invitation = check_registration(session, email, verified.invite, now)
        user = User(
            id=new_id(),
            email=email,
            email_verified_at=now if verified.email_verified else None,
            username=verified.username,
            # Matches no password.
            password_hash="",
        )
        create_account(session, user, invitation, device.language, now)
        add_identity(session, user, _identity_of(verified), now)
        pair = create_login(session, user, device, now)
    wake_sender(device.keys)
    return pair


def _identity_of(verified: Verified) -> NewIdentity:
    return NewIdentity(verified.provider.issuer, verified.subject, verified.email)
