"""Devices of logins, pending uploads, and deleted accounts

Revises: 0006
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.String(36).with_variant(mysql.VARCHAR(36, charset="ascii", collation="ascii_bin"), "mysql")
_TIME = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
_DELETED = "ix_users_deleted_at"
_UPLOADS = "pending_uploads"


def upgrade() -> None:
    # MySQL commits DDL by itself: a run that broke off may have done some of the steps already.
    if "deleted_at" not in _columns("users"):
        op.add_column("users", sa.Column("deleted_at", _TIME))
    if _DELETED not in _indexes("users"):
        op.create_index(_DELETED, "users", ["deleted_at"])
    present = _columns("refresh_tokens")
    for column in (
        sa.Column("replays", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("logged_in_at", _TIME),
        sa.Column("device", sa.String(200)),
        sa.Column("address", sa.String(45)),
    ):
        if column.name not in present:
            op.add_column("refresh_tokens", column)
    if _UPLOADS not in sa.inspect(op.get_bind()).get_table_names():
        op.create_table(
            _UPLOADS,
            sa.Column("object_key", sa.String(200), nullable=False),
            sa.Column("user_id", _ID, nullable=False),
            sa.Column("created_at", _TIME, nullable=False),
            sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_pending_uploads_user_id", ondelete="CASCADE"),
            sa.PrimaryKeyConstraint("object_key", name="pk_pending_uploads"),
            mysql_charset="utf8mb4",
            mysql_collate="utf8mb4_bin",
            mysql_engine="InnoDB",
        )
    if "ix_pending_uploads_user_id" not in _indexes(_UPLOADS):
        op.create_index("ix_pending_uploads_user_id", _UPLOADS, ["user_id"])


def downgrade() -> None:
    if _UPLOADS in sa.inspect(op.get_bind()).get_table_names():
        op.drop_table(_UPLOADS)
    for name in ("address", "device", "logged_in_at", "replays"):
        if name in _columns("refresh_tokens"):
            with op.batch_alter_table("refresh_tokens") as table:
                table.drop_column(name)
    if _DELETED in _indexes("users"):
        op.drop_index(_DELETED, "users")
    if "deleted_at" in _columns("users"):
        with op.batch_alter_table("users") as table:
            table.drop_column("deleted_at")


def _columns(table: str) -> set[str]:
    return {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}


def _indexes(table: str) -> set[str]:
    return {str(index["name"]) for index in sa.inspect(op.get_bind()).get_indexes(table)}
