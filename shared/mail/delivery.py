"""Delivery of the outbox: at least once, by any number of processes at a time."""

import logging
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy.orm import Session

from shared.auth.account_tokens import Purpose, account_link, issue_account_token
from shared.config import SiteSettings, load
from shared.db.models import OutgoingMail, User
from shared.db.repositories import outgoing_mails, user_settings, users
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.logging import fields
from shared.mail.message import compose
from shared.mail.sender import SenderSettings
from shared.mail.smtp import MailDeferred, MailRefused, MailUnavailable, send
from shared.mail.texts import best_language

_log = logging.getLogger(__name__)
# A process that died with a mail leaves it to another one after this time.
_CLAIMED = timedelta(minutes=2)
# Before the second attempt, the third, and so on; the last is for all others. The platform repeats a failed invocation
# after one minute, and after two more.
_BACKOFF = (timedelta(seconds=30), timedelta(seconds=90), timedelta(minutes=10), timedelta(hours=1))
_BATCH = 50
# For one run, in seconds; below the function's timeout by a mail's time. Others are left to the next run.
_RUN_SECONDS = 60.0

_LINKS: dict[str, Purpose] = {"password_reset": "reset", "email_verification": "verify"}


def deliver_mails() -> dict[str, int]:
    """Send the mails that are due; returns the numbers of those `sent`, `dropped` and `left`.

    A mail is dropped when it has expired, when the server refuses it for good, and when there is nothing to send, as to
    an address without an account. After a failure of the server itself the run ends.
    """
    counts = {"sent": 0, "dropped": 0, "left": 0}
    ends_at = utc_now() + timedelta(seconds=_RUN_SECONDS)
    while True:
        with transaction() as session:
            due = outgoing_mails.list_due(session, utc_now(), _BATCH)
        for mail in due:
            now = utc_now()
            if now > ends_at:
                counts["left"] += 1
                return counts
            with transaction() as session:
                if not outgoing_mails.claim(session, mail, now + _CLAIMED):
                    continue
            try:
                counts["sent" if _deliver(mail, now) else "dropped"] += 1
            except (MailDeferred, MailUnavailable) as error:
                _log.error("mail could not be sent", extra=fields(mail_id=mail.id, reason=str(error)))
                with transaction() as session:
                    outgoing_mails.postpone(session, mail.id, now + _BACKOFF[min(mail.attempts, len(_BACKOFF) - 1)])
                counts["left"] += 1
                if isinstance(error, MailUnavailable):
                    return counts
        if len(due) < _BATCH:
            return counts


def _deliver(mail: OutgoingMail, now: datetime) -> bool:
    """Send a claimed mail and delete it; False when it is dropped. Raises MailDeferred, MailUnavailable."""
    with transaction() as session:
        message = None if mail.expires_at < now else _compose(session, mail, now)
    is_sent = False
    if message is not None:
        try:
            send(message)
            is_sent = True
        except MailRefused as error:
            _log.warning("mail was refused", extra=fields(mail_id=mail.id, reason=str(error)))
    with transaction() as session:
        outgoing_mails.delete_outgoing_mail(session, mail.id)
    return is_sent


def _compose(session: Session, mail: OutgoingMail, now: datetime) -> EmailMessage | None:
    """The message of a mail, with a new token where it has a link; None when there is nothing to send any more."""
    purpose = _LINKS.get(mail.kind)
    user = users.find_user_by_email(session, mail.email) if mail.user_id is None else _owner(session, mail)
    if user is None or (purpose == "verify" and (user.email != mail.email or user.email_verified_at is not None)):
        return None
    settings = user_settings.find_user_settings(session, user.id)
    try:
        return compose(
            mail.kind,  # type: ignore[arg-type]  # Written by queue_mail only.
            mail_id=mail.id,
            sender=load(SenderSettings).mail_from,
            recipient=mail.email,
            language=best_language(settings.language if settings and settings.language else mail.language),
            site=load(SiteSettings).site,
            parameters=mail.parameters,
            link=account_link(purpose, issue_account_token(session, user, purpose, now)) if purpose else "",
            created_at=now,
        )
    except ValueError:
        # The exception's text may contain the address.
        _log.error("a mail could not be composed", extra=fields(mail_id=mail.id))
        return None


def _owner(session: Session, mail: OutgoingMail) -> User | None:
    user = users.find_user(session, mail.user_id or "")
    return None if user is None or user.deleted_at is not None else user
