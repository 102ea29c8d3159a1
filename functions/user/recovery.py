"""Links to set a new password, by mail or from the operator, and to verify an email address."""

from sqlalchemy.orm import Session

from functions.user.errors import MailDisabled
from functions.user.logins import Device, TokenPair, count_public_call
from functions.user.notices import queue_notice, queue_verification
from functions.user.passwords import check_new_password
from functions.user.second_factors import PendingLogin, open_login, remove_unused_recovery_codes
from functions.user.settings import AttemptSettings
from shared.auth.account_tokens import check_reset_token, use_account_token
from shared.auth.claims import Claims
from shared.auth.limits import address_block
from shared.auth.passwords import hash_password
from shared.auth.principal import confirm_login
from shared.config import load
from shared.db.models import User
from shared.db.repositories import identities, passkeys, refresh_tokens, users
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import Unauthorized
from shared.mail.outbox import queue_mail, wake_sender
from shared.mail.sender import sends_mail
from shared.web.connection_closing import close_ended_connections


def request_password_reset(email: str, device: Device) -> None:
    """Queue a mail with a link to set a new password. Raises MailDisabled, RateLimited.

    Nothing is looked up: the function that sends the mail finds out whether there is an account, so that neither the
    answer nor its time can reveal it. Above the limit of an address no more mails are sent to it, and the answer is the
    same: a link that it has received is still valid.
    """
    if not sends_mail():
        raise MailDisabled
    now = utc_now()
    limits = load(AttemptSettings)
    with transaction() as session:
        count_public_call(session, device, now)
        limits.mail_request.consume(session, address_block(device.address), now)
        if limits.reset_mail.allows(session, email, now):
            queue_mail(session, "password_reset", email, now, user_id=None, language=device.language)
    wake_sender(device.keys)


def reset_password(token: str, password: str, confirmation: str, device: Device) -> TokenPair | PendingLogin:
    """Set a new password with the token of a mail or of the operator, revoke every login of the user, and start a new
    one.

    An account with a second factor needs that as at `login`. The token of a mail shows that the user reads the
    address's mail, so that verifies the address, too. Raises PasswordMismatch, WeakPassword, InvalidToken,
    AccountDisabled, RateLimited.
    """
    now = utc_now()
    with transaction() as session:
        count_public_call(session, device, now)
    check_new_password(password, confirmation)
    with transaction() as session:
        purpose = check_reset_token(session, token, now)
    password_hash = hash_password(password)
    with transaction() as session:
        user = use_account_token(session, purpose, token, now)
        user.password_hash = password_hash
        if purpose == "reset" and user.email_verified_at is None:
            _remove_earlier_sign_ins(session, user)
            user.email_verified_at = now
        user.updated_at = now
        refresh_tokens.revoke_user(session, user.id, now)
        queue_notice(session, "password_changed", user, user.email, device, now)
        # The mail about the new password is the notice of this login.
        opened = open_login(session, user, device, now, is_known=True)
    close_ended_connections(user.id)
    wake_sender(device.keys)
    return opened


def _remove_earlier_sign_ins(session: Session, user: User) -> None:
    """Whoever registered the address may not own it, and must not come back by a sign-in or passkey of their own."""
    identities.delete_all_identities(session, user.id)
    passkeys.delete_all_passkeys(session, user.id)
    remove_unused_recovery_codes(session, user.id)


def request_verification(claims: Claims, device: Device) -> None:
    """Queue a mail with a link to verify the caller's address; no effect on one that is verified.

    Raises TokenRevoked, MailDisabled, RateLimited.
    """
    now = utc_now()
    with transaction() as session:
        confirm_login(session, claims)
        if not sends_mail():
            raise MailDisabled
        user = users.find_user(session, claims.user_id)
        if user is None:
            raise Unauthorized
        if user.email_verified_at is not None:
            return
        if not queue_verification(session, user, device.language, now):
            raise load(AttemptSettings).verification_mail.refusal(now)
    wake_sender(device.keys)


def verify_email(token: str, device: Device) -> None:
    """Mark the address as verified that a token was mailed to. Raises InvalidToken, RateLimited."""
    now = utc_now()
    with transaction() as session:
        count_public_call(session, device, now)
    with transaction() as session:
        user = use_account_token(session, "verify", token, now)
        user.email_verified_at = now
        user.updated_at = now
