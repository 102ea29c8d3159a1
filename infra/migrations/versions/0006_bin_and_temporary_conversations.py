"""Bin of deleted conversations, and temporary conversations

Both are out of the list, so the list's index begins with them.

Revises: 0005
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLE = "conversations"
_LIST = "ix_conversations_list"
_BEFORE = ["user_id", "archived", "pinned", "updated_at", "id"]
_AFTER = ["user_id", "temporary", "deleted_at", "archived", "pinned", "updated_at", "id"]
_SWEPT = "ix_conversations_deleted_at"
_TIME = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")


def upgrade() -> None:
    # MySQL commits DDL by itself: a run that broke off may have done some of the steps already.
    if "temporary" not in _columns():
        op.add_column(_TABLE, sa.Column("temporary", sa.Boolean(), nullable=False, server_default=sa.false()))
    if "deleted_at" not in _columns():
        op.add_column(_TABLE, sa.Column("deleted_at", _TIME))
    _replace_list_index(_AFTER)
    if _SWEPT not in _indexes():
        op.create_index(_SWEPT, _TABLE, ["deleted_at"])


def downgrade() -> None:
    if _SWEPT in _indexes():
        op.drop_index(_SWEPT, _TABLE)
    _replace_list_index(_BEFORE)
    for name in ("deleted_at", "temporary"):
        if name in _columns():
            with op.batch_alter_table(_TABLE) as table:
                table.drop_column(name)


def _replace_list_index(columns: Sequence[str]) -> None:
    """Under its name, which queries of the release before this one give as a hint."""
    if _indexes().get(_LIST) == list(columns):
        return
    if op.get_bind().dialect.name == "mysql":
        # One statement: the foreign key of user_id needs an index at any time.
        op.execute(f"ALTER TABLE {_TABLE} DROP INDEX {_LIST}, ADD INDEX {_LIST} ({', '.join(columns)})")
        return
    if _LIST in _indexes():
        op.drop_index(_LIST, _TABLE)
    op.create_index(_LIST, _TABLE, list(columns))


def _columns() -> set[str]:
    return {column["name"] for column in sa.inspect(op.get_bind()).get_columns(_TABLE)}


def _indexes() -> dict[str, list[str | None]]:
    return {str(index["name"]): index["column_names"] for index in sa.inspect(op.get_bind()).get_indexes(_TABLE)}
