"""Requests to a provider: its metadata and keys, which are cached, and the exchange of a code for an ID token."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from functions.user.oidc.errors import OidcFailed, OidcUnavailable
from functions.user.oidc.settings import OidcProvider
from shared.config import load
from shared.logging import fields
from shared.outbound.addresses import violation_of_text
from shared.outbound.oauth import client_authentication
from shared.outbound.settings import OutboundSettings
from shared.tools.errors import ServerFailed
from shared.tools.http import Answer, exchange, time_limit

_log = logging.getLogger(__name__)
# Time limit of the requests of one call; the gateway waits 29 s.
_SECONDS = 10.0
# Metadata of large providers have 2 kB, their keys 10 kB.
_MAX_BYTES = 256 * 1024
_CACHED_SECONDS = 3600.0
# An unknown key may be a new one, or made up: the keys are requested again at most this often.
_ROTATION_SECONDS = 60.0


@dataclass(frozen=True)
class Metadata:
    """`sends_iss`: the authorization response names its issuer (RFC 9207)."""

    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str | None
    jwks_uri: str
    sends_iss: bool
    auth_methods: Sequence[str]


@dataclass
class _Cached:
    """Times are of the monotonic clock. `renewed_at`: of the last request because of an unknown key."""

    metadata: Metadata
    fetched_at: float
    keys: Sequence[Mapping[str, Any]] | None = None
    keys_fetched_at: float = 0
    renewed_at: float = field(default=-_ROTATION_SECONDS)


@dataclass(frozen=True)
class ProviderTokens:
    id_token: str
    access_token: str | None


# By issuer, for the life of the process.
_cache: dict[str, _Cached] = {}


def clear_cache() -> None:
    _cache.clear()


async def metadata_of(provider: OidcProvider) -> Metadata:
    """The provider's discovery document, cached for an hour. Raises OidcUnavailable, OidcFailed."""
    return (await _cached(provider)).metadata


async def keys_of(provider: OidcProvider, key_id: str | None) -> Sequence[Mapping[str, Any]]:
    """The provider's public keys (JWKs), cached for an hour. Raises OidcUnavailable, OidcFailed.

    When `key_id` is not among them, the provider may have new ones, which are requested at most once a minute.
    """
    cached = await _cached(provider)
    now = monotonic()
    is_known = cached.keys is not None and (key_id is None or any(key.get("kid") == key_id for key in cached.keys))
    may_renew = now - cached.renewed_at >= _ROTATION_SECONDS
    if cached.keys is None or now - cached.keys_fetched_at > _CACHED_SECONDS or (not is_known and may_renew):
        if cached.keys is not None:
            cached.renewed_at = now
        found = await _get_json(provider, cached.metadata.jwks_uri)
        keys = found.get("keys")
        if not isinstance(keys, list):
            raise refusal(provider, "its JWKS has no keys")
        cached.keys = [key for key in keys if isinstance(key, dict)]
        cached.keys_fetched_at = now
    return cached.keys


async def exchange_code(provider: OidcProvider, code: str, verifier: str, redirect_uri: str) -> ProviderTokens:
    """Raises OidcFailed, also for an expired or used code, and OidcUnavailable."""
    metadata = await metadata_of(provider)
    secret = None if provider.client_secret is None else provider.client_secret.get_secret_value()
    # Servers that list no methods have `client_secret_basic` (OpenID Connect Discovery 1.0, section 3).
    basic = not metadata.auth_methods or "client_secret_basic" in metadata.auth_methods
    authentication, client = client_authentication(
        "client_secret_basic" if basic else "client_secret_post", provider.client_id, secret
    )
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
        **client,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", **authentication}
    status, found = await _request(provider, "POST", metadata.token_endpoint, headers, urlencode(form).encode())
    id_token, access_token = found.get("id_token"), found.get("access_token")
    if status != 200 or not isinstance(id_token, str):
        error = found.get("error")
        raise refusal(provider, "it refused the code", status=status, error=error if isinstance(error, str) else None)
    return ProviderTokens(id_token, access_token if isinstance(access_token, str) else None)


async def userinfo_of(provider: OidcProvider, access_token: str) -> Mapping[str, Any]:
    """Claims beyond those of the ID token; empty where the provider has none. Raises OidcUnavailable."""
    endpoint = (await metadata_of(provider)).userinfo_endpoint
    if endpoint is None:
        return {}
    headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
    status, found = await _request(provider, "GET", endpoint, headers)
    return found if status == 200 else {}


def refusal(provider: OidcProvider, reason: str, **details: Any) -> OidcFailed:
    """The error of a response that is not accepted; logs why, without its content."""
    _log.warning("sign-in refused", extra=fields(provider=provider.id, reason=reason, **details))
    return OidcFailed()


async def _cached(provider: OidcProvider) -> _Cached:
    cached = _cache.get(provider.issuer)
    now = monotonic()
    if cached is None or now - cached.fetched_at > _CACHED_SECONDS:
        url = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
        metadata = _read_metadata(provider, await _get_json(provider, url))
        if cached is None:
            cached = _cache[provider.issuer] = _Cached(metadata, now)
        else:
            cached.metadata, cached.fetched_at = metadata, now
    return cached


def _read_metadata(provider: OidcProvider, document: Mapping[str, Any]) -> Metadata:
    # Compared as strings (OpenID Connect Discovery 1.0, section 4.3).
    if document.get("issuer") != provider.issuer:
        raise refusal(provider, "its discovery document is of another issuer")
    urls = [document.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    authorization, token, jwks = (url if isinstance(url, str) else "" for url in urls)
    userinfo, methods = document.get("userinfo_endpoint"), document.get("token_endpoint_auth_methods_supported")
    # The browser opens the first, and the transport checks it no more.
    if violation_of_text(authorization, load(OutboundSettings)) is not None or not token or not jwks:
        raise refusal(provider, "its discovery document has no usable endpoints")
    return Metadata(
        authorization_endpoint=authorization,
        token_endpoint=token,
        userinfo_endpoint=userinfo if isinstance(userinfo, str) else None,
        jwks_uri=jwks,
        sends_iss=document.get("authorization_response_iss_parameter_supported") is True,
        auth_methods=methods if isinstance(methods, list) else (),
    )


async def _get_json(provider: OidcProvider, url: str) -> Mapping[str, Any]:
    status, found = await _request(provider, "GET", url, {"Accept": "application/json"})
    if status != 200:
        raise _unavailable(provider, "unexpected status", status=status)
    return found


async def _request(
    provider: OidcProvider, method: str, url: str, headers: Mapping[str, str], content: bytes | None = None
) -> tuple[int, Mapping[str, Any]]:
    """The status and the JSON object of a response, empty when it is none. Raises OidcUnavailable."""
    try:
        with time_limit(_SECONDS):
            # A code that comes a second time is taken for stolen.
            async with exchange(method, url, headers, content, is_sent_once=method == "POST") as answer:
                if answer.status >= 500 or answer.status == 429:
                    raise _unavailable(provider, "unexpected status", status=answer.status)
                return answer.status, await _json_object(answer)
    except ServerFailed as error:
        raise _unavailable(provider, type(error).__name__) from None


async def _json_object(answer: Answer) -> Mapping[str, Any]:
    try:
        found = json.loads(await answer.content(_MAX_BYTES))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _unavailable(provider: OidcProvider, reason: str, **details: Any) -> OidcUnavailable:
    _log.warning("sign-in provider failed", extra=fields(provider=provider.id, reason=reason, **details))
    return OidcUnavailable()
