"""Creation of accounts, by a registration or a first sign-in with another provider."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from functions.user.errors import EmailTaken
from functions.user.logins import Device, count_public_call
from functions.user.notices import queue_verification
from functions.user.settings import AttemptSettings
from shared.auth.limits import Limit, address_block
from shared.auth.registration import accept_registration
from shared.auth.scopes import ADMIN_GROUP
from shared.config import load
from shared.db.models import Invite, User
from shared.db.repositories import users
from shared.db.session import transaction

_FIRST_ACCOUNT = Limit("first_account", attempts=1, seconds=3600)


def count_registration(device: Device, now: datetime) -> None:
    """Raises RateLimited."""
    limits = load(AttemptSettings)
    with transaction() as session:
        count_public_call(session, device, now)
        limits.registration_by_network.consume(session, address_block(device.address, ipv6_prefix=48), now)
        limits.registration.consume(session, address_block(device.address), now)


def create_account(session: Session, user: User, invitation: Invite | None, language: str, now: datetime) -> None:
    """Use up the invitation, which decides the account's group, and mail a link to verify the address, unless it is
    verified. The first account of an empty stage is the administrator's.

    Raises RegistrationClosed, EmailTaken.
    """
    user.group = accept_registration(session, invitation, now)
    if _is_first_account(session, now):
        user.group = ADMIN_GROUP
    try:
        users.add_user(session, user)
    except IntegrityError:
        raise EmailTaken from None
    if user.email_verified_at is None:
        queue_verification(session, user, language, now)


def _is_first_account(session: Session, now: datetime) -> bool:
    """Whether the stage is empty. The counter decides between registrations at the same instant."""
    return not users.has_users(session) and _FIRST_ACCOUNT.allows(session, "", now)
