"""Verification of ID tokens' signatures, with keys as providers publish them."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt import InsecureKeyLengthWarning, PyJWS

from functions.user.oidc.signatures import is_key_for, is_signed, public_key_jws


def published(key: Any, kind: str) -> dict[str, Any]:
    """The public key as a JWK."""
    algorithm: Any = public_key_jws().get_algorithm_by_name(kind)
    found: dict[str, Any] = algorithm.to_jwk(key.public_key(), as_dict=True)
    return found


def signed_with(key: rsa.RSAPrivateKey) -> str:
    return public_key_jws().encode(b'{"sub": "ann"}', key, "RS256")


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def test_a_token_signed_with_the_published_key_is_verified(rsa_key: rsa.RSAPrivateKey) -> None:
    token = signed_with(rsa_key)
    jwk = published(rsa_key, "RS256")
    assert is_signed(token, jwk, "RS256")
    assert not is_signed(token, published(rsa.generate_private_key(65537, 2048), "RS256"), "RS256")
    signed, _, signature = token.rpartition(".")
    assert not is_signed(f"{signed}x.{signature}", jwk, "RS256")


def test_a_short_rsa_key_verifies_nothing() -> None:
    key = rsa.generate_private_key(65537, 1024)
    with pytest.warns(InsecureKeyLengthWarning):
        token = PyJWS(["RS256"], {"enforce_minimum_key_length": False}).encode(b"{}", key, "RS256")
    assert not is_signed(token, published(key, "RS256"), "RS256")


@pytest.mark.parametrize(
    "change",
    [{"n": ""}, {"n": None}, {"n": 7}, {"n": "!"}, {"e": "AA"}, {"kty": "oct", "k": "c2VjcmV0"}, {"kty": None}],
)
def test_a_malformed_key_verifies_nothing(rsa_key: rsa.RSAPrivateKey, change: dict[str, Any]) -> None:
    token = signed_with(rsa_key)
    assert not is_signed(token, {**published(rsa_key, "RS256"), **change}, "RS256")


def test_a_key_is_used_for_its_own_algorithm_and_purpose(rsa_key: rsa.RSAPrivateKey) -> None:
    jwk = published(ec.generate_private_key(ec.SECP256R1()), "ES256")
    assert is_key_for(jwk, "ES256")
    assert not is_key_for(jwk, "ES384")
    assert not is_key_for(published(rsa_key, "RS256"), "ES256")
    assert not is_key_for({**jwk, "use": "enc"}, "ES256")
    assert not is_key_for({**jwk, "alg": "ES512"}, "ES256")
