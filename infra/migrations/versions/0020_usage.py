"""Use of models and failed replies, in sums by day

Revises: 0019
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import SchemaItem

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.String(36).with_variant(mysql.VARCHAR(36, charset="ascii", collation="ascii_bin"), "mysql")


def upgrade() -> None:
    _create_table(
        "usage_days",
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", _ID, nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("turns", sa.BigInteger(), nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cached_tokens", sa.BigInteger(), nullable=False),
        sa.Column("completion_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_usage_days_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "day", "source", "model", name="pk_usage_days"),
    )
    op.create_index("ix_usage_days_day", "usage_days", ["day"])
    _create_table(
        "failure_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("provider", sa.String(100), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "provider", "code", name="pk_failure_days"),
    )


def downgrade() -> None:
    op.drop_table("failure_days")
    op.drop_table("usage_days")


def _create_table(name: str, *columns: SchemaItem) -> None:
    op.create_table(name, *columns, mysql_charset="utf8mb4", mysql_collate="utf8mb4_bin", mysql_engine="InnoDB")
