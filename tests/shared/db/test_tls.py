"""TLS to the database: verification of a real server's certificate."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from shared.db.engine import make_engine
from shared.db.tls import _RDS
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
    folder = tmp_path_factory.mktemp("tls")
    authority_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    authority = certificate("authority", "authority", authority_key, authority_key, is_authority=True)
    (folder / "ca.pem").write_bytes(authority)
    (folder / "server.pem").write_bytes(certificate("server", "authority", key, authority_key, is_authority=False))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    with mariadb_server(f"--ssl-cert={folder / 'server.pem'}", f"--ssl-key={folder / 'key.pem'}") as mariadb:
        yield Server(mariadb, folder / "ca.pem")


def certificate(subject: str, issuer: str, key: Any, signer: Any, *, is_authority: bool) -> bytes:
    def name(common: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])

    now = datetime.now(timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(signer, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )


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
