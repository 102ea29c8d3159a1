"""Refresh tokens and their families (logins)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Exists, SQLColumnExpression, bindparam, exists, select, update
from sqlalchemy.orm import Session

from shared.db.models import RefreshToken
from shared.db.repositories import login_challenges
from shared.db.repositories.changed import rows_changed
from shared.db.repositories.expired import delete_some

# The valid token of a family: neither rotated, revoked nor expired at `now`.
_IS_USABLE = (
    RefreshToken.rotated_at.is_(None),
    RefreshToken.revoked_at.is_(None),
    RefreshToken.expires_at > bindparam("now"),
)


def family_is_alive(user_id: SQLColumnExpression[str], family_id: SQLColumnExpression[Any]) -> Exists:
    """The condition that a user's login is valid at `now`, a parameter of the statement."""
    return exists().where(RefreshToken.user_id == user_id, RefreshToken.family_id == family_id, *_IS_USABLE)


# Compiled once: every request executes it, and building it takes six times as long as executing it.
FAMILY_IS_ALIVE = family_is_alive(bindparam("user_id"), bindparam("family_id"))
_SELECT_IS_ALIVE = select(FAMILY_IS_ALIVE)


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


def find_usable(session: Session, user_id: str, family_id: str, now: datetime) -> RefreshToken | None:
    """A valid token of a login; None when the login has ended."""
    query = select(RefreshToken).where(RefreshToken.user_id == user_id, RefreshToken.family_id == family_id)
    return session.scalars(query.where(*_IS_USABLE).limit(1), {"now": now}).first()


def set_authenticated(session: Session, user_id: str, family_id: str, now: datetime) -> None:
    """Record that the user of a login has authenticated again. The user's row must be locked."""
    session.execute(
        update(RefreshToken)
        .where(
            RefreshToken.user_id == user_id,
            RefreshToken.family_id == family_id,
            RefreshToken.revoked_at.is_(None),
        )
        .values(authenticated_at=now)
    )


def is_family_alive(session: Session | Connection, user_id: str, family_id: str, now: datetime) -> bool:
    return bool(session.scalar(_SELECT_IS_ALIVE, {"user_id": user_id, "family_id": family_id, "now": now}))


def list_alive_families(
    session: Session | Connection, logins: Collection[tuple[str, str]], now: datetime
) -> set[tuple[str, str]]:
    """The valid ones of the logins, as (user id, family id)."""
    user_ids, family_ids = zip(*logins, strict=True)
    query = select(RefreshToken.user_id, RefreshToken.family_id).distinct()
    query = query.where(RefreshToken.user_id.in_(user_ids), RefreshToken.family_id.in_(family_ids), *_IS_USABLE)
    rows = session.execute(query, {"now": now})
    return {(user_id, family_id) for user_id, family_id in rows} & set(logins)


class LoginInfo(NamedTuple):
    """A valid login, with the device and the time of its last use, which is its last refresh."""

    id: str
    logged_in_at: datetime
    last_used_at: datetime
    device: str | None
    address: str | None


def list_logins(session: Session, user_id: str, now: datetime) -> Sequence[LoginInfo]:
    """The user's valid logins, last used first. Each is listed once, also after several uses of one token."""
    query = select(RefreshToken).where(RefreshToken.user_id == user_id, *_IS_USABLE)
    rows = session.scalars(query.order_by(RefreshToken.created_at.desc()), {"now": now})
    logins: dict[str, LoginInfo] = {}
    for row in rows:
        info = LoginInfo(row.family_id, row.logged_in_at or row.created_at, row.created_at, row.device, row.address)
        logins.setdefault(row.family_id, info)
    return list(logins.values())


def list_addresses(session: Session, user_id: str) -> Sequence[str]:
    """The network addresses of the user's logins, valid or not, in the lifetime of a refresh token."""
    query = select(RefreshToken.address).where(RefreshToken.user_id == user_id, RefreshToken.address.is_not(None))
    return [address for address in session.scalars(query.distinct()) if address is not None]


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
    """Revoke every token of the user, logins that wait for a second factor included; returns the tokens' number."""
    login_challenges.delete_challenges(session, user_id)
    statement = update(RefreshToken).where(RefreshToken.user_id == user_id, RefreshToken.revoked_at.is_(None))
    return rows_changed(session, statement.values(revoked_at=now))


def delete_expired(session: Session, now: datetime, limit: int) -> int:
    return delete_some(session, RefreshToken.id, RefreshToken.expires_at < now, limit)
