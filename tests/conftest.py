"""Shared fixtures: databases, the API over real HTTP, a scripted model, an object store."""

import os
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

from tests.support.environment import ENVIRONMENT

os.environ.update(ENVIRONMENT)

import hypothesis  # after the settings, which importing an app reads
import pytest
import requests
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from infra.local.object_store import create_app as create_object_store
from infra.migrations.migrate import upgrade
from shared import config
from shared.auth.scopes import ADMIN_GROUP
from shared.db.engine import dispose_engine, get_engine, make_engine
from shared.db.models import Base, User
from shared.db.repositories import users
from shared.db.retry import retry_if_rolled_back
from shared.db.session import transaction
from shared.ids import new_id
from shared.storage import get_object_store, get_site_store
from tests.support.all_functions import app as all_functions
from tests.support.api import Client
from tests.support.distribution import UnitScheduling, longest_first, make_ids_unique
from tests.support.log_watch import keep_secret_settings, log_watch
from tests.support.mariadb import mariadb_server
from tests.support.processes import serve
from tests.support.scripted_provider import ScriptedProvider

PASSWORD = "correct-horse-1"
# Without a deadline: the time of an example depends on the machine's load.
hypothesis.settings.register_profile("tests", deadline=None)
# The profile of `make chaos`: twenty times as many examples.
hypothesis.settings.register_profile("chaos", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("chaos" if os.environ.get("CHAOS_LONG") else "tests")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    make_ids_unique(items)
    if hasattr(config, "workerinput"):
        items[:] = longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> UnitScheduling:
    return UnitScheduling(config, log)


@pytest.fixture(scope="session", autouse=True)
def _secrets_stay_out_of_the_logs() -> Iterator[None]:
    """Fails when a log line of the whole run contains a token, a password or an API key."""
    keep_secret_settings(ENVIRONMENT)
    with log_watch().watching():
        yield
    leaks = log_watch().leaks()
    assert not leaks, "\n".join(f"{leak.test} logged {leak.secret!r}: {leak.line}" for leak in leaks[:10])


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Any]:
    with mariadb_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_urls() -> dict[str, str]:
    """Kind → the URL of its migrated database. Cached, because pytest sets up `database_url` again at each change of
    its parameter, which would migrate a new one."""
    return {}


@pytest.fixture(scope="session", params=["sqlite", "mariadb"])
def database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, migrated_urls: dict[str, str]
) -> str:
    """The URL of a migrated database of each kind."""
    kind: str = request.param
    if kind not in migrated_urls:
        if kind == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('database') / 'chat.db'}"
        else:
            # Another MySQL-compatible server in MariaDB's place (CONTRIBUTING.md).
            url = os.environ.get("MYSQL_COMPATIBLE_URL") or request.getfixturevalue("mariadb").new_database()
        engine = make_engine(url)
        upgrade(engine)
        engine.dispose()
        migrated_urls[kind] = url
    return migrated_urls[kind]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """A function that changes settings for the test: `settings(STALE_SECONDS="0")`."""

    def change(**variables: str) -> None:
        keep_secret_settings(variables)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        config.clear_cache()

    yield change
    monkeypatch.undo()
    config.clear_cache()


def empty(engine: Engine) -> None:
    """Delete every row. Retries while work that the previous test started still locks some of them."""

    def delete_all() -> None:
        with engine.begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(table.delete())

    retry_if_rolled_back(delete_all)


@pytest.fixture(scope="session")
def engines() -> dict[str, Engine]:
    """Database URL → the product's engine for it, of the tests so far."""
    return {}


@pytest.fixture
def same_window() -> None:
    """Wait where less than 15 s of a half hour are left: a test that lasts into the next one would find the counts of
    rate limits and of the day begun anew."""
    left = 1800 - time.time() % 1800
    if left < 15:
        time.sleep(left + 0.1)


