"""Fixtures: a database that can be killed, and a proxy to it that can cut connections."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from infra.migrations.migrate import upgrade
from shared.db.engine import _SESSION_VARIABLES, dispose_engine, get_engine, make_engine
from tests.conftest import empty
from tests.support.mariadb import MariaDbServer, mariadb_server
from tests.support.tcp_proxy import TcpProxy


@pytest.fixture(scope="session")
def mortal_mariadb() -> Iterator[MariaDbServer]:
    with mariadb_server(durable=True) as server:
        yield server


@pytest.fixture
def network(mortal_mariadb: MariaDbServer) -> Iterator[TcpProxy]:
    """The proxy between the product and its database."""
    with TcpProxy(mortal_mariadb.port).serve() as proxy:
        yield proxy


@pytest.fixture(scope="session")
def mortal_url(mortal_mariadb: MariaDbServer) -> str:
    """The URL of a migrated database on that server."""
    url = mortal_mariadb.new_database()
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture
def mortal_database(
    mortal_mariadb: MariaDbServer,
    mortal_url: str,
    network: TcpProxy,
    settings: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Engine]:
    """The product's engine on an empty database, reached through `network`."""
    url = mortal_url.replace(f":{mortal_mariadb.port}/", f":{network.port}/")
    settings(DATABASE_URL=url)
    # Long enough for two statements to wait at the same time.
    variables = f"{_SESSION_VARIABLES} , innodb_lock_wait_timeout = 2"
    monkeypatch.setattr("shared.db.engine._SESSION_VARIABLES", variables)
    dispose_engine()
    empty(get_engine())
    yield get_engine()
    dispose_engine()
