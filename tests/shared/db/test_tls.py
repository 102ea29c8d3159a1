"""TLS to the database: verification of a real server's certificate."""

import ssl
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

    def cipher(self, authorities: str, host: str = "127.0.0.1", query: str = "") -> str:
        """The TLS cipher of a connection; empty without TLS."""
        url = f"mysql+pymysql://tests@{host}:{self.mariadb.port}/{query}"
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


def test_connections_that_are_not_authenticated_load_no_authorities(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[object] = []
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", lambda *arguments: loads.append(arguments))

    assert server.cipher("none").startswith("TLS_")
    assert loads == []


def test_an_authority_in_the_url_is_checked(server: Server, tmp_path: Path) -> None:
    other = write_certificates(tmp_path)

    assert server.cipher("none", query=f"?ssl_ca={server.authority}").startswith("TLS_")
    with pytest.raises(OperationalError, match="CERTIFICATE_VERIFY_FAILED"):
        server.cipher("none", query=f"?ssl_ca={other.authority}")


def test_a_server_without_tls_is_connected_to_without_it(tmp_path: Path) -> None:
    with mariadb_server("--skip-ssl") as mariadb:
        assert Server(mariadb, tmp_path).cipher("none") == ""


def test_the_authorities_of_rds_are_roots_that_last() -> None:
    roots = x509.load_pem_x509_certificates(_RDS.read_bytes())

    assert len(roots) > 20
    for root in roots:
        assert root.issuer == root.subject
        assert "RSA2048 G1" in root.subject.rfc4514_string()
        assert root.not_valid_after_utc > datetime(2050, 1, 1, tzinfo=timezone.utc)
