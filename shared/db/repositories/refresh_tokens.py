"""Refresh tokens and the families (logins) they form."""

from datetime import datetime

from sqlalchemy import CursorResult, bindparam, delete, exists, select, update
from sqlalchemy.orm import Session

from shared.db.models import Base, RefreshToken


def add_refresh_token(session: Session, token: RefreshToken) -> None:
    session.add(token)


def find_refresh_token(session: Session, user_id: str, token_id: str, token_hash: str) -> RefreshToken | None:
    return session.scalar(
        select(RefreshToken).where(
            RefreshToken.id == token_id,
            RefreshToken.user_id == user_id,
            RefreshToken.token_hash == token_hash,
        )
    )


def is_family_alive(session: Session, user_id: str, family_id: str, now: datetime) -> bool:
    """Whether the login still stands: some token of it is neither rotated, revoked nor expired."""
    return bool(session.scalar(_IS_ALIVE, {"user": user_id, "family": family_id, "now": now}))


def revoke_family(session: Session, user_id: str, family_id: str, now: datetime) -> None:
    session.execute(
        update(RefreshToken)
        .where(
            RefreshToken.user_id == user_id,
            RefreshToken.family_id == family_id,
            RefreshToken.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )


def revoke_user(session: Session, user_id: str, now: datetime) -> int:
    """Revoke every token of the user; how many were revoked."""
    result = session.execute(
        update(RefreshToken)
        .where(RefreshToken.user_id == user_id, RefreshToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount


def delete_expired(session: Session, now: datetime) -> None:
    session.execute(delete(RefreshToken).where(RefreshToken.expires_at < now))


# Every call runs it: made once, of the table.
_TOKENS = Base.metadata.tables["refresh_tokens"]
_IS_ALIVE = select(
    exists().where(
        _TOKENS.c.user_id == bindparam("user"),
        _TOKENS.c.family_id == bindparam("family"),
        _TOKENS.c.rotated_at.is_(None),
        _TOKENS.c.revoked_at.is_(None),
        _TOKENS.c.expires_at > bindparam("now"),
    )
)
