"""The outbox: mails that are to be sent."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from shared.db.models import OutgoingMail
from shared.db.repositories.changed import rows_changed
from shared.db.repositories.expired import delete_some


def add_outgoing_mail(session: Session, mail: OutgoingMail) -> None:
    session.add(mail)


def list_due(session: Session, now: datetime, limit: int) -> Sequence[OutgoingMail]:
    """Mails of all users that are due, longest first."""
    return session.scalars(
        select(OutgoingMail).where(OutgoingMail.due_at <= now).order_by(OutgoingMail.due_at).limit(limit)
    ).all()


def is_any_due(session: Session, now: datetime) -> bool:
    return bool(session.scalar(select(exists().where(OutgoingMail.due_at <= now))))


def claim(session: Session, mail: OutgoingMail, until: datetime) -> bool:
    """Count an attempt, and postpone the next until `until`; False when another process has claimed or sent the mail
    since it was read."""
    statement = update(OutgoingMail).where(OutgoingMail.id == mail.id, OutgoingMail.due_at == mail.due_at)
    return rows_changed(session, statement.values(due_at=until, attempts=OutgoingMail.attempts + 1)) == 1


def postpone(session: Session, mail_id: str, due_at: datetime) -> None:
    session.execute(
        update(OutgoingMail)
        .where(OutgoingMail.id == mail_id)
        .values(due_at=due_at)
        .execution_options(synchronize_session=False)
    )


def delete_outgoing_mail(session: Session, mail_id: str) -> None:
    session.execute(delete(OutgoingMail).where(OutgoingMail.id == mail_id))


def delete_of_user(session: Session, user_id: str) -> None:
    session.execute(delete(OutgoingMail).where(OutgoingMail.user_id == user_id))


def delete_expired(session: Session, now: datetime, limit: int) -> int:
    return delete_some(session, OutgoingMail.id, OutgoingMail.expires_at < now, limit)
