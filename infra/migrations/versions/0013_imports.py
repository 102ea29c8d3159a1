"""Imports: where conversations and messages were imported from

Revises: 0012
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.String(36).with_variant(mysql.VARCHAR(36, charset="ascii", collation="ascii_bin"), "mysql")
_TABLE = "conversations"
_COLUMNS = {"source": sa.String(16), "source_id": sa.String(128)}
_UNIQUE = "uq_conversations_source"
_MESSAGES = "imported_messages"


def upgrade() -> None:
    # MySQL commits DDL by itself: a run that broke off may have done some of the steps already.
    present = {column["name"] for column in _inspect().get_columns(_TABLE)}
    for name, column_type in _COLUMNS.items():
        if name not in present:
            op.add_column(_TABLE, sa.Column(name, column_type))
    if not _has_unique():
        with op.batch_alter_table(_TABLE) as table:
            table.create_unique_constraint(_UNIQUE, ["user_id", "source", "source_id"])
    if _MESSAGES not in _inspect().get_table_names():
        op.create_table(
            _MESSAGES,
            sa.Column("conversation_id", _ID, nullable=False),
            sa.Column("source_id", sa.String(64), nullable=False),
            sa.Column("message_id", _ID, nullable=False),
            sa.ForeignKeyConstraint(
                ["conversation_id"],
                ["conversations.id"],
                name="fk_imported_messages_conversation_id",
                ondelete="CASCADE",
            ),
            sa.PrimaryKeyConstraint("conversation_id", "source_id", name="pk_imported_messages"),
            mysql_charset="utf8mb4",
            mysql_collate="utf8mb4_bin",
            mysql_engine="InnoDB",
        )


def downgrade() -> None:
    if _MESSAGES in _inspect().get_table_names():
        op.drop_table(_MESSAGES)
    if _has_unique():
        with op.batch_alter_table(_TABLE) as table:
            table.drop_constraint(_UNIQUE, type_="unique")
    for name in reversed(_COLUMNS):
        if name in {column["name"] for column in _inspect().get_columns(_TABLE)}:
            with op.batch_alter_table(_TABLE) as table:
                table.drop_column(name)


def _has_unique() -> bool:
    return _UNIQUE in {constraint["name"] for constraint in _inspect().get_unique_constraints(_TABLE)}


def _inspect() -> sa.Inspector:
    return sa.inspect(op.get_bind())
