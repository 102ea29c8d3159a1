"""Sums of usage are read from one index

Revises: 0026
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SUMS = ["day", "turns", "prompt_tokens", "cached_tokens", "completion_tokens", "cost"]


def upgrade() -> None:
    op.create_index("ix_usage_days_sums", "usage_days", _SUMS)
    op.drop_index("ix_usage_days_day", "usage_days")


def downgrade() -> None:
    op.create_index("ix_usage_days_day", "usage_days", ["day"])
    op.drop_index("ix_usage_days_sums", "usage_days")
