"""Passkeys: the ceremonies of WebAuthn (https://www.w3.org/TR/webauthn-3/), by `fido2`.

Options and responses are in WebAuthn's JSON forms. The challenges are the caller's, to store and to use once. Every
ceremony requires user verification (a PIN, a fingerprint), so that a passkey is two factors in itself; attestation is
not requested, because any authenticator will do.
"""

import binascii
import json
import logging
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import urlsplit

from shared.config import AppSettings, SiteSettings, load

if TYPE_CHECKING:
    # Imported at first use: few requests are about passkeys.
    from fido2.server import Fido2Server
    from fido2.webauthn import AuthenticatorData

_RP_NAME = "Chat"
# ES256, EdDSA, RS256: those that authenticators have.
_ALGORITHMS = (-7, -8, -257)
# The package logs the ids of credentials.
logging.getLogger("fido2").setLevel(logging.WARNING)


class InvalidResponse(Exception):
    """An authenticator's response is malformed, of another site or challenge, or wrongly signed."""


class Credential(NamedTuple):
    """A passkey as a browser looks for it. `id`: base64url."""

    id: str
    transports: Sequence[str]


class NewCredential(NamedTuple):
    """`id`: base64url. `public_key`: COSE, in CBOR and base64url."""

    id: str
    public_key: str
    sign_count: int
    is_backed_up: bool


class Assertion(NamedTuple):
    sign_count: int
    is_backed_up: bool


def is_available() -> bool:
    """Whether the site's address is known, to which passkeys are bound."""
    return _host() != ""


def new_challenge() -> str:
    return secrets.token_urlsafe(32)


def challenge_of(client_data: str) -> str:
    """The challenge that a response is for, from its `clientDataJSON`, which is not verified yet. Raises
    InvalidResponse."""
    try:
        return str(json.loads(_decode(client_data))["challenge"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise InvalidResponse from None


def registration_options(
    challenge: str, user_id: str, email: str, username: str, existing: Sequence[Credential]
) -> dict[str, Any]:
    """Options to create a passkey that can be found without a user's name (discoverable)."""
    return {
        "rp": {"id": _host(), "name": _RP_NAME},
        "user": {"id": _encode(user_id.encode()), "name": email, "displayName": username},
        "challenge": challenge,
        "pubKeyCredParams": [{"type": "public-key", "alg": algorithm} for algorithm in _ALGORITHMS],
        "excludeCredentials": _descriptors(existing),
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
    }


def request_options(challenge: str, allowed: Sequence[Credential] = ()) -> dict[str, Any]:
    """Options to authenticate: with one of `allowed`, or with any passkey that the user chooses."""
    return {
        "rpId": _host(),
        "challenge": challenge,
        "allowCredentials": _descriptors(allowed),
        "userVerification": "required",
    }


def verify_registration(challenge: str, client_data: str, attestation_object: str) -> NewCredential:
    """Raises InvalidResponse."""
    response = {"clientDataJSON": client_data, "attestationObject": attestation_object}
    data = _complete(
        lambda server: server.register_complete(
            _state(challenge), {"id": "", "rawId": "", "type": "public-key", "response": response}
        )
    )
    credential = data.credential_data
    if credential is None or credential.public_key.get(3) not in _ALGORITHMS:
        raise InvalidResponse
    from fido2 import cbor

    public_key = _encode(cbor.encode(dict(credential.public_key)))
    return NewCredential(_encode(credential.credential_id), public_key, data.counter, _is_backed_up(data))


def verify_assertion(
    challenge: str, credential_id: str, public_key: str, client_data: str, authenticator_data: str, signature: str
) -> Assertion:
    """`credential_id`, `public_key`: as stored. Raises InvalidResponse."""
    response = {"clientDataJSON": client_data, "authenticatorData": authenticator_data, "signature": signature}

    def complete(server: "Fido2Server") -> "AuthenticatorData":
        from fido2 import cbor
        from fido2.cose import CoseKey
        from fido2.webauthn import Aaguid, AttestedCredentialData, AuthenticatorData

        raw_id = _decode(credential_id)
        key = CoseKey.parse(cast("Mapping[int, Any]", cbor.decode(_decode(public_key))))
        known = AttestedCredentialData.create(Aaguid.NONE, raw_id, key)
        given = {"id": credential_id, "rawId": credential_id, "type": "public-key", "response": response}
        server.authenticate_complete(_state(challenge), [known], given)
        return AuthenticatorData(_decode(authenticator_data))

    data = _complete(complete)
    return Assertion(data.counter, _is_backed_up(data))


def _complete(ceremony: "Callable[[Fido2Server], AuthenticatorData]") -> "AuthenticatorData":
    import struct

    from cryptography.exceptions import UnsupportedAlgorithm
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    server = Fido2Server(PublicKeyCredentialRpEntity(name=_RP_NAME, id=_host()), verify_origin=_is_ours)
    try:
        data: AuthenticatorData = ceremony(server)
    # Exceptions of `fido2` while it parses and verifies, besides ValueError.
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        AssertionError,
        NotImplementedError,
        OverflowError,
        RecursionError,
        UnsupportedAlgorithm,
        struct.error,
    ):
        raise InvalidResponse from None
    return data


def _state(challenge: str) -> Mapping[str, str]:
    return {"challenge": challenge, "user_verification": "required"}


def _host() -> str:
    """The relying party's id: the host of the SPA."""
    return urlsplit(load(SiteSettings).site).hostname or ""


def _is_ours(origin: str) -> bool:
    """Whether an origin is the SPA's; on a developer's machine its other ports, too."""
    site = urlsplit(load(SiteSettings).site)
    allowed = {f"{site.scheme}://{site.netloc}", *(one.strip() for one in load(AppSettings).cors_origins.split(","))}
    return origin in allowed and urlsplit(origin).hostname == site.hostname


def _is_backed_up(data: "AuthenticatorData") -> bool:
    return bool(data.flags & data.FLAG.BS)


def _descriptors(credentials: Sequence[Credential]) -> list[dict[str, Any]]:
    return [{"type": "public-key", "id": one.id, "transports": list(one.transports)} for one in credentials]


def _encode(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _decode(value: str) -> bytes:
    try:
        return urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except binascii.Error as error:
        raise ValueError from error
