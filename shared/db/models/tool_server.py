"""MCP servers whose tools a model may call, of a user or of the operator."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, String, Text, true
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt, UpdatedAt
from shared.db.models.user import User
from shared.db.types import Id, Json, JsonText, LongText, UtcDateTime

ToolAuth = Literal["none", "bearer", "oauth"]


class ToolServer(Base, CreatedAt, UpdatedAt):
    __tablename__ = "tool_servers"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    # Null: the operator's, for every user.
    user_id: Mapped[str | None] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    url: Mapped[str] = mapped_column(String(2000))
    auth: Mapped[ToolAuth] = mapped_column(String(16))
    # Whether users may use it; only the operator's can be disabled.
    enabled: Mapped[bool] = mapped_column(default=True, server_default=true())
    # The bearer token, encrypted and bound to its owner (shared.crypto), and its last 4 characters.
    token_encrypted: Mapped[str | None] = mapped_column(Text)
    token_hint: Mapped[str | None] = mapped_column(String(4))
    # OAuth's tokens and client registration, encrypted, and when the access token expires.
    oauth_encrypted: Mapped[str | None] = mapped_column(LongText)
    oauth_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # An authorization that was begun: SHA-256 of its `state` (hex), and what is needed to finish it, encrypted.
    authorization_state: Mapped[str | None] = mapped_column(String(64), unique=True)
    authorization_encrypted: Mapped[str | None] = mapped_column(LongText)
    # Tool name or `*`, and its policy.
    policy: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    # The negotiated revision of MCP, and the cached list of tools with the time until which it may be used.
    protocol: Mapped[str | None] = mapped_column(String(32))
    tools: Mapped[list[dict[str, Any]] | None] = mapped_column(JsonText)
    tools_expire_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ToolPolicy(Base):
    """A user's policy for the tools of an operator's server, as in `ToolServer.policy`."""

    __tablename__ = "tool_policies"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"), primary_key=True)
    server_id: Mapped[str] = mapped_column(Id, ForeignKey(ToolServer.id, ondelete="CASCADE"), primary_key=True)
    policy: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
