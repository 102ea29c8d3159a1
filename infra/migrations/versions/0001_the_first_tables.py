"""The first tables

Revises: None
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


# Written out instead of imported from the models, so that the migration does not change with them.
ID = sa.String(36).with_variant(mysql.VARCHAR(36, charset="ascii", collation="ascii_bin"), "mysql")
TIME = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
LONG_TEXT = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql")
SEARCHED_TEXT = sa.Text().with_variant(mysql.MEDIUMTEXT(collation="utf8mb4_unicode_ci"), "mysql")
SEARCHED_TITLE = sa.String(200).with_variant(mysql.VARCHAR(200, collation="utf8mb4_unicode_ci"), "mysql")
JSON = sa.JSON(none_as_null=True)
INNODB: dict[str, Any] = {"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin", "mysql_engine": "InnoDB"}


def upgrade() -> None:
    op.create_table(
        "rate_limits",
        sa.Column("limit_key", sa.String(length=64), nullable=False),
        sa.Column("window_ends_at", TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("limit_key", name="pk_rate_limits"),
        **INNODB,
    )
    op.create_index("ix_rate_limits_window_ends_at", "rate_limits", ["window_ends_at"])

    op.create_table(
        "object_deletions",
        sa.Column("prefix", sa.String(200), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("prefix", name="pk_object_deletions"),
        **INNODB,
    )
    op.create_table(
        "users",
        sa.Column("id", ID, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=60), nullable=False),
        sa.Column("user_group", sa.String(length=16), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
        **INNODB,
    )
    op.create_table(
        "model_configs",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("base_url", sa.String(length=2000), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("api_key_encrypted", sa.Text(), nullable=False),
        sa.Column("api_key_hint", sa.String(length=4), nullable=False),
        sa.Column("params", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_model_configs_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_model_configs"),
        **INNODB,
    )
    op.create_index("ix_model_configs_user_id", "model_configs", ["user_id"])

    op.create_table(
        "refresh_tokens",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("family_id", ID, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("rotated_at", TIME),
        sa.Column("revoked_at", TIME),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_refresh_tokens_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_refresh_tokens"),
        **INNODB,
    )
    op.create_index("ix_refresh_tokens_expires_at", "refresh_tokens", ["expires_at"])
    op.create_index("ix_refresh_tokens_family_id", "refresh_tokens", ["family_id"])
    op.create_index("ix_refresh_tokens_user_id", "refresh_tokens", ["user_id"])

    op.create_table(
        "ws_connections",
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_ws_connections_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_ws_connections"),
        **INNODB,
    )
    op.create_index("ix_ws_connections_user_id", "ws_connections", ["user_id"])
    op.create_table(
        "conversations",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("title", SEARCHED_TITLE),
        sa.Column("model_config_id", ID),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("active_leaf_id", ID),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["model_config_id"], ["model_configs.id"], name="fk_conversations_model_config_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_conversations_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        **INNODB,
    )
    op.create_index("ix_conversations_list", "conversations", ["user_id", "archived", "pinned", "updated_at", "id"])
    op.create_index("ix_conversations_model_config_id", "conversations", ["model_config_id"])

    op.create_table(
        "messages",
        sa.Column("id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("parent_id", ID),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("text", SEARCHED_TEXT, nullable=False),
        sa.Column("parts", JSON),
        sa.Column("reasoning", LONG_TEXT),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("model", sa.String(length=200)),
        sa.Column("usage", JSON),
        sa.Column("finish_reason", sa.String(length=64)),
        sa.Column("error", JSON),
        sa.Column("request_key", sa.String(length=128)),
        sa.Column("turn_id", ID),
        sa.Column("heartbeat_at", TIME),
        sa.Column("stop_requested_at", TIME),
        sa.Column("event_lengths", JSON),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_messages_conversation_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_messages_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("user_id", "request_key", name="uq_messages_request"),
        **INNODB,
    )
    op.create_index("ix_messages_history", "messages", ["conversation_id", "id"])
    op.create_index("ix_messages_status_user_id", "messages", ["status", "user_id"])

    op.create_table(
        "message_chunks",
        sa.Column("message_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", LONG_TEXT, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_message_chunks_message_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", "seq", name="pk_message_chunks"),
        **INNODB,
    )


def downgrade() -> None:
    op.drop_table("message_chunks")

    op.drop_table("messages")

    op.drop_table("conversations")

    op.drop_table("ws_connections")
    op.drop_table("refresh_tokens")

    op.drop_table("model_configs")
    op.drop_table("users")

    op.drop_table("object_deletions")
    op.drop_table("rate_limits")
