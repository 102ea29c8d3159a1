"""The sign-ins with other providers that belong to an account."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from functions.user.logins import Device, can_log_in
from functions.user.notices import queue_notice
from functions.user.oidc.errors import IdentityTaken, LastSignIn
from functions.user.oidc.settings import OidcProvider, OidcSettings
from functions.user.reauthentication import confirm_recent_login
from shared.auth.claims import Claims
from shared.config import load
from shared.db.models import Identity, User
from shared.db.repositories import identities, users
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import NotFound, TokenRevoked
from shared.ids import new_id
from shared.mail.outbox import wake_sender


class NewIdentity(NamedTuple):
    """A user of a provider, whose ID token was verified."""

    issuer: str
    subject: str
    email: str | None

    def to_json(self) -> str:
        return json.dumps(self)

    @classmethod
    def from_json(cls, stored: str) -> "NewIdentity":
        return cls(*json.loads(stored))


def add_identity(session: Session, user: User, new: NewIdentity, now: datetime) -> Identity:
    """Raises IdentityTaken."""
    identity = Identity(
        id=new_id(),
        user_id=user.id,
        issuer=new.issuer,
        subject=new.subject,
        email=new.email,
        created_at=now,
        last_used_at=now,
    )
    try:
        identities.add_identity(session, identity)
    except IntegrityError:
        raise IdentityTaken from None
    return identity


def link_identity(session: Session, user: User, new: NewIdentity, device: Device, now: datetime) -> Identity:
    """Add a sign-in to an account and notify its owner; no effect if it has it already. The user's row must be locked.

    Raises IdentityTaken.
    """
    found = identities.find_identity(session, new.issuer, new.subject)
    if found is not None:
        if found.user_id != user.id:
            raise IdentityTaken
        return found
    identity = add_identity(session, user, new, now)
    queue_notice(session, "identity_linked", user, user.email, device, now, provider=provider_name(new.issuer))
    return identity


def list_identities(session: Session, user_id: str) -> Sequence[Identity]:
    return identities.list_identities(session, user_id)


def remove_identity(claims: Claims, identity_id: str, device: Device) -> None:
    """Raises TokenRevoked, ReauthenticationRequired, NotFound, LastSignIn."""
    now = utc_now()
    with transaction() as session:
        user = users.lock_user(session, claims.user_id)
        confirm_recent_login(session, claims, now)
        if user is None:
            raise TokenRevoked
        identity = identities.lock_identity(session, user.id, identity_id)
        if identity is None:
            raise NotFound
        identities.delete_identity(session, user.id, identity.id)
        if not can_log_in(session, user):
            raise LastSignIn
        name = provider_name(identity.issuer)
        queue_notice(session, "identity_removed", user, user.email, device, now, provider=name)
    wake_sender(device.keys)


def provider_of(issuer: str) -> OidcProvider | None:
    """The configured provider with this issuer; None if it has been removed from the settings."""
    return next((one for one in load(OidcSettings).oidc_providers if one.issuer == issuer), None)


def provider_name(issuer: str) -> str:
    """The operator's name of a provider; the issuer of one that is configured no more."""
    provider = provider_of(issuer)
    return issuer if provider is None else provider.name
