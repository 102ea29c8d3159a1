"""Authorization requests of a sign-in, and the verification of their responses.

A request is stored until its response, for ten minutes, under the hash of its `state` and of a secret known only to
the browser that made it. A response to another browser's request therefore logs nobody in (login CSRF), and a
response is accepted once.
"""

import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from pydantic import TypeAdapter, ValidationError

from functions.user.oidc.errors import OidcExpired
from functions.user.oidc.id_token import verify_id_token
from functions.user.oidc.messages import SignInRequest, SignInResponse, Verified
from functions.user.oidc.provider import exchange_code, metadata_of, refusal, userinfo_of
from functions.user.oidc.settings import OidcProvider, OidcSettings, redirect_uri
from shared.auth.accounts import Email, Username
from shared.auth.token_hash import hash_token
from shared.config import CLOCK_SKEW_SECONDS, load
from shared.crypto.encryption import OPERATOR, UnreadableApiKey, decrypt_secret, encrypt_secret
from shared.db.models import LoginChallenge
from shared.db.repositories import login_challenges
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import NotFound
from shared.outbound.oauth import authorization_url, new_pkce
from shared.threads import run_in_thread

# `login`: by a visitor. `link` and `reauthenticate`: within a login.
Purpose = Literal["login", "link", "reauthenticate"]
_SECONDS = 600
_MAX_NAME = 64
_DEFAULT_NAME = "User"
_EMAIL: TypeAdapter[str] = TypeAdapter(Email)
_USERNAME: TypeAdapter[str] = TypeAdapter(Username)


class _Pending(NamedTuple):
    provider_id: str
    nonce: str
    verifier: str
    redirect_uri: str
    invite: str | None
    requested_at: float


async def start_authorization(
    provider_id: str, purpose: Purpose, *, user_id: str | None = None, invite: str | None = None
) -> SignInRequest:
    """Store an authorization request, and return it for the browser. `user_id`: of the login within which it is made.

    Raises NotFound for an unknown provider, OidcUnavailable, OidcFailed.
    """
    provider = load(OidcSettings).by_id.get(provider_id)
    if provider is None:
        raise NotFound
    metadata = await metadata_of(provider)
    pkce, now = new_pkce(), utc_now()
    state, nonce, secret = (secrets.token_urlsafe(32) for _ in range(3))
    pending = _Pending(provider_id, nonce, pkce.verifier, redirect_uri(), invite, now.timestamp())
    parameters = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": pending.redirect_uri,
        "scope": provider.scopes,
        "state": state,
        "nonce": nonce,
        "code_challenge": pkce.challenge,
        "code_challenge_method": "S256",
        **({"prompt": "login", "max_age": "0"} if purpose == "reauthenticate" else {}),
    }
    await run_in_thread(_store, _key(state, secret), purpose, user_id, pending, now)
    return SignInRequest(authorization_url(metadata.authorization_endpoint, parameters), secret)


async def finish_authorization(response: SignInResponse, purpose: Purpose, *, user_id: str | None = None) -> Verified:
    """Verify a response. Raises OidcExpired, OidcFailed, OidcUnavailable."""
    pending = await run_in_thread(_use, _key(response.state, response.secret), purpose, user_id)
    provider = load(OidcSettings).by_id.get(pending.provider_id)
    if provider is None:
        raise OidcExpired
    metadata = await metadata_of(provider)
    if response.iss != provider.issuer and (response.iss is not None or metadata.sends_iss):
        raise refusal(provider, "the authorization response is of another issuer")
    tokens = await exchange_code(provider, response.code, pending.verifier, pending.redirect_uri)
    claims = await verify_id_token(provider, tokens.id_token, pending.nonce)
    if purpose == "reauthenticate":
        _check_time(provider, claims, pending.requested_at)
    subject: str = claims["sub"]
    if not isinstance(claims.get("email"), str) and tokens.access_token is not None:
        more = await userinfo_of(provider, tokens.access_token)
        # OpenID Connect Core 1.0, section 5.3.2.
        if more.get("sub") == subject:
            claims = {**more, **claims}
    return Verified(
        provider=provider,
        subject=subject,
        email=_email(claims.get("email")),
        # Some providers send a string.
        email_verified=claims.get("email_verified") in (True, "true"),
        username=_username(claims),
        invite=pending.invite,
    )


def _check_time(provider: OidcProvider, claims: Mapping[str, Any], requested_at: float) -> None:
    """Raise if the login at the provider is older than this request: the user did not authenticate again."""
    time = claims.get("auth_time")
    if isinstance(time, bool) or not isinstance(time, (int, float)) or time < requested_at - CLOCK_SKEW_SECONDS:
        raise refusal(provider, "the provider did not authenticate the user again")


def _key(state: str, secret: str) -> str:
    return hash_token(f"{state}.{secret}")


def _store(key: str, purpose: Purpose, user_id: str | None, pending: _Pending, now: datetime) -> None:
    challenge = LoginChallenge(
        secret_hash=key,
        purpose=_stored(purpose),
        user_id=user_id,
        data=encrypt_secret(user_id or OPERATOR, json.dumps(pending)),
        created_at=now,
        expires_at=now + timedelta(seconds=_SECONDS),
    )
    with transaction() as session:
        login_challenges.add_challenge(session, challenge)


def _use(key: str, purpose: Purpose, user_id: str | None) -> _Pending:
    with transaction() as session:
        challenge = login_challenges.find_challenge(session, _stored(purpose), key, utc_now())
        if challenge is None or challenge.user_id != user_id or challenge.data is None:
            raise OidcExpired
        if not login_challenges.use_challenge(session, challenge):
            raise OidcExpired
        try:
            return _Pending(*json.loads(decrypt_secret(user_id or OPERATOR, challenge.data)))
        except UnreadableApiKey:
            raise OidcExpired from None


def _stored(purpose: Purpose) -> str:
    return f"oidc {purpose}"


def _email(value: Any) -> str | None:
    try:
        return _EMAIL.validate_python(value)
    except (ValidationError, UnicodeError):
        return None


def _username(claims: Mapping[str, Any]) -> str:
    """The first claim that is one."""
    address = claims.get("email")
    local_part = address.partition("@")[0] if isinstance(address, str) else None
    for value in (claims.get("name"), claims.get("preferred_username"), claims.get("nickname"), local_part):
        with suppress(ValidationError, UnicodeError):
            return _USERNAME.validate_python(value[:_MAX_NAME] if isinstance(value, str) else value)
    return _DEFAULT_NAME
