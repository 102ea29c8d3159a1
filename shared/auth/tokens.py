"""Access, refresh and device tokens: JWTs signed with one algorithm, told apart by their `typ`."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, Literal

from shared.auth.claims import Claims
from shared.auth.scopes import scope_of
from shared.auth.token_hash import hash_token
from shared.config import CLOCK_SKEW_SECONDS, TokenSettings, load
from shared.db.types import utc_now
from shared.errors import TokenExpired, Unauthorized
from shared.ids import new_id
from shared.startup import without_package

# With `cryptography`, PyJWT would load key pairs and certificates at each start, a tenth of the function's imports, for
# algorithms of which none is used here.
with without_package("cryptography"):
    import jwt
    from jwt.utils import base64url_decode

ALGORITHM = "HS256"
_ISSUER = "chat"
_AUDIENCE = "chat-api"
CLOCK_SKEW = timedelta(seconds=CLOCK_SKEW_SECONDS)
TokenType = Literal["access", "refresh", "device"]
_DEVICE_LIFETIME = timedelta(days=180)


@dataclass(frozen=True)
class IssuedToken:
    token: str
    claims: Claims


@dataclass(frozen=True)
class PresentedToken:
    """A verified refresh token of a caller, with its hash as stored in the database."""

    claims: Claims
    token_hash: str


def issue_access_token(user_id: str, group: str, family_id: str, now: datetime) -> str:
    """A token for API calls, valid for `access_token_seconds` from `now`."""
    lifetime = timedelta(seconds=load(TokenSettings).access_token_seconds)
    claims = Claims(new_id(), user_id, family_id, now + lifetime, group, scope_of(group))
    return _sign("access", claims, now)


def issue_refresh_token(user_id: str, family_id: str, now: datetime) -> IssuedToken:
    """A single-use refresh token, valid for `refresh_token_seconds` from `now`."""
    lifetime = timedelta(seconds=load(TokenSettings).refresh_token_seconds)
    claims = Claims(new_id(), user_id, family_id, now + lifetime)
    return IssuedToken(_sign("refresh", claims, now), claims)


def issue_device_token(user_id: str, now: datetime) -> str:
    """A token that a client sends with its next login, as proof that this user has logged in on it before.

    It opens nothing: guesses by others cannot lock out a device that has one
    (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
    """
    return _sign("device", Claims(new_id(), user_id, "", now + _DEVICE_LIFETIME), now)


def read_token(token: str, expected: TokenType) -> Claims:
    """Verify the signature, type and expiry of a token; returns its claims.

    Revocation is checked in the database, by `confirm_login`. Raises Unauthorized and TokenExpired.
    """
    try:
        typ, claims = _verify(token, load(TokenSettings))
    except jwt.ExpiredSignatureError:
        raise TokenExpired from None
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, RecursionError):
        raise Unauthorized from None
    # The cached verification may be older than the expiry.
    if claims.expires_at <= utc_now() - CLOCK_SKEW:
        raise TokenExpired
    if typ != expected:
        raise Unauthorized
    return claims


# A client sends the same token for 15 minutes, so the verified signature is cached; the expiry is checked at each
# request. Invalid tokens raise and are not cached.
@lru_cache(maxsize=1024)
def _verify(token: str, settings: TokenSettings) -> tuple[str, Claims]:
    """A token's type and claims.

    Raises jwt.InvalidTokenError, and for malformed tokens KeyError, TypeError, ValueError, RecursionError.
    """
    payload: dict[str, Any] = jwt.decode(
        token,
        settings.keys[_key_id(token)],
        algorithms=[ALGORITHM],
        audience=_AUDIENCE,
        issuer=_ISSUER,
        leeway=CLOCK_SKEW,
        options={"require": ["exp", "iat", "sub", "jti", "iss", "aud"]},
    )
    return payload["typ"], Claims(
        token_id=payload["jti"],
        user_id=payload["sub"],
        family_id=payload["fam"],
        expires_at=datetime.fromtimestamp(payload["exp"], timezone.utc),
        group=payload.get("group", ""),
        scope=payload.get("scope", ""),
    )


def _key_id(token: str) -> str:
    """The `kid` of a token's header. Raises ValueError, KeyError, TypeError, RecursionError."""
    # PyJWT's own function parses the whole token, which `decode` does again.
    header: dict[str, str] = json.loads(base64url_decode(token.partition(".")[0]))
    return header["kid"]


def read_refresh_token(token: str) -> PresentedToken:
    """Raises what `read_token` does."""
    return PresentedToken(read_token(token, "refresh"), hash_token(token))


def _sign(typ: TokenType, claims: Claims, now: datetime) -> str:
    settings = load(TokenSettings)
    kid, key = next(iter(settings.keys.items()))
    payload: dict[str, Any] = {
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "typ": typ,
        "sub": claims.user_id,
        "jti": claims.token_id,
        "fam": claims.family_id,
        "iat": now,
        "exp": claims.expires_at,
    }
    if typ == "access":
        payload |= {"group": claims.group, "scope": claims.scope}
    return jwt.encode(payload, key, algorithm=ALGORITHM, headers={"kid": kid})
