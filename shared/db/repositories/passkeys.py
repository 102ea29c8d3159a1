"""Passkeys. Changes need the owner's row locked."""

from collections.abc import Sequence

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from shared.db.models import Passkey
from shared.db.repositories.changed import rows_changed


def list_passkeys(session: Session, user_id: str) -> Sequence[Passkey]:
    """Oldest first."""
    query = select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.created_at, Passkey.id)
    return session.scalars(query).all()


def count_passkeys(session: Session, user_id: str) -> int:
    return session.scalar(select(func.count()).select_from(Passkey).where(Passkey.user_id == user_id)) or 0


def has_passkeys(session: Session, user_id: str) -> bool:
    return session.scalar(select(exists().where(Passkey.user_id == user_id))) is True


def find_passkey(session: Session, user_id: str, passkey_id: str) -> Passkey | None:
    return session.scalar(select(Passkey).where(Passkey.user_id == user_id, Passkey.id == passkey_id))


def find_passkey_by_credential(session: Session, credential_hash: str) -> Passkey | None:
    """A passkey of any user: it names its owner."""
    return session.scalar(select(Passkey).where(Passkey.credential_hash == credential_hash))


def add_passkey(session: Session, passkey: Passkey) -> None:
    """Raises IntegrityError for a credential that is stored already."""
    session.add(passkey)
    session.flush()


def delete_passkey(session: Session, user_id: str, passkey_id: str) -> bool:
    """False when the user has none with this id."""
    statement = delete(Passkey).where(Passkey.user_id == user_id, Passkey.id == passkey_id)
    return rows_changed(session, statement) == 1


def delete_all_passkeys(session: Session, user_id: str) -> None:
    session.execute(delete(Passkey).where(Passkey.user_id == user_id))
