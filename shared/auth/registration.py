"""Registration: open, by invitation or closed, and invitations."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from shared.auth.scopes import DEFAULT_GROUP
from shared.auth.token_hash import hash_token
from shared.config import Settings, SiteSettings, load
from shared.db.models import Invite
from shared.db.repositories import invites
from shared.errors import AppError
from shared.ids import new_id
from shared.stage_settings import RegistrationMode, read_settings

_INVITE_LIFETIME = timedelta(days=7)


class RegistrationSettings(Settings):
    # `invite`: only with an invitation; `closed`: only the operator creates accounts.
    registration: RegistrationMode = "open"


class RegistrationClosed(AppError):
    code, status = "registration_closed", 403
    message = "This server accepts no new accounts without a valid invitation. Contact its operator."


@dataclass(frozen=True)
class NewInvite:
    url: str
    expires_at: datetime


def registration_mode(session: Session) -> RegistrationMode:
    """The mode in force."""
    return read_settings(session).registration or load(RegistrationSettings).registration


def create_invite(session: Session, group: str, email: str | None, now: datetime) -> NewInvite:
    """An invitation for one registration within a week, into `group`; with `email`, for this address only."""
    token = secrets.token_urlsafe(32)
    expires_at = now + _INVITE_LIFETIME
    invite = Invite(
        id=new_id(), token_hash=hash_token(token), email=email, group=group, created_at=now, expires_at=expires_at
    )
    invites.add_invite(session, invite)
    return NewInvite(f"{load(SiteSettings).site}/#/register?invite={token}", expires_at)


def check_registration(session: Session, email: str, invite: str | None, now: datetime) -> Invite | None:
    """The invitation of a registration, not used up yet; None without one, where none is needed.

    Raises RegistrationClosed: also for an invitation that is not valid, so that its group is not silently lost.
    """
    mode = registration_mode(session)
    if mode == "closed" or (mode == "invite" and invite is None):
        raise RegistrationClosed
    if invite is None:
        return None
    found = invites.find_usable_invite(session, hash_token(invite), email, now)
    if found is None:
        raise RegistrationClosed
    return found


def accept_registration(session: Session, invite: Invite | None, now: datetime) -> str:
    """Use up the invitation of a registration; returns the account's group. Raises RegistrationClosed."""
    if invite is None:
        return DEFAULT_GROUP
    if not invites.use_invite(session, invite.id, now):
        raise RegistrationClosed
    return invite.group
