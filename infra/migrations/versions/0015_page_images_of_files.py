"""Files: the number of images of a scan's pages

Revises: 0014
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # MySQL commits DDL by itself: a run that broke off may have done it already.
    if not _exists():
        op.add_column("files", sa.Column("page_images", sa.Integer()))


def downgrade() -> None:
    if _exists():
        op.drop_column("files", "page_images")


def _exists() -> bool:
    return "page_images" in {column["name"] for column in sa.inspect(op.get_bind()).get_columns("files")}
