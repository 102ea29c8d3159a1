"""Projects: the tools of new conversations

Revises: 0013
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # MySQL commits DDL by itself: a run that broke off may have done it already.
    if not _exists():
        op.add_column("projects", sa.Column("tools", sa.JSON(none_as_null=True)))


def downgrade() -> None:
    if _exists():
        op.drop_column("projects", "tools")


def _exists() -> bool:
    return "tools" in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("projects")}
