"""Passkeys (WebAuthn): to log in by themselves, as a second factor, and to authenticate again.

A challenge is stored when a ceremony begins, for its purpose and user, and used by the first response to it, right or
wrong.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from functions.user.errors import PasskeyExists, PasskeysUnavailable, TooManyPasskeys, WrongPasskey
from functions.user.logins import Device, TokenPair, can_log_in, count_public_call, create_login, known_device
from functions.user.notices import queue_login_notice, queue_notice, time_text
from functions.user.oidc.errors import LastSignIn
from functions.user.reauthentication import confirm_recent_login
from functions.user.second_factors import (
    complete_login,
    has_second_factor,
    lock_recent,
    open_second_step,
    remove_unused_recovery_codes,
    renew_recovery_codes,
)
from functions.user.settings import AttemptSettings
from shared.auth import webauthn
from shared.auth.claims import Claims
from shared.auth.limits import address_block
from shared.auth.principal import confirm_login
from shared.auth.token_hash import hash_token
from shared.config import load
from shared.db.models import LoginChallenge, Passkey
from shared.db.repositories import login_challenges, passkeys, refresh_tokens, users
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import NotFound
from shared.ids import new_id
from shared.mail.outbox import wake_sender

_log = logging.getLogger(__name__)

_Purpose = Literal["passkey add", "passkey login", "passkey second", "passkey again"]
_CHALLENGE_SECONDS = 300
MAX_PASSKEYS = 20


class Registration(NamedTuple):
    """A browser's response to the options of `start_registration`."""

    client_data: str
    attestation_object: str
    transports: Sequence[str]


class Response(NamedTuple):
    """A browser's response to the options of an authentication."""

    credential_id: str
    client_data: str
    authenticator_data: str
    signature: str


class Added(NamedTuple):
    """`recovery_codes`: new ones, if the account had no second factor before."""

    passkey: Passkey
    recovery_codes: Sequence[str] | None


def list_passkeys(session: Session, user_id: str) -> Sequence[Passkey]:
    return passkeys.list_passkeys(session, user_id)


def start_registration(claims: Claims) -> dict[str, Any]:
    """WebAuthn's options to create a passkey.

    Raises TokenRevoked, ReauthenticationRequired, TooManyPasskeys, PasskeysUnavailable.
    """
    now = utc_now()
    with transaction() as session:
        user = lock_recent(session, claims, now)
        existing = passkeys.list_passkeys(session, user.id)
        if len(existing) >= MAX_PASSKEYS:
            raise TooManyPasskeys
        challenge = _add_challenge(session, "passkey add", user.id, now)
        return webauthn.registration_options(challenge, user.id, user.email, user.username, _credentials(existing))


def finish_registration(claims: Claims, response: Registration, name: str, device: Device) -> Added:
    """Raises TokenRevoked, ReauthenticationRequired, WrongPasskey, PasskeyExists, TooManyPasskeys."""
    now = utc_now()
    with transaction() as session:
        confirm_recent_login(session, claims, now)
    challenge = _use_challenge("passkey add", response.client_data, claims.user_id, now)
    try:
        credential = webauthn.verify_registration(challenge, response.client_data, response.attestation_object)
    except webauthn.InvalidResponse:
        raise WrongPasskey from None
    passkey = Passkey(
        id=new_id(),
        user_id=claims.user_id,
        credential_id=credential.id,
        credential_hash=hash_token(credential.id),
        public_key=credential.public_key,
        sign_count=credential.sign_count,
        transports=",".join(response.transports),
        name=name,
        backed_up=credential.is_backed_up,
        created_at=now,
    )
    with transaction() as session:
        user = lock_recent(session, claims, now)
        if passkeys.count_passkeys(session, user.id) >= MAX_PASSKEYS:
            raise TooManyPasskeys
        codes = None if has_second_factor(session, user.id) else renew_recovery_codes(session, user.id, now)
        try:
            passkeys.add_passkey(session, passkey)
        except IntegrityError:
            raise PasskeyExists from None
        queue_notice(session, "passkey_added", user, user.email, device, now)
    wake_sender(device.keys)
    return Added(passkey, codes)


