"""Alembic's environment: runs on the connection in the config's attributes."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

import infra.migrations.mysql  # noqa: F401 - registers MySQL's operations
from shared.db.models import Base
from shared.db.types import Id, UtcDateTime

# Column types are written as plain SQLAlchemy types: a migration must not change with the models.
_TYPES = {
    Id: 'sa.String(36).with_variant(mysql.VARCHAR(36, charset="ascii", collation="ascii_bin"), "mysql")',
    UtcDateTime: 'sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")',
}


def _render_type(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    rendered = _TYPES.get(type(item)) if kind == "type" else None
    if rendered is None:
        return False  # Alembic renders it.
    autogen.imports.add("from sqlalchemy.dialects import mysql")
    return rendered


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    compare_type=True,
    # SQLite alters a table by copying it; the same scripts then run on both databases.
    render_as_batch=True,
    render_item=_render_type,
)
with context.begin_transaction():
    context.run_migrations()
