"""Business rules of accounts and logins.

Calls that hash a password or count an attempt open their own transactions: hashing takes a quarter of a second,
during which no database connection should be in use, and a count must be committed even if the call fails.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from functions.user.errors import (
    EmailNotFound,
    EmailTaken,
    WrongPassword,
)
from functions.user.logins import (
    Device,
    Login,
    TokenPair,
    count_login,
    count_public_call,
    create_login,
    find_valid,
    issue_pair,
    known_device,
)
from functions.user.notices import queue_login_notice, queue_notice, queue_verification
from functions.user.passwords import check_new_password
from functions.user.reauthentication import (
    RECENT,
    RECENT_FOR_FURTHER_PAGES,
    authenticated_at,
    confirm_owner,
    confirm_owner_of,
    confirm_password,
    confirm_recent_login,
)
from functions.user.registrations import count_registration, create_account
from functions.user.second_factors import PendingLogin, confirm_code, open_login
from functions.user.settings import AttemptSettings
from shared.auth import webauthn
from shared.auth.claims import Claims
from shared.auth.passwords import hash_password, is_outdated, verify_password
from shared.auth.principal import confirm_login
from shared.auth.registration import check_registration, registration_mode
from shared.auth.tokens import PresentedToken
from shared.chat.account_deletion import delete_account_data, start_account_deletion
from shared.chat.account_export import ExportItem, export_page
from shared.chat.budget import Budget, budgets_of
from shared.chat.usage import period
from shared.config import load
from shared.db.models import RefreshToken, UsageDay, User, UserSettings
from shared.db.repositories import budgets, model_configs, refresh_tokens, usage, user_settings, users
from shared.db.repositories.refresh_tokens import LoginInfo
from shared.db.repositories.users import Account
from shared.db.session import plain_transaction, transaction
from shared.db.types import utc_now
from shared.errors import NotFound, TokenRevoked, Unauthorized
from shared.ids import new_id
from shared.mail.outbox import wake_sender
from shared.mail.sender import sends_mail
from shared.stage_settings import DEFAULT_CURRENCY, RegistrationMode, read_settings
from shared.storage import get_object_store
from shared.web.connection_closing import close_ended_connections


def register(
    email: str, username: str, password: str, confirmation: str | None, device: Device, invite: str | None = None
) -> TokenPair:
    """Create an account and log in; mails a link to verify the address.

    Raises PasswordMismatch, WeakPassword, RegistrationClosed, EmailTaken, RateLimited.
    """
    check_new_password(password, confirmation)
    now = utc_now()
    count_registration(device, now)
    with transaction() as session:
        invitation = check_registration(session, email, invite, now)
    password_hash = hash_password(password)
    with transaction() as session:
        user = User(id=new_id(), email=email, username=username, password_hash=password_hash)
        create_account(session, user, invitation, device.language, now)
        pair = create_login(session, user, device, now)
    wake_sender(device.keys)
    return pair


def login(email: str, password: str, device: Device, device_token: str | None = None) -> TokenPair | PendingLogin:
    """The tokens, or the second step that the account needs. Raises EmailNotFound, WrongPassword,
    AccountDisabled, RateLimited.

    `device_token`: of an earlier login on this device. An invalid one is ignored.

    An attempt is counted before the password is compared, and subtracted if it was right, so that concurrent guesses
    are all counted.
    """
    now = utc_now()
    with transaction() as session:
        count_public_call(session, device, now)
        found = users.find_user_by_email(session, email)
        counted = count_login(session, email, device.address, found, now, device_token)
    if not verify_password(password, found.password_hash if found else None):
        raise WrongPassword if found else EmailNotFound
    assert found is not None
    new_hash = hash_password(password) if is_outdated(found.password_hash) else found.password_hash
    with transaction() as session:
        for limit, subject in counted:
            limit.restore(session, subject, now)
        user = users.lock_user(session, found.id)
        # The password was changed during the verification: the old one must not open a login after that.
        if user is None or user.password_hash != found.password_hash:
            raise WrongPassword
        user.password_hash = new_hash
        is_known = known_device(user, device_token) is not None
        opened = open_login(session, user, device, now, is_known=is_known)
        is_complete = isinstance(opened, TokenPair)
        is_notified = is_complete and not is_known and queue_login_notice(session, user, device, now)
    if is_notified:
        wake_sender(device.keys)
    return opened


def refresh(token: PresentedToken, device: Device) -> TokenPair:
    """Exchange an unused refresh token for a new pair of the same login. Raises TokenRevoked, RateLimited.

    Only valid tokens count against the limit, by login, so that repeating a revoked token locks nobody out.
    """
    now = utc_now()
    pair = None
    with transaction() as session:
        count_public_call(session, device, now)
        valid = find_valid(session, token, now)
        if valid is not None:
            user, row = valid
            # RateLimited rolls back only its own count, so the counter stays at the limit.
            load(AttemptSettings).refresh.consume(session, row.family_id, now)
            if row.rotated_at is None:
                row.rotated_at = now
            else:
                row.replays += 1
            login = Login(row.family_id, row.logged_in_at or row.created_at, authenticated_at(row), device)
            pair = issue_pair(session, user, login, now)
    if pair is None:
        close_ended_connections(token.claims.user_id)
        raise TokenRevoked
    return pair


def logout(token: PresentedToken, device: Device) -> None:
    """Revoke the login of a refresh token. Raises TokenRevoked, RateLimited."""
    now = utc_now()
    with transaction() as session:
        count_public_call(session, device, now)
        valid = find_valid(session, token, now)
        if valid is not None:
            user, row = valid
            refresh_tokens.revoke_family(session, user.id, row.family_id, now)
    close_ended_connections(token.claims.user_id)
    if valid is None:
        raise TokenRevoked


def change_password(
    token: PresentedToken, password: str, confirmation: str, device: Device, current_password: str | None = None
) -> TokenPair:
    """Set a new password, revoke every login of the user, and start a new one.

    `current_password`: needed unless the user authenticated within ten minutes. Raises TokenRevoked,
    ReauthenticationRequired, WrongPassword, PasswordMismatch, WeakPassword, RateLimited.
    """
    now = utc_now()
    user, row = _count_and_find(token, device, now)
    check_new_password(password, confirmation)
    confirm_owner_of(user, row, current_password, device, now)
    password_hash = hash_password(password)
    pair = None
    with transaction() as session:
        # Checked again, with the lock: the login may have ended while the password was hashed.
        valid = find_valid(session, token, now)
        if valid is not None:
            user, _ = valid
            user.password_hash = password_hash
            user.updated_at = now
            refresh_tokens.revoke_user(session, user.id, now)
            queue_notice(session, "password_changed", user, user.email, device, now)
            pair = create_login(session, user, device, now)
    close_ended_connections(token.claims.user_id)
    if pair is None:
        raise TokenRevoked
    wake_sender(device.keys)
    return pair


def _count_and_find(token: PresentedToken, device: Device, now: datetime) -> tuple[User, RefreshToken]:
    """Count a call with a refresh token; the token's owner and row. Raises TokenRevoked, RateLimited."""
    with transaction() as session:
        count_public_call(session, device, now)
        valid = find_valid(session, token, now)
    if valid is None:
        close_ended_connections(token.claims.user_id)
        raise TokenRevoked
    return valid