def rename_passkey(session: Session, user_id: str, passkey_id: str, name: str) -> Passkey:
    """Raises NotFound."""
    passkey = passkeys.find_passkey(session, user_id, passkey_id)
    if passkey is None:
        raise NotFound
    passkey.name = name
    return passkey


def remove_passkey(claims: Claims, passkey_id: str, device: Device) -> None:
    """The recovery codes go with the last second factor.

    Raises TokenRevoked, ReauthenticationRequired, NotFound, and LastSignIn if the account has no other way to log in.
    """
    now = utc_now()
    with transaction() as session:
        user = lock_recent(session, claims, now)
        passkey = passkeys.find_passkey(session, user.id, passkey_id)
        if passkey is None:
            raise NotFound
        queue_notice(session, "passkey_removed", user, user.email, device, now, added=time_text(passkey.created_at))
        passkeys.delete_passkey(session, user.id, passkey_id)
        if not can_log_in(session, user):
            raise LastSignIn
        remove_unused_recovery_codes(session, user.id)
    wake_sender(device.keys)


def start_login(device: Device) -> dict[str, Any]:
    """WebAuthn's options to log in with any passkey of this site. Raises PasskeysUnavailable, RateLimited."""
    now = utc_now()
    with transaction() as session:
        count_public_call(session, device, now)
        return webauthn.request_options(_add_challenge(session, "passkey login", None, now))


def finish_login(response: Response, device: Device, device_token: str | None = None) -> TokenPair:
    """Log in with a passkey, which needs no second factor. Raises WrongPasskey, AccountDisabled, RateLimited."""
    now = utc_now()
    limit, block = load(AttemptSettings).login_by_address, address_block(device.address)
    with transaction() as session:
        count_public_call(session, device, now)
        limit.consume(session, block, now)
    user_id = _authenticate("passkey login", None, response, device, now)
    with transaction() as session:
        limit.restore(session, block, now)
        user = users.lock_user(session, user_id)
        if user is None:
            raise WrongPasskey
        is_known = known_device(user, device_token) is not None
        pair = create_login(session, user, device, now)
        is_notified = not is_known and queue_login_notice(session, user, device, now)
    if is_notified:
        wake_sender(device.keys)
    return pair


def start_second_step(mfa_token: str, device: Device) -> dict[str, Any]:
    """WebAuthn's options for the second step of a login. Raises TokenExpired, WrongPasskey, RateLimited."""
    now = utc_now()
    _, user_id = open_second_step(mfa_token, device, now)
    return _start("passkey second", user_id, now)


def finish_second_step(mfa_token: str, response: Response, device: Device) -> TokenPair:
    """Complete a login. Raises TokenExpired, WrongPasskey, AccountDisabled, RateLimited."""
    now = utc_now()
    step, user_id = open_second_step(mfa_token, device, now)
    _authenticate_counted("passkey second", user_id, response, device, now)
    return complete_login(step, user_id, device, now)


def start_reauthentication(claims: Claims) -> dict[str, Any]:
    """WebAuthn's options to authenticate again. Raises TokenRevoked, WrongPasskey without a passkey."""
    with transaction() as session:
        confirm_login(session, claims)
    return _start("passkey again", claims.user_id, utc_now())


def finish_reauthentication(claims: Claims, response: Response, device: Device) -> None:
    """As `service.reauthenticate`. Raises TokenRevoked, WrongPasskey, RateLimited."""
    now = utc_now()
    with transaction() as session:
        confirm_login(session, claims)
    _authenticate_counted("passkey again", claims.user_id, response, device, now)
    with transaction() as session:
        users.lock_user(session, claims.user_id)
        refresh_tokens.set_authenticated(session, claims.user_id, claims.family_id, now)


