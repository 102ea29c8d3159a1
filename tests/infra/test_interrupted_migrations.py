"""Migrations that are interrupted, run twice at once, or run long, on MariaDB; and the functions' account."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Engine, MetaData, event, insert, inspect, make_url, text, update
from sqlalchemy.exc import OperationalError

import functions.conversation.handler as conversation
import functions.maintenance.handler as maintenance
import functions.user.handler as user
from infra.migrations import migrate as migrations
from infra.migrations.migrate import MigrationLocked, alembic_config, migrate, upgrade
from shared.db.engine import dispose_engine, make_engine
from shared.db.models import Base
from tests.conftest import PASSWORD
from tests.support.gateway_events import rest_event
from tests.support.log_watch import keep_secrets_of
from tests.support.mariadb import MariaDbServer

_READS = ("SELECT", "SHOW", "DESCRIBE", "SET", "DO")


class Cut(Exception):
    """The process was killed."""


@pytest.fixture
def url(mariadb: MariaDbServer) -> str:
    return mariadb.new_database()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = make_engine(url, statement_timeout=None)
    yield engine
    engine.dispose()


@contextmanager
def cut_after(engine: Engine, writes: int) -> Iterator[list[str]]:
    """Cut the run before its write number `writes + 1`. Yields the writes that were done."""
    done: list[str] = []

    def before(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(_READS):
            return
        if len(done) == writes:
            raise Cut
        done.append(statement)

    event.listen(engine, "before_cursor_execute", before)
    try:
        yield done
    finally:
        event.remove(engine, "before_cursor_execute", before)
        engine.dispose()


def differences(engine: Engine) -> list[Any]:
    """The models' difference to the schema."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def state(engine: Engine) -> Any:
    """Everything that a run can change: tables with their columns, indexes and keys, and the revision."""
    with engine.connect() as connection:
        inspector = inspect(connection)
        tables = {
            name: (
                [column["name"] for column in inspector.get_columns(name)],
                sorted(str(index["name"]) for index in inspector.get_indexes(name)),
                sorted(str(key["name"]) for key in inspector.get_foreign_keys(name)),
            )
            for name in inspector.get_table_names()
        }
        return tables, MigrationContext.configure(connection).get_current_revision()


def test_a_run_that_is_cut_at_any_statement_is_completed_by_the_next(engine: Engine) -> None:
    """Each run continues where the one before was cut, and is cut after one more effect: a table, an index, a column
    or a revision."""
    cuts, writes = 0, 1
    before = state(engine)
    while True:
        try:
            with cut_after(engine, writes):
                upgrade(engine)
        except Cut:
            after = state(engine)
            # A write that the cut has rolled back is no progress: let the next run do one more.
            writes = 1 if after != before else writes + 1
            before = after
            cuts += 1
            continue
        break

    assert differences(engine) == []
    assert cuts > 30, "each statement of each migration was cut"


def test_processes_that_migrate_at_once_take_turns(engine: Engine, url: str) -> None:
    """The second finds the newest schema. Without the lock, both would create the first table."""
    other = make_engine(url, statement_timeout=None)
    with ThreadPoolExecutor(2) as pool:
        for run in [pool.submit(upgrade, own) for own in (engine, other)]:
            run.result()
    other.dispose()

    assert differences(engine) == []


def test_a_process_gives_up_when_another_does_not_finish(engine: Engine, url: str) -> None:
    other = make_engine(url)
    with migrations._exclusive(other), pytest.raises(MigrationLocked), migrations._exclusive(engine, wait_seconds=0):
        pass
    other.dispose()
    # Released with the other's end.
    with migrations._exclusive(engine, wait_seconds=0):
        pass


