"""Alembic's environment: runs on the connection it is handed."""

from alembic import context

from shared.db.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    compare_type=True,
    # SQLite alters a table by copying it; the same scripts then run on both databases.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
