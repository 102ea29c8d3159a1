"""Shares: links to copies of conversations

Revises: 0016
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.String(36).with_variant(mysql.VARCHAR(36, charset="ascii", collation="ascii_bin"), "mysql")
_TIME = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
_TABLE = "shares"
_INDEXES = {
    "ix_shares_list": ["user_id", "created_at"],
    "ix_shares_conversation_id": ["conversation_id"],
    "ix_shares_expires_at": ["expires_at"],
}


def upgrade() -> None:
    # MySQL commits DDL by itself: a run that broke off may have done some of the steps already.
    if not _exists():
        op.create_table(
            _TABLE,
            sa.Column("id", _ID, nullable=False),
            sa.Column("user_id", _ID, nullable=False),
            sa.Column("conversation_id", _ID, nullable=False),
            sa.Column("leaf_id", _ID, nullable=False),
            sa.Column("title", sa.String(200)),
            sa.Column("with_reasoning", sa.Boolean(), server_default=sa.false(), nullable=False),
            sa.Column("with_steps", sa.Boolean(), server_default=sa.false(), nullable=False),
            sa.Column("with_images", sa.Boolean(), server_default=sa.false(), nullable=False),
            sa.Column("sealed", sa.Boolean(), server_default=sa.false(), nullable=False),
            sa.Column("published", sa.Boolean(), server_default=sa.false(), nullable=False),
            sa.Column("images", sa.JSON(), nullable=False),
            sa.Column("expires_at", _TIME),
            sa.Column("created_at", _TIME, nullable=False),
            sa.Column("updated_at", _TIME, nullable=False),
            sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_shares_user_id", ondelete="CASCADE"),
            sa.ForeignKeyConstraint(
                ["conversation_id"], ["conversations.id"], name="fk_shares_conversation_id", ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("id", name="pk_shares"),
            mysql_charset="utf8mb4",
            mysql_collate="utf8mb4_bin",
            mysql_engine="InnoDB",
        )
    present = {index["name"] for index in sa.inspect(op.get_bind()).get_indexes(_TABLE)}
    for name, columns in _INDEXES.items():
        if name not in present:
            op.create_index(name, _TABLE, columns)


def downgrade() -> None:
    if _exists():
        op.drop_table(_TABLE)


def _exists() -> bool:
    return _TABLE in sa.inspect(op.get_bind()).get_table_names()
