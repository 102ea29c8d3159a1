"""Tools: the steps of replies, tool servers, and the tools that a call and a conversation ask for

Revises: 0008
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.String(36).with_variant(mysql.VARCHAR(36, charset="ascii", collation="ascii_bin"), "mysql")
_TIME = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
_LONG = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql")
_JSON = sa.JSON(none_as_null=True)
_TABLE_OPTIONS: dict[str, Any] = {"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin", "mysql_engine": "InnoDB"}
_ADDED = (("messages", "tools", _JSON), ("messages", "resume_at", _TIME), ("conversations", "tools", _JSON))
_OWNER = "ix_tool_servers_user_id"


def upgrade() -> None:
    # MySQL commits DDL by itself: a run that broke off may have done some of the steps already.
    for table, name, column_type in _ADDED:
        if name not in _columns(table):
            op.add_column(table, sa.Column(name, column_type))
    if "message_steps" not in _tables():
        op.create_table(
            "message_steps",
            sa.Column("message_id", _ID, nullable=False),
            sa.Column("n", sa.SmallInteger(), autoincrement=False, nullable=False),
            sa.Column("tool", sa.String(128), nullable=False),
            sa.Column("server_id", _ID),
            sa.Column("title", sa.String(200), nullable=False),
            sa.Column("state", sa.String(16), nullable=False),
            sa.Column("round", sa.SmallInteger(), nullable=False),
            sa.Column("call_id", sa.String(200), nullable=False),
            sa.Column("called_as", sa.String(128), nullable=False),
            sa.Column("extra", _LONG),
            sa.Column("text_at", sa.Integer(), nullable=False),
            sa.Column("arguments", _LONG, nullable=False),
            sa.Column("preview", sa.String(300)),
            sa.Column("result", _LONG),
            sa.Column("result_key", sa.String(200)),
            sa.Column("sources", _LONG),
            sa.Column("objects", _LONG),
            sa.Column("ask", _LONG),
            sa.Column("answer", _LONG),
            sa.Column("task", _LONG),
            sa.Column("events", _JSON, nullable=False),
            sa.Column("attempts", sa.SmallInteger(), nullable=False, server_default="0"),
            sa.Column("started_at", _TIME, nullable=False),
            sa.Column("ended_at", _TIME),
            sa.ForeignKeyConstraint(
                ["message_id"], ["messages.id"], name="fk_message_steps_message_id", ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("message_id", "n", name="pk_message_steps"),
            **_TABLE_OPTIONS,
        )
    if "tool_servers" not in _tables():
        op.create_table(
            "tool_servers",
            sa.Column("id", _ID, nullable=False),
            sa.Column("user_id", _ID),
            sa.Column("name", sa.String(100), nullable=False),
            sa.Column("url", sa.String(2000), nullable=False),
            sa.Column("auth", sa.String(16), nullable=False),
            sa.Column("token_encrypted", sa.Text()),
            sa.Column("token_hint", sa.String(4)),
            sa.Column("oauth_encrypted", _LONG),
            sa.Column("oauth_expires_at", _TIME),
            sa.Column("authorization_state", sa.String(64)),
            sa.Column("authorization_encrypted", _LONG),
            sa.Column("policy", _JSON, nullable=False),
            sa.Column("protocol", sa.String(32)),
            sa.Column("tools", _LONG),
            sa.Column("tools_expire_at", _TIME),
            sa.Column("created_at", _TIME, nullable=False),
            sa.Column("updated_at", _TIME, nullable=False),
            sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_tool_servers_user_id", ondelete="CASCADE"),
            sa.PrimaryKeyConstraint("id", name="pk_tool_servers"),
            sa.UniqueConstraint("authorization_state", name="uq_tool_servers_authorization_state"),
            **_TABLE_OPTIONS,
        )
    if _OWNER not in {index["name"] for index in sa.inspect(op.get_bind()).get_indexes("tool_servers")}:
        op.create_index(_OWNER, "tool_servers", ["user_id"])
    if "tool_policies" not in _tables():
        op.create_table(
            "tool_policies",
            sa.Column("user_id", _ID, nullable=False),
            sa.Column("server_id", _ID, nullable=False),
            sa.Column("policy", _JSON, nullable=False),
            sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_tool_policies_user_id", ondelete="CASCADE"),
            sa.ForeignKeyConstraint(
                ["server_id"], ["tool_servers.id"], name="fk_tool_policies_server_id", ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("user_id", "server_id", name="pk_tool_policies"),
            **_TABLE_OPTIONS,
        )


def downgrade() -> None:
    for table in ("tool_policies", "tool_servers", "message_steps"):
        if table in _tables():
            op.drop_table(table)
    for table, name, _ in reversed(_ADDED):
        if name in _columns(table):
            with op.batch_alter_table(table) as changed:
                changed.drop_column(name)


def _tables() -> list[str]:
    return sa.inspect(op.get_bind()).get_table_names()


def _columns(table: str) -> set[str]:
    return {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}
