"""Second factors: an authenticator app (TOTP), passkeys, and recovery codes, which come with the first factor.

A login with a password of an account that has a factor is completed by a code or a passkey (functions.user.passkeys).
Codes are compared with the user's row locked, so that of two equal ones at once only one is accepted.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from sqlalchemy.orm import Session

from functions.user.errors import FactorExists, UnreadableAppSecret, WrongCode
from functions.user.identities import NewIdentity, link_identity
from functions.user.logins import Device, TokenPair, count_public_call, create_login
from functions.user.notices import queue_login_notice, queue_notice
from functions.user.reauthentication import confirm_recent_login
from functions.user.settings import AttemptSettings
from shared.auth.claims import Claims
from shared.auth.token_hash import hash_token
from shared.auth.totp import matching_step, new_secret, provisioning_uri
from shared.config import load
from shared.crypto.encryption import UnreadableApiKey, decrypt_secret, encrypt_secret
from shared.db.models import LoginChallenge, RecoveryCode, TotpSecret, User
from shared.db.repositories import login_challenges, passkeys, second_factors, users
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import NotFound, TokenExpired, TokenRevoked
from shared.ids import new_id
from shared.mail.outbox import wake_sender

Method = Literal["passkey", "totp", "recovery"]
# The name of the product in an authenticator app.
_ISSUER = "Chat"
_MFA = "mfa"
# Time to find the phone and type the code.
_MFA_SECONDS = 600
RECOVERY_CODES = 10
# 80 bits: a plain hash of them cannot be reversed by trying.
_RECOVERY_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_RECOVERY_LENGTH = 16


@dataclass(frozen=True)
class PendingLogin:
    """A login that needs a second factor. `methods`: those that the user has."""

    mfa_token: str
    methods: Sequence[Method]


class _LoginData(NamedTuple):
    """Data of a login that waits for its second step."""

    is_known: bool = False
    identity: NewIdentity | None = None

    def to_json(self) -> str:
        return json.dumps({"is_known": self.is_known, "identity": self.identity})

    @classmethod
    def from_json(cls, stored: str | None) -> "_LoginData":
        if stored is None or not stored.startswith("{"):  # Written by an earlier release.
            return cls()
        values = json.loads(stored)
        identity = values["identity"]
        return cls(values["is_known"], None if identity is None else NewIdentity(*identity))


@dataclass(frozen=True)
class Factors:
    """The ways in which a user can authenticate. `recovery_codes`: the number of those left."""

    password: bool
    totp: bool
    passkeys: bool
    recovery_codes: int


def open_login(
    session: Session, user: User, device: Device, now: datetime, *, is_known: bool, identity: NewIdentity | None = None
) -> TokenPair | PendingLogin:
    """A login of a user whose first step succeeded: its tokens, or the token of its second step.

    `is_known`: the user needs no notice of a login on this device. `identity`: a sign-in that belongs to the account
    from this login on. Raises AccountDisabled, IdentityTaken.
    """
    methods = _methods(session, user.id)
    if not methods:
        if identity is not None:
            link_identity(session, user, identity, device, now)
        return create_login(session, user, device, now)
    token = secrets.token_urlsafe(32)
    login_challenges.add_challenge(
        session,
        LoginChallenge(
            secret_hash=hash_token(token),
            purpose=_MFA,
            user_id=user.id,
            data=_LoginData(is_known, identity).to_json(),
            created_at=now,
            expires_at=now + timedelta(seconds=_MFA_SECONDS),
        ),
    )
    return PendingLogin(token, methods)


def finish_login(mfa_token: str, code: str, device: Device) -> TokenPair:
    """Complete a login with a code.

    Raises TokenExpired for an unknown token, WrongCode, UnreadableAppSecret, AccountDisabled, IdentityTaken,
    RateLimited.
    """
    now = utc_now()
    limit = load(AttemptSettings).second_factor
    step, user_id = open_second_step(mfa_token, device, now)
    with transaction() as session:
        limit.consume(session, user_id, now)
    return complete_login(step, user_id, device, now, code)


def open_second_step(mfa_token: str, device: Device, now: datetime) -> tuple[LoginChallenge, str]:
    """A login that waits for its second step, and its user's id. Raises TokenExpired, RateLimited."""
    with transaction() as session:
        count_public_call(session, device, now)
        step = login_challenges.find_challenge(session, _MFA, hash_token(mfa_token), now)
    if step is None or step.user_id is None:
        raise TokenExpired
    return step, step.user_id


