"""Open WebSocket connections."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from shared.db.models import User, WsConnection


def add_connection(session: Session, connection: WsConnection) -> None:
    session.add(connection)


class Owner(NamedTuple):
    """The user who opened a connection, with the group they are in now."""

    user_id: str
    group: str


def find_owner(session: Session, connection_id: str) -> Owner | None:
    query = select(User.id, User.group).join(WsConnection, WsConnection.user_id == User.id)
    row = session.execute(query.where(WsConnection.id == connection_id)).first()
    return None if row is None else Owner(*row)


def list_connections(session: Session, user_id: str) -> Sequence[str]:
    """The user's connections, oldest first."""
    query = select(WsConnection.id).where(WsConnection.user_id == user_id).order_by(WsConnection.created_at)
    return session.scalars(query).all()


def count_connections(session: Session, user_id: str) -> int:
    return session.scalar(select(func.count()).select_from(WsConnection).where(WsConnection.user_id == user_id)) or 0


def forget_connection(session: Session, connection_id: str) -> None:
    session.execute(delete(WsConnection).where(WsConnection.id == connection_id))


def forget_older(session: Session, opened_before: datetime) -> None:
    """Gateways close a connection after some hours; a row past that has been missed."""
    session.execute(delete(WsConnection).where(WsConnection.created_at < opened_before))
