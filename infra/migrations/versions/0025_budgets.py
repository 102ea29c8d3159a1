"""Budgets of users and groups

Revises: 0024
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    for name in ("day_budget", "month_budget"):
        op.add_column("users", sa.Column(name, sa.BigInteger()))
    op.create_table(
        "group_budgets",
        sa.Column("user_group", sa.String(16), nullable=False),
        sa.Column("day_budget", sa.BigInteger()),
        sa.Column("month_budget", sa.BigInteger()),
        sa.PrimaryKeyConstraint("user_group", name="pk_group_budgets"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )


def downgrade() -> None:
    op.drop_table("group_budgets")
    for name in ("month_budget", "day_budget"):
        op.drop_column("users", name)
