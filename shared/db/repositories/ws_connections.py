"""Open WebSocket connections."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, bindparam, delete, func, not_, select
from sqlalchemy.orm import Session

from shared.db.models import User, WsConnection
from shared.db.repositories.expired import delete_some
from shared.db.repositories.refresh_tokens import family_is_alive

# The condition that a connection's login is valid at `now`.
_LOGIN_IS_ALIVE = family_is_alive(WsConnection.user_id, WsConnection.family_id)
# Built once, as the check of a login is (decision 0018): it is executed for every frame.
_FIND_OWNER = select(User.id, User.group, WsConnection.family_id).where(
    User.id == WsConnection.user_id, WsConnection.id == bindparam("connection_id"), _LOGIN_IS_ALIVE
)


def add_connection(session: Session, connection: WsConnection) -> None:
    session.add(connection)


class Owner(NamedTuple):
    """The user of a connection, with the current group, and the login that opened it."""

    user_id: str
    group: str
    family_id: str


def find_owner(session: Session, connection_id: str, now: datetime) -> Owner | None:
    """The owner of a connection, if its login is valid."""
    row = session.execute(_FIND_OWNER, {"connection_id": connection_id, "now": now}).first()
    return None if row is None else Owner(*row)


def list_connections(session: Session, user_id: str, now: datetime) -> Sequence[str]:
    """The user's connections with a valid login, oldest first."""
    return session.scalars(_list(user_id).where(_LOGIN_IS_ALIVE), {"now": now}).all()


def list_ended_connections(session: Session, user_id: str, now: datetime) -> Sequence[str]:
    """The user's connections whose login has ended, oldest first."""
    return session.scalars(_list(user_id).where(not_(_LOGIN_IS_ALIVE)), {"now": now}).all()


def _list(user_id: str) -> Select[tuple[str]]:
    return select(WsConnection.id).where(WsConnection.user_id == user_id).order_by(WsConnection.created_at)


def count_connections(session: Session, user_id: str) -> int:
    return session.scalar(select(func.count()).select_from(WsConnection).where(WsConnection.user_id == user_id)) or 0


def delete_connection(session: Session, connection_id: str) -> None:
    session.execute(delete(WsConnection).where(WsConnection.id == connection_id))


def delete_older(session: Session, opened_before: datetime, limit: int) -> int:
    """Delete rows of connections that were opened before a time: gateways close connections after some hours."""
    return delete_some(session, WsConnection.id, WsConnection.created_at < opened_before, limit)
