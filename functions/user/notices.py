"""Mails to the owner of an account, who may not have caused them: reports of changes, links to verify an address."""

from datetime import datetime

from sqlalchemy.orm import Session

from functions.user.logins import Device
from functions.user.settings import AttemptSettings
from shared.auth.limits import Limit
from shared.config import load
from shared.db.models import User
from shared.db.repositories import user_settings
from shared.mail.device import device_name
from shared.mail.kinds import MailKind
from shared.mail.outbox import queue_mail
from shared.mail.sender import sends_mail

_DAY = 24 * 3600
# By address: anybody can register a stranger's, and change that account in a loop.
_NOTICES = Limit("notice", attempts=20, seconds=_DAY)
# A script that logs in again and again must not flood its user's mailbox.
_LOGIN_NOTICES = Limit("login_notice", attempts=10, seconds=_DAY)


def queue_notice(
    session: Session, kind: MailKind, user: User, email: str, device: Device, now: datetime, **more: str
) -> None:
    """Queue a mail to `email`, with the device, network address and time of the change, and `more` parameters, none of
    which the user chose. No effect above the daily limit of the address."""
    if not sends_mail() or not _NOTICES.allows(session, email, now):
        return
    parameters = {**more, "device": device_name(device.name), "address": device.address, "time": time_text(now)}
    queue_mail(session, kind, email, now, user_id=user.id, language=device.language, parameters=parameters)


def queue_verification(session: Session, user: User, language: str, now: datetime) -> bool:
    """Queue a mail with a link to verify the user's address, which may be a stranger's; False above its limit."""
    if not sends_mail() or not load(AttemptSettings).verification_mail.allows(session, user.email, now):
        return False
    queue_mail(session, "email_verification", user.email, now, user_id=user.id, language=language)
    return True


def time_text(time: datetime) -> str:
    """A time as mails have it."""
    return f"{time:%Y-%m-%d %H:%M} UTC"


def queue_login_notice(session: Session, user: User, device: Device, now: datetime) -> bool:
    """Queue the mail about a login on a new device, unless the user has turned these off; returns whether it was."""
    if not sends_mail():
        return False
    settings = user_settings.find_user_settings(session, user.id)
    if settings is not None and settings.login_notices is False:
        return False
    if not _LOGIN_NOTICES.allows(session, user.id, now):
        return False
    queue_notice(session, "new_login", user, user.email, device, now)
    return True
