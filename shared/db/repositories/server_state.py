"""The state of the server, for the operator: the database, maintenance, and replies that have not ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import column, func, literal_column, null, select, table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shared.db.models import Message, TaskRun, WsConnection


class ServerState(NamedTuple):
    """`stuck`: streaming replies without a heartbeat since a time. The database's connections are None where it does
    not count them, or does not show them to this account."""

    # Everybody's replies that have not ended.
    streaming: int
    stuck: int
    waiting: int
    # Open WebSocket connections of all users.
    connections: int
    # The end of the last complete sweep.
    swept_at: datetime | None
    # Alembic's revision of the schema.
    schema_revision: str | None
    # Connections of all clients of the database server.
    database_connections: int | None
    max_database_connections: int | None


# Status variables. MySQL's table: https://dev.mysql.com/doc/refman/8.0/en/performance-schema-status-variable-tables.html
# MariaDB's: https://mariadb.com/kb/en/information-schema-global_status-and-session_status-tables/
_MYSQL_STATUS = ("performance_schema", "global_status")
_MARIADB_STATUS = ("information_schema", "global_status")
_ALEMBIC = table("alembic_version", column("version_num"))
_REPLIES = select(func.count()).select_from(Message)
_UNKNOWN = (null(), null())


def read_server_state(session: Session, stale_before: datetime) -> ServerState:
    """One statement, which reads the replies from the index of their status. One more on a server that refuses to
    count its connections."""
    dialect = session.get_bind().dialect
    if dialect.name != "mysql":
        return _read(session, stale_before, _UNKNOWN)
    schema, name = _MARIADB_STATUS if getattr(dialect, "is_mariadb", False) else _MYSQL_STATUS
    status = table(name, column("variable_name"), column("variable_value"), schema=schema)
    connected = select(status.c.variable_value).where(status.c.variable_name == "Threads_connected")
    try:
        return _read(session, stale_before, (connected.scalar_subquery(), literal_column("@@GLOBAL.max_connections")))
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        return _read(session, stale_before, _UNKNOWN)


def _read(session: Session, stale_before: datetime, connections: Sequence[Any]) -> ServerState:
    is_stale = func.coalesce(Message.heartbeat_at, Message.created_at) < stale_before
    columns = (
        _REPLIES.where(Message.status == "streaming"),
        _REPLIES.where(Message.status == "streaming", is_stale),
        _REPLIES.where(Message.status == "waiting"),
        select(func.count()).select_from(WsConnection),
        select(TaskRun.ended_at).where(TaskRun.task == "sweep"),
        select(func.max(_ALEMBIC.c.version_num)),
    )
    row = session.execute(select(*(query.scalar_subquery() for query in columns), *connections)).one()
    # Status values are text.
    return ServerState._make([*row[:-2], *(None if value is None else int(value) for value in row[-2:])])
