"""Queueing of mails, and invocation of the function that sends them.

Nothing runs while there is no mail to send: each mail's request invokes the function asynchronously. The row makes the
mail durable; what could not be sent is retried by the platform, by the next invocation, and by the daily sweep.
"""

import logging
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from shared.config import Settings, load
from shared.db.models import OutgoingMail
from shared.db.repositories import outgoing_mails
from shared.ids import new_id
from shared.invocation import RoleKeys, invoke_function
from shared.mail.kinds import USEFUL_FOR, MailKind
from shared.mail.sender import sends_mail

_log = logging.getLogger(__name__)
# Size of the column, in characters.
_MAX_LANGUAGE = 100


class OutboxSettings(Settings):
    # The function that sends mails, `name:alias`. Absent: mails wait for its next run.
    mail_function_name: str | None = None


def queue_mail(
    session: Session,
    kind: MailKind,
    email: str,
    now: datetime,
    *,
    user_id: str | None,
    language: str,
    parameters: Mapping[str, str] | None = None,
) -> None:
    """Write a mail to the outbox, in the transaction of what it reports; no effect where no mail is sent.

    `language`: an `Accept-Language` header. After the commit, call `wake_sender`.
    """
    if not sends_mail():
        return
    mail = OutgoingMail(
        id=new_id(),
        kind=kind,
        email=email,
        user_id=user_id,
        language=language[:_MAX_LANGUAGE],
        parameters=dict(parameters or {}),
        attempts=0,
        created_at=now,
        due_at=now,
        expires_at=now + USEFUL_FOR[kind],
    )
    outgoing_mails.add_outgoing_mail(session, mail)


def wake_sender(keys: RoleKeys | None = None) -> None:
    """Invoke the function that sends mails; returns as soon as the platform has accepted the event.

    Does not raise: a mail that is queued is sent by a later invocation, too.
    """
    name = load(OutboxSettings).mail_function_name
    if name is None or not sends_mail():
        return
    try:
        invoke_function(name, "{}", keys)
    except Exception:  # noqa: BLE001 - an edge of the platform's SDK
        _log.warning("the function that sends mails could not be invoked", exc_info=True)
