"""Migration authoring: writes the next Alembic revision, from the models' difference to the newest schema."""

import shutil
import tempfile
from argparse import Namespace
from pathlib import Path

from alembic import command
from alembic.operations.ops import MigrationScript
from alembic.script import ScriptDirectory

from infra.migrations.migrate import FOLDER, alembic_config, upgrade
from shared.db.engine import make_engine

_PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
_RUFF_HOOKS = {
    "ruff_check": "check --fix --quiet",
    "ruff_format": "format --quiet",
}


def write_revision(message: str, versions: Path = FOLDER / "versions") -> Path | None:
    """Write the next migration into `versions`, formatted like the project's code.

    Returns its file, or None when the models match the newest schema. That schema is created in a temporary SQLite
    database, so review the result: it lacks what only MySQL has (collations of altered columns, full-text indexes).
    """
    with tempfile.TemporaryDirectory() as temporary:
        # Alembic writes into the folder that it reads. A copy hides an unfinished migration from other processes.
        scripts = Path(temporary) / "migrations"
        shutil.copytree(FOLDER, scripts, ignore=shutil.ignore_patterns("__pycache__"))
        engine = make_engine(f"sqlite:///{temporary}/chat.db")
        upgrade(engine)
        with engine.begin() as connection:
            config = alembic_config(connection, scripts)
            config.cmd_opts = Namespace(quiet=True)
            config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            config.set_section_option("post_write_hooks", "hooks", ", ".join(_RUFF_HOOKS))
            for hook, arguments in _RUFF_HOOKS.items():
                config.set_section_option("post_write_hooks", f"{hook}.type", "module")
                config.set_section_option("post_write_hooks", f"{hook}.module", "ruff")
                options = f"{arguments} --config {_PROJECT} REVISION_SCRIPT_FILENAME"
                config.set_section_option("post_write_hooks", f"{hook}.options", options)
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
        return Path(shutil.copy(script.path, versions))


def _drop_empty(_context: object, _revision: object, scripts: list[MigrationScript]) -> None:
    if scripts[0].upgrade_ops is not None and scripts[0].upgrade_ops.is_empty():
        scripts.clear()
