"""Database migrations with Alembic: upgrade to the newest schema."""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

_log = logging.getLogger(__name__)
FOLDER = Path(__file__).parent


def upgrade(engine: Engine) -> None:
    """Run the pending migrations. Idempotent.

    A schema of a later release is not changed: every migration is compatible with the previous code, so an earlier
    release can be deployed again.
    """
    with engine.begin() as connection:
        config = alembic_config(connection)
        revision = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if revision is not None and revision not in known:
            _log.warning("the schema belongs to a later release")
            return
        command.upgrade(config, "head")


def alembic_config(connection: Connection, scripts: Path = FOLDER) -> Config:
    """Alembic's configuration for a connection and the folder that has `env.py` and `versions`."""
    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.attributes["connection"] = connection
    return config
