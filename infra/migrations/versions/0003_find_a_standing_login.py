"""Index for the check of a valid login

Every request with an access token checks whether its login is still valid. A login that has been refreshed
for a month has thousands of used tokens, which this index skips.

Revises: 0002
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "ix_refresh_tokens_standing", "refresh_tokens", ["family_id", "rotated_at", "revoked_at", "expires_at"]
    )
    op.drop_index("ix_refresh_tokens_family_id", "refresh_tokens")


def downgrade() -> None:
    op.create_index("ix_refresh_tokens_family_id", "refresh_tokens", ["family_id"])
    op.drop_index("ix_refresh_tokens_standing", "refresh_tokens")
