"""The migrations, on both databases."""

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Column, Engine, inspect, text

import infra.migrations
from infra.manage import main
from infra.migrations.migrate import upgrade, write_revision
from shared.db.engine import make_engine
from shared.db.models import Base
from shared.db.types import Id, UtcDateTime


def test_they_make_the_tables_of_the_models(database: Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_they_go_back_to_nothing_and_forth_again(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'chat.db'}")
    for _ in range(2):
        upgrade(engine)
        assert set(inspect(engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
        with engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(Path(infra.migrations.__file__).parent))
            config.attributes["connection"] = connection
            command.downgrade(config, "base")
        assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


def test_the_schema_of_a_later_release_is_left_as_it_is(database: Engine) -> None:
    """An earlier release that is deployed again knows nothing of the newest migration."""
    with database.begin() as connection:
        newest = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = 'of_a_later_release'"))

    upgrade(database)

    with database.begin() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "of_a_later_release"
        connection.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})


def test_a_revision_is_written_for_a_changed_model(tmp_path: Path) -> None:
    """With our column types written out, so that the migration does not change with them; it runs on both databases."""
    table = Base.metadata.tables["users"]
    columns: list[Column[Any]] = [
        Column("seen_at", UtcDateTime(), nullable=True),
        Column("invited_by", Id(), nullable=True),
    ]
    for column in columns:
        table.append_column(column)
    try:
        file = write_revision("Add who invited a user", tmp_path)
    finally:
        for column in columns:
            table._columns.remove(column)  # SQLAlchemy has no public way back.
    assert file is not None
    source = file.read_text()
    assert file.name.endswith("_add_who_invited_a_user.py")
    for expected in ("seen_at", "invited_by", "mysql.DATETIME(fsp=6)", 'charset="ascii"', "import mysql"):
        assert expected in source
    assert "shared.db" not in source
    compile(source, file.name, "exec")


def test_no_revision_is_written_for_models_that_match_the_schema(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert write_revision("Nothing", tmp_path) is None
    main(["revision", "-m", "Nothing"])
    assert "no migration needed" in capsys.readouterr().out