class Options(NamedTuple):
    registration: RegistrationMode
    # Whether the server sends mail.
    mail: bool
    passkeys: bool


def get_options(device: Device) -> Options:
    """The options of registration, mail and passkeys for visitors. Raises RateLimited."""
    with transaction() as session:
        count_public_call(session, device, utc_now())
        mode = registration_mode(session)
    return Options(mode, sends_mail(), webauthn.is_available())


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


def change_email(claims: Claims, email: str, current_password: str | None, device: Device) -> User:
    """Set another address, which a mail asks to verify; notifies the old one.

    Raises TokenRevoked, ReauthenticationRequired, WrongPassword, EmailTaken, RateLimited. A refusal reveals an account,
    so refused changes count, too.
    """
    now = utc_now()
    confirm_owner(claims, current_password, device, now)
    with transaction() as session:
        load(AttemptSettings).email_change.consume(session, claims.user_id, now)
    with transaction() as session:
        # Locked, so that a link to the old address, used meanwhile, does not verify the new one.
        user = users.lock_user(session, claims.user_id)
        confirm_login(session, claims)
        if user is None:
            raise TokenRevoked
        old_email = user.email
        user.email = email
        user.updated_at = now
        if email != old_email:
            user.email_verified_at = None
        try:
            session.flush()
        except IntegrityError:
            raise EmailTaken from None
        if email != old_email:
            queue_notice(session, "email_changed", user, old_email, device, now)
            queue_verification(session, user, device.language, now)
    wake_sender(device.keys)
    return user


