"""Database migrations with Alembic: upgrade to the newest schema."""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, text

from infra.migrations.accounts import grant_account
from shared.config import DatabaseSettings, Settings, load
from shared.db.engine import make_engine

_log = logging.getLogger(__name__)
FOLDER = Path(__file__).parent
# Below the 15 minutes that a function may run.
_LOCK_WAIT_SECONDS = 600
# An `ALTER TABLE` waits for open transactions that read the table, a year by default, and every later statement of the
# running release waits behind it.
_TABLE_WAIT_SECONDS = 10


class MigrationSettings(Settings):
    # An account that may change the schema and create accounts; absent where the functions' own account may.
    database_admin_url: SecretStr | None = None


class MigrationLocked(Exception):
    """Another process has been migrating the same database for longer than this one waited."""


def migrate() -> None:
    """Migrate the configured database to the newest schema; first, create the functions' account where an admin
    account is configured.

    Raises MigrationLocked, and SQLAlchemy's errors. Can be repeated after an interruption at any statement.
    """
    with migration_engine() as engine:
        if load(MigrationSettings).database_admin_url is not None:
            grant_account(engine, load(DatabaseSettings).url)
        upgrade(engine)


def current() -> str:
    """The revision of the configured database's schema, `none` for an empty one."""
    with migration_engine() as engine, engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or "none"


def stamp(revision: str) -> None:
    """Record a revision (`head`: the newest) without running migrations, for a schema that was changed by hand.

    Raises alembic.util.CommandError for an unknown one.
    """
    with migration_engine() as engine, _exclusive(engine) as connection:
        command.stamp(alembic_config(connection), revision, purge=True)


@contextmanager
def migration_engine() -> Iterator[Engine]:
    """An engine of its own for the configured database. Statements have no timeout: MySQL finishes an `ALTER TABLE`
    whose client gave up, and the client would not know."""
    settings = load(DatabaseSettings)
    admin_url = load(MigrationSettings).database_admin_url
    engine = make_engine(
        admin_url.get_secret_value() if admin_url else settings.url,
        connect_timeout=settings.database_connect_seconds,
        authorities=settings.database_authorities,
        wake_seconds=settings.database_wake_seconds,
        statement_timeout=None,
    )
    try:
        yield engine
    finally:
        engine.dispose()


def upgrade(engine: Engine) -> None:
    """Run the pending migrations. Idempotent; of several processes, one at a time runs them. Raises MigrationLocked.

    A schema of a later release is not changed: every migration is compatible with the previous code, so an earlier
    release can be deployed again.
    """
    with _exclusive(engine) as connection:
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


@contextmanager
def _exclusive(engine: Engine, wait_seconds: int = _LOCK_WAIT_SECONDS) -> Iterator[Connection]:
    """A connection in a transaction, while no other process migrates the same database. Raises MigrationLocked.

    MySQL's lock is the connection's: a lost connection releases it. SQLite's transaction is a lock already.
    https://dev.mysql.com/doc/refman/8.4/en/locking-functions.html
    """
    with engine.connect() as connection:
        if connection.dialect.name != "mysql":
            with connection.begin():
                yield connection
            return
        # Locks are the server's; names have at most 64 characters.
        name = f"chat-migrations-{hashlib.sha256(str(engine.url.database).encode()).hexdigest()[:32]}"
        arguments = {"name": name, "seconds": wait_seconds}
        if connection.scalar(text("SELECT GET_LOCK(:name, :seconds)"), arguments) != 1:
            raise MigrationLocked
        connection.execute(text(f"SET SESSION lock_wait_timeout = {_TABLE_WAIT_SECONDS}"))
        connection.commit()
        try:
            with connection.begin():
                yield connection
        finally:
            if not connection.invalidated:
                connection.execute(text("SELECT RELEASE_LOCK(:name)"), {"name": name})
                connection.commit()
