"""Database migrations with Alembic: upgrade to the newest schema, and write a new revision."""

import logging
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations.ops import MigrationScript
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

_log = logging.getLogger(__name__)
_FOLDER = Path(__file__).parent


def upgrade(engine: Engine) -> None:
    """Run every migration that the database has not had. Safe to repeat.

    A schema of a later release is left as it is: each migration leaves the code before it working, so an earlier
    release can be deployed again.
    """
    with engine.begin() as connection:
        config = _config(connection)
        revision = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if revision is not None and revision not in known:
            _log.warning("the schema is that of a later release")
            return
        command.upgrade(config, "head")


def write_revision(message: str, folder: Path = _FOLDER / "versions") -> Path | None:
    """Write the next migration into `folder`, generated from what the models have and the newest schema has not.

    Returns its file, or None when there is no difference. The newest schema is made in a temporary SQLite database, so
    the result needs a reader: what only MySQL has (collations of altered columns, full-text indexes) is not in it.
    """
    from shared.db.engine import make_engine

    with tempfile.TemporaryDirectory() as temporary:
        engine = make_engine(f"sqlite:///{temporary}/chat.db")
        upgrade(engine)
        with engine.begin() as connection:
            config = _config(connection)
            config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
            script = command.revision(
                config,
                message,
                autogenerate=True,
                rev_id=f"{number:04}",
                process_revision_directives=_drop_empty,
            )
        engine.dispose()
    if script is None or isinstance(script, list):
        return None
    return Path(script.path).replace(folder / Path(script.path).name)


def _drop_empty(_context: object, _revision: object, scripts: list[MigrationScript]) -> None:
    if scripts[0].upgrade_ops is not None and scripts[0].upgrade_ops.is_empty():
        scripts.clear()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config
