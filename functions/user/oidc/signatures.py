"""Signatures of ID tokens (RFC 7515, RFC 7518, RFC 8037), with keys in the form of JWKs.

PyJWT runs without `cryptography` here, so that functions start faster, and therefore verifies none of these.
"""

import base64
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "256": hashes.SHA256(),
    "384": hashes.SHA384(),
    "512": hashes.SHA512(),
}
# Algorithm → the curve's name, the curve, and the bytes of a coordinate.
_CURVES: Mapping[str, tuple[str, ec.EllipticCurve, int]] = {
    "ES256": ("P-256", ec.SECP256R1(), 32),
    "ES384": ("P-384", ec.SECP384R1(), 48),
    "ES512": ("P-521", ec.SECP521R1(), 66),
}
# Signatures by the provider's private key only: with `none` or a symmetric key anybody could make a token who knows
# the client.
ALGORITHMS = frozenset({*(f"{kind}{bits}" for kind in ("RS", "PS") for bits in _HASHES), *_CURVES, "EdDSA"})
# RFC 7518, section 3.3. The upper limit bounds the time of a verification.
_RSA_BITS = range(2048, 16_385)


def is_key_for(jwk: Mapping[str, Any], algorithm: str) -> bool:
    """Whether a JWK is a public key for signatures of this algorithm."""
    kind = {"R": "RSA", "P": "RSA", "E": "EC"}[algorithm[0]] if algorithm != "EdDSA" else "OKP"
    curve = _CURVES[algorithm][0] if algorithm in _CURVES else "Ed25519"
    return (
        jwk.get("kty") == kind
        and jwk.get("use", "sig") == "sig"
        and jwk.get("alg", algorithm) == algorithm
        and (kind == "RSA" or jwk.get("crv") == curve)
    )


def is_signed(token: str, jwk: Mapping[str, Any], algorithm: str) -> bool:
    """Verify the signature of a token with a key for which `is_key_for` holds. A malformed key verifies nothing."""
    signed, _, encoded = token.rpartition(".")
    try:
        signature = _bytes(encoded)
        if algorithm in _CURVES:
            _verify_ec(jwk, algorithm, signature, signed.encode())
        elif algorithm == "EdDSA":
            ed25519.Ed25519PublicKey.from_public_bytes(_bytes(jwk["x"])).verify(signature, signed.encode())
        else:
            _verify_rsa(jwk, algorithm, signature, signed.encode())
    except (InvalidSignature, ValueError, TypeError, KeyError, AttributeError):
        return False
    return True


def _verify_rsa(jwk: Mapping[str, Any], algorithm: str, signature: bytes, signed: bytes) -> None:
    key = rsa.RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"])).public_key()
    if key.key_size not in _RSA_BITS:
        raise ValueError("an RSA key of this size is not accepted")
    digest = _HASHES[algorithm[2:]]
    pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
    key.verify(signature, signed, pss if algorithm.startswith("PS") else padding.PKCS1v15(), digest)


def _verify_ec(jwk: Mapping[str, Any], algorithm: str, signature: bytes, signed: bytes) -> None:
    _, curve, size = _CURVES[algorithm]
    key = ec.EllipticCurvePublicNumbers(_number(jwk["x"]), _number(jwk["y"]), curve).public_key()
    if len(signature) != 2 * size:
        raise ValueError("the signature has the wrong length")
    r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
    key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(_HASHES[algorithm[2:]]))


def _bytes(text: str) -> bytes:
    """Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _number(text: str) -> int:
    return int.from_bytes(_bytes(text), "big")
