"""Errors of the account calls."""

from shared.errors import AppError


class EmailTaken(AppError):
    code, status = "email_taken", 409
    message = "This email address already has an account. Log in, or use another address."


class EmailNotFound(AppError):
    code, status = "email_not_found", 404
    message = "There is no account with this email address. Check it, or sign up."


class WrongPassword(AppError):
    code, status = "wrong_password", 401
    message = "Wrong password. Please try again."


class AccountDisabled(AppError):
    code, status = "account_disabled", 403
    message = "This account is disabled. Please contact the operator of this server."


class ReauthenticationRequired(AppError):
    code, status = "reauthentication_required", 403
    message = "Authenticate again to do this."


class WrongCode(AppError):
    code, status = "wrong_code", 401
    message = "Wrong or expired code. Please try again."


class UnreadableAppSecret(AppError):
    """The secret was encrypted with a key that is no longer configured."""

    code, status = "app_secret_unreadable", 422
    message = "The codes of the authenticator app can no longer be checked. Use a recovery code, or set it up again."


class FactorExists(AppError):
    code, status = "factor_exists", 409
    message = "There is an authenticator app already. Remove it first."


class WrongPasskey(AppError):
    code, status = "wrong_passkey", 401
    message = "This passkey was not accepted. Please try again, or use another way to log in."


class PasskeyExists(AppError):
    code, status = "passkey_exists", 409
    message = "This passkey has been added already. Use it, or another device."


class TooManyPasskeys(AppError):
    code, status = "too_many_passkeys", 409
    message = "An account can have 20 passkeys. Remove one first."


class PasskeysUnavailable(AppError):
    code, status = "passkeys_unavailable", 403
    message = "This server does not offer passkeys. Contact its operator."


class PasswordMismatch(AppError):
    code, status = "password_mismatch", 422
    message = "The two passwords do not match. Enter the same one twice."


class WeakPassword(AppError):
    code, status = "weak_password", 422
    message = "The password must have 8 to 72 bytes, with at least one letter and one digit."


class MailDisabled(AppError):
    code, status = "mail_disabled", 403
    message = "This server sends no mail. Contact its operator."
