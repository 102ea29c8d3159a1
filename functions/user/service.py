"""Business rules of accounts and logins.

Calls that hash a password or count an attempt open their own transactions: hashing takes a quarter of a second,
during which no database connection should be in use, and a count must be committed even if the call fails.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from functions.user.errors import EmailNotFound, EmailTaken, PasswordMismatch, WeakPassword, WrongPassword
from functions.user.settings import AttemptSettings
from shared.auth.limits import address_block
from shared.auth.passwords import hash_password, is_acceptable, is_outdated, verify_password
from shared.auth.scopes import DEFAULT_GROUP
from shared.auth.tokens import Claims, PresentedToken, hash_token, issue_access_token, issue_refresh_token
from shared.config import TokenSettings, load
from shared.db.models import RefreshToken, User
from shared.db.repositories import refresh_tokens, users
from shared.db.repositories.users import Account
from shared.db.session import plain_transaction, transaction
from shared.db.types import utc_now
from shared.errors import TokenRevoked, Unauthorized
from shared.ids import new_id
from shared.web.connection_closing import close_ended_connections

# Two tabs may refresh with one token at once: within this grace period a second use is not a replay.
ROTATION_GRACE = timedelta(seconds=10)


@dataclass(frozen=True)
class TokenPair:
    access_token: str
    refresh_token: str
    # Of the access token, in seconds.
    expires_in: int


def register(email: str, username: str, password: str, confirmation: str | None, client_ip: str) -> TokenPair:
    """Create an account and log in.

    Raises PasswordMismatch, WeakPassword, EmailTaken, RateLimited.
    """
    _check_new_password(password, confirmation)
    now = utc_now()
    with transaction() as session:
        load(AttemptSettings).registration.consume(session, address_block(client_ip), now)
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

    An attempt is counted before the password is compared, and subtracted if it was right, so that concurrent guesses
    are all counted.
    """
    limits = load(AttemptSettings)
    address = address_block(client_ip)
    now = utc_now()
    with transaction() as session:
        limits.login_by_address.consume(session, address, now)
        limits.login_by_email.consume(session, email, now)
        found = users.find_user_by_email(session, email)
    if not verify_password(password, found.password_hash if found else None):
        raise WrongPassword if found else EmailNotFound
    assert found is not None
    new_hash = hash_password(password) if is_outdated(found.password_hash) else found.password_hash
    with transaction() as session:
        limits.login_by_address.restore(session, address, now)
        limits.login_by_email.restore(session, email, now)
        user = users.lock_user(session, found.id)
        # The password was changed during the verification: the old one must not open a login after that.
        if user is None or user.password_hash != found.password_hash:
            raise WrongPassword
        user.password_hash = new_hash
        return _issue_pair(session, user, new_id(), now)


def refresh(token: PresentedToken) -> TokenPair:
    """Exchange an unused refresh token for a new pair of the same login. Raises TokenRevoked, RateLimited.

    Only valid tokens count against the limit, by login, so that repeating a revoked token locks nobody out.
    """
    now = utc_now()
    pair = None
    with transaction() as session:
        valid = _find_valid(session, token, now)
        if valid is not None:
            user, row = valid
            # RateLimited rolls back only its own count, so the counter stays at the limit.
            load(AttemptSettings).refresh.consume(session, row.family_id, now)
            row.rotated_at = row.rotated_at or now
            pair = _issue_pair(session, user, row.family_id, now)
    if pair is None:
        close_ended_connections(token.claims.user_id)
        raise TokenRevoked
    return pair


def logout(token: PresentedToken) -> None:
    """Revoke the login of a refresh token. Raises TokenRevoked."""
    now = utc_now()
    with transaction() as session:
        valid = _find_valid(session, token, now)
        if valid is not None:
            user, row = valid
            refresh_tokens.revoke_family(session, user.id, row.family_id, now)
    close_ended_connections(token.claims.user_id)
    if valid is None:
        raise TokenRevoked


def change_password(token: PresentedToken, password: str, confirmation: str) -> TokenPair:
    """Set a new password, revoke every login of the user, and start a new one.

    Raises TokenRevoked, PasswordMismatch, WeakPassword.
    """
    now = utc_now()
    with transaction() as session:
        valid = _find_valid(session, token, now)
    if valid is None:
        close_ended_connections(token.claims.user_id)
        raise TokenRevoked
    _check_new_password(password, confirmation)
    password_hash = hash_password(password)
    pair = None
    with transaction() as session:
        # Checked again, with the lock: the login may have ended while the password was hashed.
        valid = _find_valid(session, token, now)
        if valid is not None:
            user, _ = valid
            user.password_hash = password_hash
            user.updated_at = now
            refresh_tokens.revoke_user(session, user.id, now)
            pair = _issue_pair(session, user, new_id(), now)
    close_ended_connections(token.claims.user_id)
    if pair is None:
        raise TokenRevoked
    return pair


def get_account(claims: Claims) -> Account:
    """The caller's account, read in one statement with the login. Raises TokenRevoked."""
    with plain_transaction() as connection:
        account = users.find_account(connection, claims.user_id, claims.family_id, utc_now())
    if account is None:
        raise TokenRevoked
    return account


def get_user(session: Session, user_id: str) -> User:
    user = users.find_user(session, user_id)
    if user is None:
        raise Unauthorized
    return user


def rename_user(session: Session, user_id: str, username: str) -> User:
    user = get_user(session, user_id)
    user.username = username
    user.updated_at = utc_now()
    return user


def change_email(session: Session, user_id: str, email: str) -> User:
    """Raises EmailTaken."""
    user = get_user(session, user_id)
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


def _find_valid(session: Session, token: PresentedToken, now: datetime) -> tuple[User, RefreshToken] | None:
    """The locked owner and the row of a refresh token; None when the token is no longer valid.

    A token that was rotated before the grace period is replayed: somebody has a copy, and the owner cannot be told
    from the thief, so the whole login is revoked. The caller must commit that, and raise only afterwards.
    """
    claims = token.claims
    user = users.lock_user(session, claims.user_id)
    row = refresh_tokens.find_refresh_token(session, claims.user_id, claims.token_id, token.token_hash)
    if user is None or row is None:
        return None
    if row.revoked_at is None and (row.rotated_at is None or now - row.rotated_at <= ROTATION_GRACE):
        return user, row
    refresh_tokens.revoke_family(session, user.id, row.family_id, now)
    return None


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
