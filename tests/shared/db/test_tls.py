"""TLS to the database: verification of a real server's certificate."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import pytest
from cryptography import x509
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from shared.db.engine import make_engine
from shared.db.tls import _RDS
from tests.support.certificates import write_certificates
from tests.support.mariadb import MariaDbServer, mariadb_server

pytestmark = pytest.mark.processes


@dataclass
class Server:
    mariadb: MariaDbServer
    authority: Path

    def cipher(self, authorities: str, host: str = "127.0.0.1") -> str:
        """The TLS cipher of a connection."""
        url = f"mysql+pymysql://tests@{host}:{self.mariadb.port}/"
        engine = make_engine(url, authorities=authorities)
        try:
            with engine.connect() as connection:
                row = connection.execute(text("SHOW STATUS LIKE 'Ssl_cipher'")).one()
                return str(row[1])
        finally:
            engine.dispose()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server at 127.0.0.1, with a certificate for this name from its own authority."""
    files = write_certificates(tmp_path_factory.mktemp("tls"))
    with mariadb_server(f"--ssl-cert={files.certificate}", f"--ssl-key={files.key}") as mariadb:
        yield Server(mariadb, files.authority)


def test_a_certificate_of_a_trusted_authority_is_accepted_and_the_connection_is_encrypted(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))

    assert server.cipher("system").startswith("TLS_")


@pytest.mark.parametrize("authorities", ["system", "rds"])
def test_a_certificate_of_another_authority_is_refused(server: Server, authorities: str) -> None:
    with pytest.raises(OperationalError, match="CERTIFICATE_VERIFY_FAILED"):
        server.cipher(authorities)


def test_a_certificate_for_another_name_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))

    with pytest.raises(OperationalError, match="CERTIFICATE_VERIFY_FAILED"):
        server.cipher("system", "localhost")


def test_without_authorities_a_connection_is_encrypted_but_not_authenticated(server: Server) -> None:
    assert server.cipher("none").startswith("TLS_")


def test_the_authorities_of_rds_are_roots_that_last() -> None:
    roots = x509.load_pem_x509_certificates(_RDS.read_bytes())

    assert len(roots) > 20
    for root in roots:
        assert root.issuer == root.subject
        assert "RSA2048 G1" in root.subject.rfc4514_string()
        assert root.not_valid_after_utc > datetime(2050, 1, 1, tzinfo=timezone.utc)
