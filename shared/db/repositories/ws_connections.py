"""Open WebSocket connections."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from shared.db.models import WsConnection


def add_connection(session: Session, connection: WsConnection) -> None:
    session.add(connection)


def find_owner(session: Session, connection_id: str) -> str | None:
    """The id of the user whose connection it is."""
    return session.scalar(select(WsConnection.user_id).where(WsConnection.id == connection_id))


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
