"""Recovery of replies: the model fields to go on with, and the number of recoveries

Revises: 0007
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLE = "messages"


def upgrade() -> None:
    # MySQL commits DDL by itself: a run that broke off may have done some of the steps already.
    if "model_fields" not in _columns():
        op.add_column(_TABLE, sa.Column("model_fields", sa.JSON(none_as_null=True)))
    if "recoveries" not in _columns():
        op.add_column(_TABLE, sa.Column("recoveries", sa.SmallInteger(), nullable=False, server_default="0"))


def downgrade() -> None:
    for name in ("recoveries", "model_fields"):
        if name in _columns():
            with op.batch_alter_table(_TABLE) as table:
                table.drop_column(name)


def _columns() -> set[str]:
    return {column["name"] for column in sa.inspect(op.get_bind()).get_columns(_TABLE)}
