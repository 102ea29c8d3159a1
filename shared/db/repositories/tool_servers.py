"""Tool servers of users and of the operator, and users' policies for the operator's."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from shared.db.models import ToolPolicy, ToolServer, User
from shared.db.repositories.changed import rows_changed


def add_tool_server(session: Session, server: ToolServer) -> None:
    session.add(server)
    session.flush()


def list_tool_servers(session: Session, user_id: str) -> Sequence[ToolServer]:
    """The operator's servers that are enabled, then the user's, oldest first."""
    return session.scalars(
        select(ToolServer).where(_is_usable(user_id)).order_by(ToolServer.user_id.is_not(None), ToolServer.id)
    ).all()


def find_usable_servers(session: Session, user_id: str, server_ids: Sequence[str]) -> Sequence[ToolServer]:
    """The tool servers of these ids that the user may use: the user's own, and enabled ones of the operator."""
    return session.scalars(select(ToolServer).where(ToolServer.id.in_(server_ids), _is_usable(user_id))).all()


def _is_usable(user_id: str) -> ColumnElement[bool]:
    return or_(ToolServer.user_id == user_id, and_(ToolServer.user_id.is_(None), ToolServer.enabled))


def lock_tool_server(session: Session, user_id: str, server_id: str) -> ToolServer | None:
    """Lock a server of the user until the transaction ends."""
    query = select(ToolServer).where(ToolServer.id == server_id, ToolServer.user_id == user_id)
    return session.scalar(query.with_for_update())


def lock_authorization(session: Session, user_id: str, state_hash: str) -> ToolServer | None:
    """Lock the user's server with this pending authorization until the transaction ends."""
    query = select(ToolServer).where(ToolServer.authorization_state == state_hash, ToolServer.user_id == user_id)
    return session.scalar(query.with_for_update())


def lock_and_count_tool_servers(session: Session, user_id: str) -> int:
    """The user's number of servers. Locks the count until the transaction ends."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update())
    query = select(func.count()).select_from(ToolServer).where(ToolServer.user_id == user_id)
    return session.scalars(query).one()


def write_tool_list(
    session: Session,
    user_id: str | None,
    server_id: str,
    url: str,
    protocol: str | None,
    tools: Sequence[Mapping[str, Any]],
    expire_at: datetime,
) -> None:
    """Cache a list of tools, unless the server has another URL by now. `user_id`: the owner, None for the operator."""
    owner = ToolServer.user_id.is_(None) if user_id is None else ToolServer.user_id == user_id
    statement = update(ToolServer).where(ToolServer.id == server_id, ToolServer.url == url, owner)
    session.execute(
        statement.values(protocol=protocol, tools=[dict(tool) for tool in tools], tools_expire_at=expire_at)
    )


def delete_tool_servers(session: Session, user_id: str, server_ids: Sequence[str]) -> int:
    """Delete servers of the user; returns their number."""
    statement = delete(ToolServer).where(ToolServer.user_id == user_id, ToolServer.id.in_(server_ids))
    return rows_changed(session, statement)


def list_own_servers(session: Session, user_id: str) -> Sequence[ToolServer]:
    """The user's servers, oldest first."""
    return session.scalars(select(ToolServer).where(ToolServer.user_id == user_id).order_by(ToolServer.id)).all()


def delete_all_tool_servers(session: Session, user_id: str) -> None:
    """Delete the user's servers, and the policies for the operator's."""
    session.execute(delete(ToolServer).where(ToolServer.user_id == user_id))
    session.execute(delete(ToolPolicy).where(ToolPolicy.user_id == user_id))


def list_policies(session: Session, user_id: str) -> Mapping[str, Mapping[str, str]]:
    """Server id → the user's policy, for servers of the operator."""
    rows = session.execute(select(ToolPolicy.server_id, ToolPolicy.policy).where(ToolPolicy.user_id == user_id))
    return {row.server_id: row.policy for row in rows}


def lock_policy(session: Session, user_id: str, server_id: str) -> Mapping[str, str]:
    """The user's policy for a server of the operator, empty without one. Locks it until the transaction ends."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update())
    found = session.get(ToolPolicy, (user_id, server_id), with_for_update=True)
    return {} if found is None else found.policy


def write_policy(session: Session, user_id: str, server_id: str, policy: Mapping[str, str]) -> None:
    """Replace the user's policy for a server of the operator."""
    session.merge(ToolPolicy(user_id=user_id, server_id=server_id, policy=dict(policy)))
    session.flush()


def find_operators_server(session: Session, name: str) -> ToolServer | None:
    return session.scalar(select(ToolServer).where(ToolServer.user_id.is_(None), ToolServer.name == name))


def list_operators_servers(session: Session) -> Sequence[ToolServer]:
    """The operator's tool servers, oldest first."""
    return session.scalars(select(ToolServer).where(ToolServer.user_id.is_(None)).order_by(ToolServer.id)).all()


def lock_operators_servers(session: Session, server_ids: Sequence[str]) -> Sequence[ToolServer]:
    """The operator's tool servers of these ids, locked until the transaction ends."""
    query = select(ToolServer).where(ToolServer.id.in_(server_ids), ToolServer.user_id.is_(None))
    return session.scalars(query.order_by(ToolServer.id).with_for_update()).all()


def delete_operators_servers(session: Session, server_ids: Sequence[str]) -> None:
    session.execute(delete(ToolServer).where(ToolServer.user_id.is_(None), ToolServer.id.in_(server_ids)))


def lock_next_tool_servers(session: Session, after: str, limit: int) -> Sequence[ToolServer]:
    """All servers after the id `after`, locked until the transaction ends. For maintenance."""
    query = select(ToolServer).where(ToolServer.id > after).order_by(ToolServer.id).limit(limit)
    return session.scalars(query.with_for_update()).all()