def complete_login(
    step: LoginChallenge, user_id: str, device: Device, now: datetime, code: str | None = None
) -> TokenPair:
    """The tokens of a login that waited for its second step. `code`: None if another factor has been verified.

    Raises TokenExpired, WrongCode, UnreadableAppSecret, AccountDisabled, IdentityTaken.
    """
    with transaction() as session:
        user = users.lock_user(session, user_id)
        if user is None or not login_challenges.use_challenge(session, step):
            raise TokenExpired
        if code is not None:
            # Raised within the transaction, so that the step is there for the next attempt.
            _check_code(session, user.id, code, now)
            load(AttemptSettings).second_factor.restore(session, user.id, now)
        data = _LoginData.from_json(step.data)
        is_notified = not data.is_known and queue_login_notice(session, user, device, now)
        if data.identity is not None:
            link_identity(session, user, data.identity, device, now)
        pair = create_login(session, user, device, now)
    if is_notified or data.identity is not None:
        wake_sender(device.keys)
    return pair


def get_factors(session: Session, user_id: str) -> Factors:
    user = users.find_user(session, user_id)
    if user is None:
        raise TokenRevoked
    totp = second_factors.find_totp(session, user_id)
    return Factors(
        password=user.password_hash != "",
        totp=totp is not None and totp.confirmed_at is not None,
        passkeys=passkeys.has_passkeys(session, user_id),
        recovery_codes=second_factors.count_recovery_codes(session, user_id),
    )


def start_totp(claims: Claims) -> tuple[str, str]:
    """A new secret and its URI, which `confirm_totp` makes a factor; an earlier unconfirmed one is replaced.

    Raises TokenRevoked, ReauthenticationRequired, FactorExists.
    """
    now = utc_now()
    secret = new_secret()
    with transaction() as session:
        user = lock_recent(session, claims, now)
        totp = second_factors.find_totp(session, user.id)
        if totp is not None and totp.confirmed_at is not None:
            raise FactorExists
        encrypted = encrypt_secret(user.id, secret)
        if totp is None:
            row = TotpSecret(id=new_id(), user_id=user.id, secret_encrypted=encrypted, created_at=now)
            second_factors.add_totp(session, row)
        else:
            totp.secret_encrypted, totp.created_at = encrypted, now
    return secret, provisioning_uri(secret, user.email, _ISSUER)


def confirm_totp(claims: Claims, code: str, device: Device) -> Sequence[str]:
    """Make the secret of `start_totp` a factor; returns new recovery codes.

    Raises TokenRevoked, ReauthenticationRequired, NotFound without such a secret, WrongCode, UnreadableAppSecret,
    RateLimited.
    """
    now = utc_now()
    _count_code(claims, now)
    with transaction() as session:
        user = lock_recent(session, claims, now)
        totp = second_factors.find_totp(session, user.id)
        if totp is None or totp.confirmed_at is not None:
            raise NotFound
        if not _accept_totp(totp, code, now):
            raise WrongCode
        totp.confirmed_at = now
        load(AttemptSettings).second_factor.restore(session, user.id, now)
        codes = renew_recovery_codes(session, user.id, now)
        queue_notice(session, "totp_added", user, user.email, device, now)
    wake_sender(device.keys)
    return codes


def remove_totp(claims: Claims, code: str, device: Device) -> None:
    """Raises TokenRevoked, ReauthenticationRequired, NotFound without the factor, WrongCode, UnreadableAppSecret,
    RateLimited.

    `code`: of the app, or a recovery code. The recovery codes go with the last factor.
    """
    now = utc_now()
    _count_code(claims, now)
    with transaction() as session:
        user = lock_recent(session, claims, now)
        totp = second_factors.find_totp(session, user.id)
        if totp is None or totp.confirmed_at is None:
            raise NotFound
        _check_code(session, user.id, code, now)
        second_factors.delete_totp(session, user.id)
        load(AttemptSettings).second_factor.restore(session, user.id, now)
        remove_unused_recovery_codes(session, user.id)
        queue_notice(session, "totp_removed", user, user.email, device, now)
    wake_sender(device.keys)


