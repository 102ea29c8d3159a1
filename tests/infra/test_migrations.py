"""The migrations, on both databases."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

import infra.migrations
from infra.migrations.migrate import upgrade
from shared.db.engine import make_engine
from shared.db.models import Base


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
