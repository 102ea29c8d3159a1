"""Differences between providers

A model config has encrypted headers of its own and remembers what its provider refused; a reply has details besides
its text: sources, and which part of the conversation the model was given.

Revises: 0004
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ADDED = (
    ("model_configs", "headers_encrypted", sa.Text()),
    ("model_configs", "learned", sa.JSON(none_as_null=True)),
    ("messages", "details", sa.JSON(none_as_null=True)),
)


def upgrade() -> None:
    # MySQL commits DDL by itself: a run that broke off may have added some of the columns already.
    for table, name, column_type in _ADDED:
        if name not in _columns(table):
            op.add_column(table, sa.Column(name, column_type))


def downgrade() -> None:
    for table, name, _ in reversed(_ADDED):
        if name in _columns(table):
            with op.batch_alter_table(table) as changed:
                changed.drop_column(name)


def _columns(table: str) -> set[str]:
    return {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}
