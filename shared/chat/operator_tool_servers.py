"""The operator's changes of the tool servers that every user may use, each with an entry in the audit log.

The admin page and `infra.manage` share them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from shared.chat.administration import record_differences
from shared.db.models import ToolServer
from shared.db.repositories import tool_servers
from shared.db.types import utc_now
from shared.errors import AppError, InvalidInput, NotFound
from shared.ids import new_id
from shared.tools.stored_server import change_server, check_token, check_url, set_token

# OAuth authorizes one user.
ServerAuth = Literal["none", "bearer"]
MAX_SERVERS = 50


class ServerLimit(AppError):
    code, status = "tool_server_limit", 403
    message = "No more tool servers can be offered. Delete one first."


class ServerNameTaken(InvalidInput):
    """`infra.manage` names a server by its name."""

    def __init__(self) -> None:
        super().__init__(details=[{"field": "name", "message": "Another tool server has this name."}])


@dataclass(frozen=True)
class NewServer:
    name: str
    url: str
    auth: ServerAuth
    token: str | None
    enabled: bool = True


def list_servers(session: Session) -> Sequence[ToolServer]:
    """The tool servers that are offered to every user, oldest first, those that are not enabled included."""
    return tool_servers.list_operators_servers(session)


def create_server(session: Session, actor_id: str | None, new: NewServer) -> ToolServer:
    """Offer one more tool server. `actor_id`: None for `infra.manage`.

    Raises UnsafeUrl, TokenNeeded, TokenUnused, ServerNameTaken, ServerLimit.
    """
    check_url(new.url)
    check_token(new.auth, new.token)
    names = [server.name for server in list_servers(session)]
    if new.name in names:
        raise ServerNameTaken
    if len(names) >= MAX_SERVERS:
        raise ServerLimit
    now = utc_now()
    server = ToolServer(
        id=new_id(),
        user_id=None,
        name=new.name,
        url=new.url,
        auth=new.auth,
        enabled=new.enabled,
        policy={},
        created_at=now,
        updated_at=now,
    )
    set_token(server, new.token)
    tool_servers.add_tool_server(session, server)
    record_differences(session, actor_id, "tool_create", now, {}, _facts(server), subject=server.name)
    return server


def update_server(session: Session, actor_id: str, server_id: str, changes: Mapping[str, Any]) -> ToolServer:
    """Change the named attributes. Raises NotFound, UnsafeUrl, TokenNeeded, TokenUnused, ServerNameTaken."""
    found = tool_servers.lock_operators_servers(session, [server_id])
    if not found:
        raise NotFound
    (server,) = found
    before = _facts(server)
    other = tool_servers.find_operators_server(session, changes.get("name", server.name))
    if other is not None and other.id != server.id:
        raise ServerNameTaken
    change_server(server, changes)
    server.enabled = changes.get("enabled", server.enabled)
    after = _facts(server)
    if changes.get("token") is not None:
        # That it changed, without either token.
        before, after = {**before, "token": None}, {**after, "token": "…"}
    record_differences(session, actor_id, "tool_update", server.updated_at, before, after, subject=server.name)
    return server


def delete_servers(session: Session, actor_id: str | None, server_ids: Sequence[str]) -> int:
    """Delete tool servers with users' policies for them; returns their number."""
    servers = tool_servers.lock_operators_servers(session, server_ids)
    now = utc_now()
    for server in servers:
        record_differences(session, actor_id, "tool_delete", now, _facts(server), {}, subject=server.name)
    tool_servers.delete_operators_servers(session, [server.id for server in servers])
    return len(servers)


def _facts(server: ToolServer) -> dict[str, Any]:
    """The attributes for the audit log, without secrets: a URL's query may hold a key."""
    url = urlsplit(server.url)._replace(query="").geturl()
    return {"name": server.name, "url": url, "auth": server.auth, "enabled": server.enabled}
