"""Files: documents that users have uploaded

Revises: 0010
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.String(36).with_variant(mysql.VARCHAR(36, charset="ascii", collation="ascii_bin"), "mysql")
_DIGEST = sa.String(64).with_variant(mysql.VARCHAR(64, charset="ascii", collation="ascii_bin"), "mysql")
_TIME = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
_TABLE = "files"
_INDEXES = {
    "ix_files_list": ["user_id", "conversation_id", "id"],
    "ix_files_content": ["user_id", "sha256"],
    "ix_files_conversation_id": ["conversation_id"],
    "ix_files_project_id": ["project_id"],
}


def upgrade() -> None:
    # MySQL commits DDL by itself: a run that broke off may have done some of the steps already.
    if not _exists():
        op.create_table(
            _TABLE,
            sa.Column("id", _ID, nullable=False),
            sa.Column("user_id", _ID, nullable=False),
            sa.Column("conversation_id", _ID),
            sa.Column("project_id", _ID),
            sa.Column("name", sa.String(255), nullable=False),
            sa.Column("media_type", sa.String(127), nullable=False),
            sa.Column("size", sa.Integer(), nullable=False),
            sa.Column("sha256", _DIGEST),
            sa.Column("state", sa.String(16), nullable=False),
            sa.Column("error", sa.String(32)),
            sa.Column("pages", sa.Integer()),
            sa.Column("lines", sa.Integer()),
            sa.Column("tokens", sa.Integer()),
            sa.Column("created_at", _TIME, nullable=False),
            sa.Column("updated_at", _TIME, nullable=False),
            sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_files_user_id", ondelete="CASCADE"),
            sa.ForeignKeyConstraint(
                ["conversation_id"], ["conversations.id"], name="fk_files_conversation_id", ondelete="CASCADE"
            ),
            sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_files_project_id", ondelete="CASCADE"),
            sa.PrimaryKeyConstraint("id", name="pk_files"),
            mysql_charset="utf8mb4",
            mysql_collate="utf8mb4_bin",
            mysql_engine="InnoDB",
        )
    present = {index["name"] for index in sa.inspect(op.get_bind()).get_indexes(_TABLE)}
    for name, columns in _INDEXES.items():
        if name not in present:
            op.create_index(name, _TABLE, columns)


def downgrade() -> None:
    if _exists():
        op.drop_table(_TABLE)


def _exists() -> bool:
    return _TABLE in sa.inspect(op.get_bind()).get_table_names()
