"""Projects, prompts, and the instructions of users, projects and conversations

Revises: 0009
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import SchemaItem

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.String(36).with_variant(mysql.VARCHAR(36, charset="ascii", collation="ascii_bin"), "mysql")
_PROJECT = "fk_conversations_project_id"
_LIST = ["user_id", "project_id", "temporary", "deleted_at", "archived", "pinned", "updated_at", "id"]
_TIME = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")


def upgrade() -> None:
    _create_table(
        "projects",
        sa.Column("id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("icon", sa.String(16)),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("model_config_id", _ID),
        sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("archived", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        _owner("projects"),
        _model_config("projects", "model_config_id"),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
    )
    op.create_index("ix_projects_list", "projects", ["user_id", "archived", "pinned", "id"])
    op.create_index("ix_projects_model_config_id", "projects", ["model_config_id"])
    _create_table(
        "prompts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("project_id", _ID),
        sa.Column("command", sa.String(64), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        _owner("prompts"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_prompts_project_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_prompts"),
    )
    op.create_index("ix_prompts_list", "prompts", ["user_id", "command", "id"])
    op.create_index("ix_prompts_project_id", "prompts", ["project_id"])
    _create_table(
        "user_settings",
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("language", sa.String(16)),
        sa.Column("theme", sa.String(16)),
        sa.Column("send_key", sa.String(16)),
        sa.Column("default_model_config_id", _ID),
        sa.Column("instructions", sa.Text()),
        sa.Column("updated_at", _TIME, nullable=False),
        _owner("user_settings"),
        _model_config("user_settings", "default_model_config_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_user_settings"),
    )
    op.create_index("ix_user_settings_default_model_config_id", "user_settings", ["default_model_config_id"])
    with op.batch_alter_table("conversations") as table:
        table.add_column(sa.Column("instructions", sa.Text()))
        table.add_column(sa.Column("project_id", _ID))
    op.create_index("ix_conversations_project_id", "conversations", ["project_id"])
    op.create_index("ix_conversations_project", "conversations", _LIST)
    with op.batch_alter_table("conversations") as table:
        table.create_foreign_key(_PROJECT, "projects", ["project_id"], ["id"], ondelete="SET NULL")


def downgrade() -> None:
    with op.batch_alter_table("conversations") as table:
        table.drop_constraint(_PROJECT, type_="foreignkey")
    op.drop_index("ix_conversations_project", "conversations")
    op.drop_index("ix_conversations_project_id", "conversations")
    with op.batch_alter_table("conversations") as table:
        table.drop_column("project_id")
        table.drop_column("instructions")
    op.drop_table("user_settings")
    op.drop_table("prompts")
    op.drop_table("projects")


def _create_table(name: str, *columns: SchemaItem) -> None:
    op.create_table(name, *columns, mysql_charset="utf8mb4", mysql_collate="utf8mb4_bin", mysql_engine="InnoDB")


def _owner(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id", ondelete="CASCADE")


def _model_config(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["model_configs.id"], name=f"fk_{table}_{column}", ondelete="SET NULL")