@pytest.fixture
def database(
    database_url: str, engines: dict[str, Engine], settings: Callable[..., None], same_window: None
) -> Iterator[Engine]:
    """The product's engine, on an empty database. A test with this fixture runs once on each kind."""
    settings(DATABASE_URL=database_url)
    engine = engines.get(database_url)
    if engine is None or get_engine() is not engine:
        dispose_engine()
        engine = engines[database_url] = get_engine()
    empty(engine)
    yield engine
    # New connections, but the same engine: its compiled statements are a fifth of the work of a test.
    engine.dispose()


@pytest.fixture(scope="session")
def gateway() -> Iterator[str]:
    with serve(all_functions) as url:
        yield url


@pytest.fixture(scope="module")
def http() -> Iterator[requests.Session]:
    """The session for calls that are generated from the OpenAPI document."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def new_client(gateway: str, database: Engine) -> Iterator[Callable[[], Client]]:
    """A function that returns a client without a login."""
    clients: list[Client] = []

    def make() -> Client:
        clients.append(Client(gateway))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


_numbers = count(1)
OPERATOR = "operator@example.com"


def add_operator() -> None:
    """Add an account, without a password, to an empty stage, whose next account would be the administrator's."""
    with transaction() as session:
        if not users.has_users(session):
            users.add_user(
                session, User(id=new_id(), email=OPERATOR, username="Operator", password_hash="", group=ADMIN_GROUP)
            )


@pytest.fixture
def new_user(new_client: Callable[[], Client]) -> Callable[[], Client]:
    """A function that returns the client of a new user of the group `free`."""

    def make() -> Client:
        add_operator()
        client = new_client()
        email = f"user{next(_numbers)}@example.com"
        client.sign_in(client.post("/user/register", email=email, username="Some One", password=PASSWORD))
        client.email = email
        return client

    return make


@pytest.fixture
def admin(new_user: Callable[[], Client], database: Engine) -> Client:
    """The client of an administrator."""
    client = new_user()
    with Session(database) as session, session.begin():
        session.execute(update(User).where(User.email == client.email).values(group=ADMIN_GROUP))
    client.sign_in(client.post("/user/refresh", token="refresh_token"))
    return client


@pytest.fixture
def user(new_user: Callable[[], Client]) -> Client:
    return new_user()


@pytest.fixture
def conversation_id(user: Client) -> str:
    """A new conversation of `user`."""
    created: str = user.post("/conversation/create").json()["id"]
    return created


@pytest.fixture(scope="session")
def provider_server() -> Iterator[ScriptedProvider]:
    with ScriptedProvider().serve() as provider:
        yield provider


@pytest.fixture
def provider(provider_server: ScriptedProvider, settings: Callable[..., None]) -> Iterator[ScriptedProvider]:
    """The server's default model, with answers scripted by the test."""
    settings(
        DEFAULT_MODEL_BASE_URL=provider_server.base_url,
        DEFAULT_MODEL="scripted",
        DEFAULT_MODEL_API_KEY="the-operators-key",
    )
    yield provider_server
    provider_server.open_all_gates()
    provider_server.reset()


@pytest.fixture
def store_url(tmp_path: Path, settings: Callable[..., None]) -> Iterator[str]:
    """The URL of an object store; images may have 1000 bytes."""
    app = create_object_store(
        tmp_path / "objects",
        secrets={ENVIRONMENT["OBJECT_STORE_ACCESS_KEY_ID"]: ENVIRONMENT["OBJECT_STORE_SECRET_ACCESS_KEY"]},
        cors_origins=["http://localhost:5173"],
        max_object_bytes=10**6,
    )
    with serve(app) as url:
        settings(OBJECT_STORE_ENDPOINT=url, MAX_IMAGE_BYTES="1000")
        get_object_store.cache_clear()
        get_site_store.cache_clear()
        yield url
    get_object_store.cache_clear()
    get_site_store.cache_clear()