def test_a_migration_does_not_wait_long_for_a_table_in_use(
    engine: Engine, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statements of the running release would wait behind it."""
    with migrations._exclusive(engine) as connection:
        command.upgrade(alembic_config(connection), "0009")
    monkeypatch.setattr(migrations, "_TABLE_WAIT_SECONDS", 1)
    other = make_engine(url)
    with other.begin() as reading:
        reading.execute(text("SELECT * FROM conversations"))
        with pytest.raises(OperationalError, match="1205"):
            upgrade(engine)
    other.dispose()
    upgrade(engine)
    assert differences(engine) == []


def test_a_migration_has_no_statement_timeout(url: str, settings: Callable[..., None]) -> None:
    """MySQL finishes an ALTER TABLE whose client has given up; the next run would fail on its result."""
    settings(DATABASE_URL=url)
    with migrations.migration_engine() as engine, engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        assert (driver._read_timeout, driver._write_timeout) == (None, None)
    requests = make_engine(url)
    with requests.connect() as connection:
        driver = connection.connection.driver_connection
        assert (driver._read_timeout, driver._write_timeout) == (30, 30)
    requests.dispose()


def test_every_migration_keeps_the_release_before_it_working(engine: Engine) -> None:
    """It runs until the aliases move, and again after a rollback: nothing that it reads or writes is removed, and its
    inserts need no value for a new column."""
    with cut_after(engine, 10_000) as writes:
        upgrade(engine)

    removed = [
        statement
        for statement in writes
        if any(word in statement.upper() for word in ("DROP TABLE", "DROP COLUMN", "RENAME", " CHANGE "))
    ]
    assert removed == []
    added = [statement for statement in writes if "ADD COLUMN" in statement.upper()]
    assert added
    assert [one for one in added if "NOT NULL" in one.upper() and "DEFAULT" not in one.upper()] == []


@pytest.fixture(params=["sqlite", "mariadb"])
def any_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    is_sqlite = request.param == "sqlite"
    engine = make_engine(f"sqlite:///{tmp_path / 'chat.db'}" if is_sqlite else request.getfixturevalue("url"))
    yield engine
    engine.dispose()


def test_the_release_before_writes_its_rows_to_every_newer_schema(any_engine: Engine) -> None:
    """Each table of a revision accepts rows with exactly its columns after the next migration, too."""
    numbers = count(1)
    written = set()
    before = MetaData()
    for revision in revisions(any_engine):
        with any_engine.begin() as connection:
            command.upgrade(alembic_config(connection), revision)
        with any_engine.connect() as connection:
            is_mysql = any_engine.dialect.name == "mysql"
            # The rows refer to none, and are rolled back.
            connection.execute(text("SET foreign_key_checks = 0" if is_mysql else "PRAGMA defer_foreign_keys = ON"))
            for table in before.tables.values():
                row = {column.name: value_for(column, next(numbers)) for column in table.columns}
                connection.execute(insert(table).values(row))
                key = [column == row[column.name] for column in table.primary_key]
                changed = connection.execute(
                    update(table).where(*key).values({name: row[name] for name in row if name not in table.primary_key})
                )
                assert changed.rowcount == 1
                written.add(table.name)
            connection.rollback()
        before = MetaData()
        before.reflect(any_engine)
        before.remove(before.tables["alembic_version"])
    assert len(written) > 8


def revisions(engine: Engine) -> list[str]:
    """The schema's revisions, oldest first."""
    with engine.connect() as connection:
        scripts = ScriptDirectory.from_config(alembic_config(connection))
        return [script.revision for script in scripts.walk_revisions()][::-1]


def value_for(column: Column[Any], number: int) -> Any:
    """A value of the column's type; a text is also a valid JSON document."""
    kind = column.type.python_type
    if kind is str:
        return str(number)
    if kind in (date, datetime):
        return kind(2026, 1, 1)
    return {} if kind is dict else kind(number % 2)


# The functions' account.


def with_account(url: str, number: int) -> str:
    account = make_url(url).set(username=f"chat_{number}", password=f"the password {number}: 'quoted'")
    return account.render_as_string(hide_password=False)


def can_log_in(url: str) -> bool:
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT count(*) FROM users"))
    except OperationalError:
        return False
    else:
        return True
    finally:
        engine.dispose()


def test_functions_read_and_write_rows_and_cannot_change_the_schema(url: str, settings: Callable[..., None]) -> None:
    settings(DATABASE_ADMIN_URL=url, DATABASE_URL=with_account(url, 1))
    migrate()
    migrate()

    functions = make_engine(with_account(url, 1))
    with functions.begin() as connection:
        connection.execute(text("DELETE FROM rate_limits"))
    for refused in (
        "CREATE TABLE more (id INT)",
        "DROP TABLE users",
        "CREATE USER someone",
        "SELECT * FROM mysql.user",
    ):
        with functions.connect() as connection, pytest.raises(OperationalError):
            connection.execute(text(refused))
    functions.dispose()


def test_requests_and_the_daily_cleanup_need_no_other_account(url: str, settings: Callable[..., None]) -> None:
    settings(DATABASE_ADMIN_URL=url, DATABASE_URL=with_account(url, 1))
    migrate()
    dispose_engine()
    try:
        account = {"email": "ada@example.com", "username": "Ada", "password": PASSWORD}
        registered = user.handler(rest_event("POST", "/user/register", account), None)
        tokens = json.loads(registered["body"])
        keep_secrets_of(tokens)
        created = conversation.handler(rest_event("POST", "/conversation/create", {}, tokens["access_token"]), None)
        assert (registered["statusCode"], created["statusCode"]) == (201, 201)
        assert maintenance.handler({"task": "sweep"}, None)["task"] == "sweep"
    finally:
        dispose_engine()


def test_a_password_is_rotated_without_an_interruption(url: str, settings: Callable[..., None]) -> None:
    """The next account is granted before any function uses it; the one before is valid until the rotation after."""
    accounts = [with_account(url, number) for number in (1, 2, 3)]
    settings(DATABASE_ADMIN_URL=url, DATABASE_URL=accounts[0])
    migrate()
    assert [can_log_in(account) for account in accounts] == [True, False, False]

    settings(DATABASE_URL=accounts[1])
    migrate()
    assert [can_log_in(account) for account in accounts] == [True, True, False]

    settings(DATABASE_URL=accounts[2])
    migrate()
    assert [can_log_in(account) for account in accounts] == [False, True, True]
