"""The rules of accounts and logins.

Calls that hash a password or count an attempt open their transactions themselves: a hash takes a
quarter of a second, in which no connection should be held, and a count must stay when the call fails.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from functions.user.errors import EmailNotFound, EmailTaken, PasswordMismatch, WeakPassword, WrongPassword
from functions.user.settings import AttemptSettings
from shared.auth.passwords import hash_password, is_acceptable, verify_password
from shared.auth.scopes import DEFAULT_GROUP
from shared.auth.tokens import Claims, hash_token, issue_access_token, issue_refresh_token, read_token
from shared.config import TokenSettings, load
from shared.db.models import RefreshToken, User
from shared.db.repositories import refresh_tokens, users
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import TokenRevoked, Unauthorized
from shared.ids import new_id

# Two tabs may refresh with one token at once; the later one is taken for the same client.
ROTATION_GRACE = timedelta(seconds=10)


@dataclass(frozen=True)
class TokenPair:
    access_token: str
    refresh_token: str
    # Of the access token, in seconds.
    expires_in: int


def register(email: str, username: str, password: str, confirmation: str | None, client_ip: str) -> TokenPair:
    """Make an account and log it in.

    Raises PasswordMismatch, WeakPassword, EmailTaken, RateLimited.
    """
    _check_new_password(password, confirmation)
    now = utc_now()
    with transaction() as session:
        load(AttemptSettings).registration.take(session, client_ip, now)
    password_hash = hash_password(password)
    with transaction() as session:
        user = User(id=new_id(), email=email, username=username, password_hash=password_hash, group=DEFAULT_GROUP)
        try:
            users.add_user(session, user)
        except IntegrityError:
            raise EmailTaken from None
        return _issue_pair(session, user, new_id(), now)


def login(email: str, password: str, client_ip: str) -> TokenPair:
    """Raises EmailNotFound, WrongPassword, RateLimited.

    An attempt is counted before the password is looked at and given back when it was right, so guesses
    made at the same instant are all counted.
    """
    limits = load(AttemptSettings)
    now = utc_now()
    with transaction() as session:
        limits.login_by_address.take(session, client_ip, now)
        limits.login_by_email.take(session, email, now)
    with transaction() as session:
        user = users.find_user_by_email(session, email)
    if not verify_password(password, user.password_hash if user else None):
        raise WrongPassword if user else EmailNotFound
    assert user is not None
    with transaction() as session:
        limits.login_by_address.give_back(session, client_ip, now)
        limits.login_by_email.give_back(session, email, now)
        return _issue_pair(session, user, new_id(), now)


def refresh(refresh_token: str) -> TokenPair:
    """A new pair of the same login, for a refresh token not used before.

    Raises Unauthorized, TokenExpired, TokenRevoked, RateLimited.
    """
    claims = read_token(refresh_token, "refresh")
    now = utc_now()
    with transaction() as session:
        load(AttemptSettings).refresh.take(session, claims.user_id, now)
    pair = None
    with transaction() as session:
        presented = _present(session, claims, refresh_token, now)
        if presented is not None:
            user = _owner(session, claims)
            presented.rotated_at = presented.rotated_at or now
            pair = _issue_pair(session, user, presented.family_id, now)
    if pair is None:
        raise TokenRevoked
    return pair


def logout(refresh_token: str) -> None:
    """End the login that a refresh token belongs to. Raises Unauthorized, TokenExpired, TokenRevoked."""
    claims = read_token(refresh_token, "refresh")
    now = utc_now()
    with transaction() as session:
        presented = _present(session, claims, refresh_token, now)
        if presented is not None:
            refresh_tokens.revoke_family(session, claims.user_id, claims.family_id, now)
    if presented is None:
        raise TokenRevoked


def change_password(refresh_token: str, password: str, confirmation: str) -> TokenPair:
    """Set a new password, end every login of the user, and start a new one.

    Raises Unauthorized, TokenExpired, TokenRevoked, PasswordMismatch, WeakPassword.
    """
    claims = read_token(refresh_token, "refresh")
    now = utc_now()
    with transaction() as session:
        presented = _present(session, claims, refresh_token, now)
    if presented is None:
        raise TokenRevoked
    _check_new_password(password, confirmation)
    password_hash = hash_password(password)
    pair = None
    with transaction() as session:
        # Again, under the lock: the login may have ended while the password was hashed.
        if _present(session, claims, refresh_token, now) is not None:
            user = _owner(session, claims)
            user.password_hash = password_hash
            user.updated_at = now
            refresh_tokens.revoke_user(session, user.id, now)
            pair = _issue_pair(session, user, new_id(), now)
    if pair is None:
        raise TokenRevoked
    return pair


def get_profile(session: Session, user_id: str) -> User:
    user = users.find_user(session, user_id)
    if user is None:
        raise Unauthorized
    return user


def rename_user(session: Session, user_id: str, username: str) -> User:
    user = get_profile(session, user_id)
    user.username = username
    user.updated_at = utc_now()
    return user


def change_email(session: Session, user_id: str, email: str) -> User:
    """Raises EmailTaken."""
    user = get_profile(session, user_id)
    user.email = email
    user.updated_at = utc_now()
    try:
        session.flush()
    except IntegrityError:
        raise EmailTaken from None
    return user


def _check_new_password(password: str, confirmation: str | None) -> None:
    if confirmation is not None and confirmation != password:
        raise PasswordMismatch
    if not is_acceptable(password):
        raise WeakPassword


def _present(session: Session, claims: Claims, token: str, now: datetime) -> RefreshToken | None:
    """The row of a refresh token that may still be used, locked; None when it may not.

    A token that was rotated longer ago than the grace is being replayed: somebody has a copy, and
    nobody can say who is who, so the whole login ends. The caller must commit that, not raise inside.
    """
    row = refresh_tokens.find_refresh_token(session, claims.user_id, claims.token_id, hash_token(token))
    if row is None:
        return None
    if row.revoked_at is None and (row.rotated_at is None or now - row.rotated_at <= ROTATION_GRACE):
        return row
    refresh_tokens.revoke_family(session, claims.user_id, claims.family_id, now)
    return None


def _owner(session: Session, claims: Claims) -> User:
    user = users.find_user(session, claims.user_id)
    if user is None:
        raise TokenRevoked
    return user


def _issue_pair(session: Session, user: User, family_id: str, now: datetime) -> TokenPair:
    issued = issue_refresh_token(user.id, family_id, now)
    refresh_tokens.add_refresh_token(
        session,
        RefreshToken(
            id=issued.claims.token_id,
            user_id=user.id,
            family_id=family_id,
            token_hash=hash_token(issued.token),
            created_at=now,
            expires_at=issued.claims.expires_at,
        ),
    )
    access_token = issue_access_token(user.id, user.group, family_id, now)
    return TokenPair(access_token, issued.token, load(TokenSettings).access_token_seconds)
