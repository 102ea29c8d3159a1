"""Steps of an authentication that wait for their next one."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.db.models import LoginChallenge
from shared.db.repositories.changed import rows_changed
from shared.db.repositories.expired import delete_some


def add_challenge(session: Session, challenge: LoginChallenge) -> None:
    session.add(challenge)


def find_challenge(session: Session, purpose: str, secret_hash: str, now: datetime) -> LoginChallenge | None:
    """One that has neither expired nor been used."""
    return session.scalar(
        select(LoginChallenge).where(
            LoginChallenge.secret_hash == secret_hash,
            LoginChallenge.purpose == purpose,
            LoginChallenge.expires_at > now,
        )
    )


def use_challenge(session: Session, challenge: LoginChallenge) -> bool:
    """Delete a challenge; False when another transaction has used it meanwhile."""
    statement = delete(LoginChallenge).where(LoginChallenge.secret_hash == challenge.secret_hash)
    return rows_changed(session, statement) == 1


def delete_challenges(session: Session, user_id: str) -> None:
    session.execute(delete(LoginChallenge).where(LoginChallenge.user_id == user_id))


def delete_expired(session: Session, now: datetime, limit: int) -> int:
    return delete_some(session, LoginChallenge.secret_hash, LoginChallenge.expires_at < now, limit)
