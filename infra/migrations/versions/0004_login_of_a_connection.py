"""The login of a WebSocket connection

A connection ends with the login that opened it, so its row names the family of refresh tokens.

Revises: 0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.String(36).with_variant(mysql.VARCHAR(36, charset="ascii", collation="ascii_bin"), "mysql")


def upgrade() -> None:
    # MySQL commits DDL implicitly: an interrupted run may have added the column already.
    if "family_id" not in _columns():
        # Null in rows that the previous release writes while it is being replaced.
        op.add_column("ws_connections", sa.Column("family_id", ID))


def downgrade() -> None:
    if "family_id" in _columns():
        with op.batch_alter_table("ws_connections") as table:
            table.drop_column("family_id")


def _columns() -> set[str]:
    return {column["name"] for column in sa.inspect(op.get_bind()).get_columns("ws_connections")}