def replace_recovery_codes(claims: Claims) -> Sequence[str]:
    """New recovery codes instead of those left. Raises TokenRevoked, ReauthenticationRequired, NotFound without a
    second factor."""
    now = utc_now()
    with transaction() as session:
        user = lock_recent(session, claims, now)
        if not has_second_factor(session, user.id):
            raise NotFound
        return renew_recovery_codes(session, user.id, now)


def renew_recovery_codes(session: Session, user_id: str, now: datetime) -> Sequence[str]:
    """The user's row must be locked."""
    second_factors.delete_recovery_codes(session, user_id)
    codes = [
        "".join(secrets.choice(_RECOVERY_ALPHABET) for _ in range(_RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)
    ]
    rows = [RecoveryCode(id=new_id(), user_id=user_id, code_hash=hash_token(code), created_at=now) for code in codes]
    second_factors.add_recovery_codes(session, rows)
    return ["-".join(code[start : start + 4] for start in range(0, len(code), 4)) for code in codes]


def remove_unused_recovery_codes(session: Session, user_id: str) -> None:
    """Delete the recovery codes of an account without a second factor. The user's row must be locked."""
    if not has_second_factor(session, user_id):
        second_factors.delete_recovery_codes(session, user_id)


def has_second_factor(session: Session, user_id: str) -> bool:
    return bool(_methods(session, user_id))


def confirm_code(claims: Claims, code: str, now: datetime) -> None:
    """Check a code within a login. Raises TokenRevoked, WrongCode, UnreadableAppSecret, RateLimited."""
    with transaction() as session:
        load(AttemptSettings).second_factor.consume(session, claims.user_id, now)
    with transaction() as session:
        user = users.lock_user(session, claims.user_id)
        if user is None:
            raise TokenRevoked
        _check_code(session, user.id, code, now)
        load(AttemptSettings).second_factor.restore(session, user.id, now)


def _count_code(claims: Claims, now: datetime) -> None:
    """Count an attempt before the code is compared, as with passwords."""
    with transaction() as session:
        confirm_recent_login(session, claims, now)
    with transaction() as session:
        load(AttemptSettings).second_factor.consume(session, claims.user_id, now)


def lock_recent(session: Session, claims: Claims, now: datetime) -> User:
    """The caller's locked row. Raises TokenRevoked, ReauthenticationRequired."""
    user = users.lock_user(session, claims.user_id)
    confirm_recent_login(session, claims, now)
    if user is None:
        raise TokenRevoked
    return user


def _methods(session: Session, user_id: str) -> Sequence[Method]:
    """The ways to complete a login; empty without a second factor."""
    factors: list[Method] = ["passkey"] if passkeys.has_passkeys(session, user_id) else []
    totp = second_factors.find_totp(session, user_id)
    if totp is not None and totp.confirmed_at is not None:
        factors.append("totp")
    return [*factors, "recovery"] if factors else ()


def _check_code(session: Session, user_id: str, code: str, now: datetime) -> None:
    """Accept a code of the app or a recovery code, once. The user's row must be locked.

    Raises WrongCode, UnreadableAppSecret.
    """
    given = "".join(filter(str.isalnum, code)).upper()
    if given.isdecimal():
        totp = second_factors.find_totp(session, user_id)
        accepted = totp is not None and totp.confirmed_at is not None and _accept_totp(totp, given, now)
    else:
        accepted = second_factors.use_recovery_code(session, user_id, hash_token(given))
    if not accepted:
        raise WrongCode


def _accept_totp(totp: TotpSecret, code: str, now: datetime) -> bool:
    try:
        secret = decrypt_secret(totp.user_id, totp.secret_encrypted)
    except UnreadableApiKey:
        raise UnreadableAppSecret from None
    given = "".join(filter(str.isalnum, code))
    step = matching_step(secret, given, now, totp.last_step)
    if step is None:
        return False
    totp.last_step = step
    return True