def _start(purpose: _Purpose, user_id: str, now: datetime) -> dict[str, Any]:
    with transaction() as session:
        allowed = passkeys.list_passkeys(session, user_id)
        if not allowed:
            raise WrongPasskey
        return webauthn.request_options(_add_challenge(session, purpose, user_id, now), _credentials(allowed))


def _authenticate_counted(purpose: _Purpose, user_id: str, response: Response, device: Device, now: datetime) -> None:
    """Wrong responses count like wrong codes of the user."""
    limit = load(AttemptSettings).second_factor
    with transaction() as session:
        limit.consume(session, user_id, now)
    _authenticate(purpose, user_id, response, device, now)
    with transaction() as session:
        limit.restore(session, user_id, now)


def _authenticate(purpose: _Purpose, user_id: str | None, response: Response, device: Device, now: datetime) -> str:
    """Verify a response; returns the owner of its passkey, which is `user_id` if that is given. Raises WrongPasskey.

    Call it outside transactions.
    """
    challenge = _use_challenge(purpose, response.client_data, user_id, now)
    credential_hash = hash_token(response.credential_id)
    with transaction() as session:
        stored = passkeys.find_passkey_by_credential(session, credential_hash)
    if stored is None or user_id not in (None, stored.user_id):
        raise WrongPasskey
    try:
        assertion = webauthn.verify_assertion(
            challenge,
            stored.credential_id,
            stored.public_key,
            response.client_data,
            response.authenticator_data,
            response.signature,
        )
    except webauthn.InvalidResponse:
        raise WrongPasskey from None
    if not _record_use(stored, assertion, device, now):
        wake_sender(device.keys)
        raise WrongPasskey
    return stored.user_id


def _record_use(stored: Passkey, assertion: webauthn.Assertion, device: Device, now: datetime) -> bool:
    """Whether the passkey is there still, and its counter has grown. A counter that went back has two authenticators
    that count (https://www.w3.org/TR/webauthn-3/#sctn-sign-counter): the owner is notified."""
    with transaction() as session:
        user = users.lock_user(session, stored.user_id)
        passkey = passkeys.find_passkey(session, stored.user_id, stored.id)
        if user is None or passkey is None:
            return False
        if assertion.sign_count <= passkey.sign_count and (assertion.sign_count or passkey.sign_count):
            _log.warning("sign count of a passkey went back", extra={"passkey_id": passkey.id, "owner_id": user.id})
            queue_notice(session, "passkey_refused", user, user.email, device, now, added=time_text(passkey.created_at))
            return False
        passkey.sign_count = assertion.sign_count
        passkey.backed_up = assertion.is_backed_up
        passkey.last_used_at = now
        return True


def _add_challenge(session: Session, purpose: _Purpose, user_id: str | None, now: datetime) -> str:
    if not webauthn.is_available():
        raise PasskeysUnavailable
    challenge = webauthn.new_challenge()
    login_challenges.add_challenge(
        session,
        LoginChallenge(
            secret_hash=hash_token(challenge),
            purpose=purpose,
            user_id=user_id,
            created_at=now,
            expires_at=now + timedelta(seconds=_CHALLENGE_SECONDS),
        ),
    )
    return challenge


def _use_challenge(purpose: _Purpose, client_data: str, user_id: str | None, now: datetime) -> str:
    """The challenge that a response is for, which is deleted. Raises WrongPasskey."""
    try:
        challenge = webauthn.challenge_of(client_data)
    except webauthn.InvalidResponse:
        raise WrongPasskey from None
    with transaction() as session:
        found = login_challenges.find_challenge(session, purpose, hash_token(challenge), now)
        if found is None or found.user_id != user_id or not login_challenges.use_challenge(session, found):
            raise WrongPasskey
    return challenge


def _credentials(stored: Sequence[Passkey]) -> Sequence[webauthn.Credential]:
    return [
        webauthn.Credential(passkey.credential_id, [name for name in passkey.transports.split(",") if name])
        for passkey in stored
    ]
