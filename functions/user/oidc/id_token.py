"""Verification of ID tokens (OpenID Connect Core 1.0, section 3.1.3.7)."""

import hmac
from collections.abc import Mapping
from typing import Any

import jwt

from functions.user.oidc.provider import keys_of, refusal
from functions.user.oidc.settings import OidcProvider
from functions.user.oidc.signatures import ALGORITHMS, is_key_for, is_signed
from shared.config import CLOCK_SKEW_SECONDS

# Larger tokens are not parsed.
_MAX_CHARACTERS = 32 * 1024
# OpenID Connect Core 1.0, section 2.
_MAX_SUBJECT = 255
_REQUIRED = ["iss", "sub", "aud", "exp", "iat", "nonce"]


async def verify_id_token(provider: OidcProvider, id_token: str, nonce: str) -> Mapping[str, Any]:
    """The claims of a valid ID token for this client and this sign-in. Raises OidcFailed, OidcUnavailable."""
    if len(id_token) > _MAX_CHARACTERS:
        raise refusal(provider, "the ID token is too long")
    await _verify_signature(provider, id_token)
    claims = _valid_claims(provider, id_token)
    given = claims["nonce"]
    if not isinstance(given, str) or not given.isascii() or not hmac.compare_digest(given, nonce):
        raise refusal(provider, "the ID token has another nonce")
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    authorized = claims.get("azp")
    if authorized != provider.client_id and (authorized is not None or len(audiences) > 1):
        raise refusal(provider, "the ID token was issued to another client")
    subject: str = claims["sub"]
    if not 0 < len(subject) <= _MAX_SUBJECT or not subject.isascii():
        raise refusal(provider, "the ID token's subject is not valid")
    return claims


async def _verify_signature(provider: OidcProvider, id_token: str) -> None:
    """Verify the signature with the key that the token names; without a name, with the provider's only one for the
    algorithm."""
    try:
        header = jwt.get_unverified_header(id_token)
    except (jwt.PyJWTError, RecursionError):
        raise refusal(provider, "the ID token is malformed") from None
    algorithm, key_id = header.get("alg"), header.get("kid")
    # An extension that a recipient must understand (RFC 7515, section 4.1.11): none is known here.
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS or "crit" in header:
        raise refusal(provider, "the ID token's algorithm is not allowed")
    keys = [
        key
        for key in await keys_of(provider, key_id)
        if is_key_for(key, algorithm) and (key_id is None or key.get("kid") == key_id)
    ]
    if len(keys) != 1:
        raise refusal(provider, "the ID token's key is unknown")
    if not is_signed(id_token, keys[0], algorithm):
        raise refusal(provider, "the ID token's signature is not valid")


def _valid_claims(provider: OidcProvider, id_token: str) -> dict[str, Any]:
    """The claims of a token whose signature was verified, if it is current, of this provider and for this client."""
    try:
        claims: dict[str, Any] = jwt.decode(
            id_token,
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=CLOCK_SKEW_SECONDS,
            options={
                "verify_signature": False,
                "verify_exp": True,
                "verify_nbf": True,
                "verify_iat": True,
                "verify_aud": True,
                "verify_iss": True,
                "verify_sub": True,
                "require": _REQUIRED,
            },
        )
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise refusal(provider, "the ID token's claims are not valid", error=type(error).__name__) from None
    return claims
