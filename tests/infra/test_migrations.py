"""The migrations, on both databases."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Engine, inspect, text

from infra.manage import main
from infra.migrations.migrate import FOLDER, alembic_config, upgrade
from infra.revision import write_revision
from shared.db import schema_revision
from shared.db.engine import make_engine
from shared.db.models import Base
from shared.db.types import Id, UtcDateTime
from tests.support.stack import ROOT


def test_they_create_the_tables_of_the_models(database: Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_newest_is_the_one_that_the_code_expects(database: Engine) -> None:
    """The operator's page compares the database's schema with `shared/db/schema_revision.py`."""
    with database.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == schema_revision.NEWEST


def test_they_downgrade_and_upgrade_again(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'chat.db'}")
    for _ in range(2):
        upgrade(engine)
        assert set(inspect(engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
        with engine.begin() as connection:
            command.downgrade(alembic_config(connection), "base")
        assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_the_schema_of_a_later_release_is_not_changed(database: Engine) -> None:
    """An earlier release, deployed again, does not know the newest migration."""
    with database.begin() as connection:
        newest = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = 'of_a_later_release'"))

    upgrade(database)

    with database.begin() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "of_a_later_release"
        connection.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})


def test_a_revision_is_written_for_a_changed_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs no configured database, adds the models' changes, and passes `make lint`.

    Our column types are written out, so that the migration does not change with them.
    """
    engine = make_engine(f"sqlite:///{tmp_path / 'chat.db'}")
    upgrade(engine)
    migrations = shutil.copytree(FOLDER, tmp_path / "migrations")
    written_at = (FOLDER / "versions").stat().st_mtime_ns
    monkeypatch.delenv("DATABASE_URL", raising=False)
    table = Base.metadata.tables["users"]
    columns: list[Column[Any]] = [
        Column("seen_at", UtcDateTime(), nullable=True),
        Column("invited_by", Id(), nullable=True),
    ]
    for column in columns:
        table.append_column(column)
    try:
        file = write_revision("Add who invited a user", migrations / "versions")
    finally:
        for column in columns:
            table._columns.remove(column)  # SQLAlchemy has no public method for it.

    assert file is not None
    assert file.name.endswith("_add_who_invited_a_user.py")
    # An unfinished migration is never in the folder that other processes read.
    assert (FOLDER / "versions").stat().st_mtime_ns == written_at
    source = file.read_text()
    for expected in ("mysql.DATETIME(fsp=6)", 'charset="ascii"'):
        assert expected in source
    assert "shared.db" not in source
    for check in (["check"], ["format", "--check"]):
        subprocess.run([sys.executable, "-m", "ruff", *check, "--config", ROOT / "pyproject.toml", file], check=True)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection, migrations), "head")
    assert {"seen_at", "invited_by"} <= {column["name"] for column in inspect(engine).get_columns("users")}
    engine.dispose()


def test_no_revision_is_written_for_models_that_match_the_schema(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert write_revision("Nothing", tmp_path) is None
    main(["revision", "-m", "Nothing"])
    assert "no migration needed" in capsys.readouterr().out
