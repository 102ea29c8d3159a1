"""Outgoing mails, tokens of accounts, verified addresses, and invitations

Revises: 0015
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.String(36).with_variant(mysql.VARCHAR(36, charset="ascii", collation="ascii_bin"), "mysql")
_TIME = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
_TEXT = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql")
# Table → column → its definition.
_COLUMNS: Mapping[str, Mapping[str, sa.types.TypeEngine[Any]]] = {
    "users": {"email_verified_at": _TIME},
    "user_settings": {"login_notices": sa.Boolean()},
}
_INDEXES = {
    "outgoing_mails": ["user_id", "due_at"],
    "account_tokens": ["user_id", "expires_at"],
    "invites": ["expires_at"],
}


def upgrade() -> None:
    # MySQL commits DDL by itself: a run that broke off may have done some of the steps already.
    for table, columns in _COLUMNS.items():
        for name, kind in columns.items():
            if name not in _columns(table):
                op.add_column(table, sa.Column(name, kind))
    tables = _tables()
    if "outgoing_mails" not in tables:
        _create(
            "outgoing_mails",
            sa.Column("id", _ID, nullable=False),
            sa.Column("kind", sa.String(32), nullable=False),
            sa.Column("email", sa.String(254), nullable=False),
            sa.Column("user_id", _ID),
            sa.Column("language", sa.String(100), nullable=False),
            sa.Column("parameters", _TEXT, nullable=False),
            sa.Column("attempts", sa.Integer(), nullable=False),
            sa.Column("created_at", _TIME, nullable=False),
            sa.Column("due_at", _TIME, nullable=False),
            sa.Column("expires_at", _TIME, nullable=False),
            sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_outgoing_mails_user_id", ondelete="CASCADE"),
            sa.PrimaryKeyConstraint("id", name="pk_outgoing_mails"),
        )
    if "account_tokens" not in tables:
        _create(
            "account_tokens",
            sa.Column("token_hash", sa.String(64), nullable=False),
            sa.Column("user_id", _ID, nullable=False),
            sa.Column("purpose", sa.String(32), nullable=False),
            sa.Column("email", sa.String(254), nullable=False),
            sa.Column("created_at", _TIME, nullable=False),
            sa.Column("expires_at", _TIME, nullable=False),
            sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_account_tokens_user_id", ondelete="CASCADE"),
            sa.PrimaryKeyConstraint("token_hash", name="pk_account_tokens"),
        )
    if "invites" not in tables:
        _create(
            "invites",
            sa.Column("id", _ID, nullable=False),
            sa.Column("token_hash", sa.String(64), nullable=False),
            sa.Column("email", sa.String(254)),
            sa.Column("user_group", sa.String(16), nullable=False),
            sa.Column("created_at", _TIME, nullable=False),
            sa.Column("expires_at", _TIME, nullable=False),
            sa.Column("used_at", _TIME),
            sa.PrimaryKeyConstraint("id", name="pk_invites"),
            sa.UniqueConstraint("token_hash", name="uq_invites_token_hash"),
        )
    for table, indexed in _INDEXES.items():
        present = {index["name"] for index in sa.inspect(op.get_bind()).get_indexes(table)}
        for column in indexed:
            if f"ix_{table}_{column}" not in present:
                op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for name in _tables().intersection(_INDEXES):
        op.drop_table(name)
    for table, columns in _COLUMNS.items():
        for name in columns:
            if name in _columns(table):
                with op.batch_alter_table(table) as altered:
                    altered.drop_column(name)


def _create(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(name, *parts, mysql_charset="utf8mb4", mysql_collate="utf8mb4_bin", mysql_engine="InnoDB")


def _tables() -> set[str]:
    return set(sa.inspect(op.get_bind()).get_table_names())


def _columns(table: str) -> set[str]:
    return {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}
