"""Authenticator apps and recovery codes."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from shared.db.models import RecoveryCode, TotpSecret
from shared.db.repositories.changed import rows_changed


def find_totp(session: Session, user_id: str) -> TotpSecret | None:
    """The user's authenticator app, confirmed or not. Changes need the user's row locked."""
    return session.scalar(select(TotpSecret).where(TotpSecret.user_id == user_id))


def add_totp(session: Session, totp: TotpSecret) -> None:
    session.add(totp)


def delete_totp(session: Session, user_id: str) -> None:
    session.execute(delete(TotpSecret).where(TotpSecret.user_id == user_id))


def lock_next_totps(session: Session, after_id: str, limit: int) -> Sequence[TotpSecret]:
    """All users' secrets in the order of their ids, for the renewal of their encryption."""
    query = select(TotpSecret).where(TotpSecret.id > after_id).order_by(TotpSecret.id).limit(limit)
    return session.scalars(query.with_for_update()).all()


def count_recovery_codes(session: Session, user_id: str) -> int:
    query = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id)
    return session.scalar(query) or 0


def add_recovery_codes(session: Session, codes: Sequence[RecoveryCode]) -> None:
    session.add_all(codes)


def delete_recovery_codes(session: Session, user_id: str) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def use_recovery_code(session: Session, user_id: str, code_hash: str) -> bool:
    """Delete the code; False when the user has none with this hash."""
    statement = delete(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.code_hash == code_hash)
    return rows_changed(session, statement) == 1
