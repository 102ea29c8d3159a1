"""Signatures of ID tokens, verified by PyJWT with a provider's public keys (JWKs, RFC 7517)."""

import importlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jwt
import jwt.algorithms
import jwt.utils

# Algorithm → its curve.
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
# Signatures by the provider's private key only: with `none` or a symmetric key anybody could make a token who knows
# the client.
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", *_CURVES, "EdDSA"})


def is_key_for(jwk: Mapping[str, Any], algorithm: str) -> bool:
    """Whether a JWK is a public key for signatures of this algorithm."""
    kind = {"R": "RSA", "P": "RSA", "E": "EC"}[algorithm[0]] if algorithm != "EdDSA" else "OKP"
    curve = _CURVES.get(algorithm, "Ed25519")
    return (
        jwk.get("kty") == kind
        and jwk.get("use", "sig") == "sig"
        and jwk.get("alg", algorithm) == algorithm
        and (kind == "RSA" or jwk.get("crv") == curve)
    )


def is_signed(token: str, jwk: Mapping[str, Any], algorithm: str) -> bool:
    """Verify the signature of a token with a key for which `is_key_for` holds. A malformed key verifies nothing, nor
    does an RSA key of less than 2,048 bits (RFC 7518, section 3.3)."""
    jws = public_key_jws()
    try:
        key = jws.get_algorithm_by_name(algorithm).from_jwk(dict(jwk))
        jws.decode(token, key, [algorithm])
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        return False
    return True


@lru_cache(maxsize=1)
def public_key_jws() -> jwt.PyJWS:
    """PyJWT with the algorithms of public keys."""
    # Functions import PyJWT without `cryptography` (shared.auth.tokens); reloaded modules find it.
    for module in (jwt.utils, jwt.algorithms):
        importlib.reload(module)
    return jwt.PyJWS(sorted(ALGORITHMS), {"enforce_minimum_key_length": True})
