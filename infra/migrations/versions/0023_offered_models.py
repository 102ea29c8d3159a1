"""Models that the operator offers, as model configs without a user

Revises: 0022
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.String(36).with_variant(mysql.VARCHAR(36, charset="ascii", collation="ascii_bin"), "mysql")
_WITHOUT_NULL, _WITH_NULL = "user_id VARCHAR(36) NOT NULL", "user_id VARCHAR(36)"


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        _rewrite_schema(_WITHOUT_NULL, _WITH_NULL)
    else:
        op.alter_column("model_configs", "user_id", existing_type=_ID, nullable=True)
    op.create_table(
        "offered_models",
        sa.Column("config_id", _ID, nullable=False),
        sa.Column("user_groups", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("context_tokens", sa.Integer()),
        sa.Column("input_price", sa.BigInteger(), nullable=False),
        sa.Column("cached_input_price", sa.BigInteger(), nullable=False),
        sa.Column("output_price", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["config_id"], ["model_configs.id"], name="fk_offered_models_config_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("config_id", name="pk_offered_models"),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )


def downgrade() -> None:
    op.drop_table("offered_models")
    op.execute("DELETE FROM model_configs WHERE user_id IS NULL")
    if op.get_context().dialect.name == "sqlite":
        _rewrite_schema(_WITH_NULL, _WITHOUT_NULL)
    else:
        op.alter_column("model_configs", "user_id", existing_type=_ID, nullable=False)


def _rewrite_schema(before: str, after: str) -> None:
    """Change the stored definition of `model_configs`. Copying the table, as Alembic does, drops the old one, and
    SQLite then clears the references of conversations to its rows.

    https://sqlite.org/lang_altertable.html#otheralter: for changes that do not affect the content on disk.
    """
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(
        sa.text("UPDATE sqlite_schema SET sql = replace(sql, :before, :after) WHERE name = 'model_configs'"),
        {"before": before, "after": after},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