def get_settings(session: Session, user_id: str) -> UserSettings:
    """The user's settings; all are null if the user has never changed one."""
    return user_settings.find_user_settings(session, user_id) or UserSettings(user_id=user_id)


def update_settings(session: Session, user_id: str, changes: dict[str, Any]) -> UserSettings:
    """Change the named settings. Raises NotFound for a model config that is not the user's."""
    config_id = changes.get("default_model_config_id")
    if config_id is not None and not model_configs.may_choose(session, user_id, config_id):
        raise NotFound
    settings = user_settings.lock_user_settings(session, user_id)
    for name, value in changes.items():
        setattr(settings, name, value)
    settings.updated_at = utc_now()
    return settings


def list_usage(session: Session, user_id: str, first: date | None, last: date | None) -> Sequence[UsageDay]:
    """The user's use of models, by day and model. Raises InvalidInput."""
    return usage.list_user_usage(session, user_id, *period(first, last, utc_now().date()))


def find_budget(session: Session, user_id: str) -> Budget | None:
    """The first of `budgets_of`; None where none is limited."""
    now = utc_now()
    return next(iter(budgets_of(budgets.find_spending(session, user_id, now.date()), now)), None)


def find_currency(session: Session) -> str:
    """The currency of costs and budgets, ISO 4217."""
    return read_settings(session).currency or DEFAULT_CURRENCY


def list_sessions(session: Session, user_id: str) -> Sequence[LoginInfo]:
    """The user's valid logins, last used first."""
    return refresh_tokens.list_logins(session, user_id, utc_now())


def revoke_sessions(claims: Claims, family_ids: Sequence[str]) -> int:
    """End logins of the user and close their WebSocket connections; returns their number. Raises TokenRevoked.

    Ids that are not valid logins of the user are ignored.
    """
    now = utc_now()
    with transaction() as session:
        confirm_login(session, claims)
        users.lock_user(session, claims.user_id)
        alive = {login.id for login in refresh_tokens.list_logins(session, claims.user_id, now)}
        ended = sorted(alive.intersection(family_ids))
        for family_id in ended:
            refresh_tokens.revoke_family(session, claims.user_id, family_id, now)
    close_ended_connections(claims.user_id)
    return len(ended)


def export_account(claims: Claims, cursor: str | None) -> tuple[list[ExportItem], str | None]:
    """A page of the account's export and the next page's cursor.

    Raises TokenRevoked, ReauthenticationRequired, InvalidInput.
    """
    with transaction() as session:
        confirm_recent_login(session, claims, utc_now(), RECENT if cursor is None else RECENT_FOR_FURTHER_PAGES)
        return export_page(session, get_user(session, claims.user_id), get_object_store(), cursor)


def reauthenticate(claims: Claims, current_password: str | None, code: str | None, device: Device) -> None:
    """Record that the user has authenticated again: calls that need that accept the login for the next ten minutes.

    `code`: of a second factor, for accounts without a password. Raises TokenRevoked, WrongPassword, WrongCode,
    RateLimited.
    """
    now = utc_now()
    with transaction() as session:
        confirm_login(session, claims)
        user = get_user(session, claims.user_id)
    if code is not None and not user.password_hash:
        confirm_code(claims, code, now)
    else:
        confirm_password(user, current_password or "", device, now)
    with transaction() as session:
        users.lock_user(session, claims.user_id)
        refresh_tokens.set_authenticated(session, claims.user_id, claims.family_id, now)


def delete_account(token: PresentedToken, password: str | None, device: Device) -> None:
    """End every login of the account, and delete it with everything it owns (shared.chat.account_deletion).

    `password`: needed unless the user authenticated within ten minutes. Raises TokenRevoked,
    ReauthenticationRequired, WrongPassword, RateLimited.
    """
    now = utc_now()
    user, row = _count_and_find(token, device, now)
    confirm_owner_of(user, row, password, device, now)
    with transaction() as session:
        # Checked again, with the lock: the login may have ended while the password was compared.
        valid = find_valid(session, token, now)
        if valid is not None:
            start_account_deletion(session, user.id, now)
    close_ended_connections(user.id)
    if valid is None:
        raise TokenRevoked
    delete_account_data(user.id)
