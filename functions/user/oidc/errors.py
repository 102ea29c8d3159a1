"""Errors of sign-in with OpenID Connect."""

from shared.errors import AppError


class OidcFailed(AppError):
    """The provider answered, but its response proves nothing. The log has the reason."""

    code, status = "oidc_failed", 401
    message = "The sign-in could not be verified. Please try again."


class OidcUnavailable(AppError):
    code, status = "oidc_unavailable", 502
    message = "The sign-in provider cannot be reached. Please try again in a moment."


class OidcExpired(AppError):
    """An unknown or used `state`, one that is older than ten minutes, or one that another browser began."""

    code, status = "oidc_expired", 401
    message = "This sign-in has expired or was begun in another browser. Please begin again."


class OidcEmailMissing(AppError):
    code, status = "oidc_email_missing", 403
    message = (
        "The sign-in provider did not share an email address, which an account needs. Allow it to, or sign up with a "
        "password."
    )


class OidcEmailUnverified(AppError):
    code, status = "oidc_email_unverified", 409
    message = (
        "An account with this email address exists, but the provider does not confirm that the address is yours. "
        "Log in the way you did before, and connect the provider in the settings."
    )


class IdentityTaken(AppError):
    code, status = "identity_taken", 409
    message = "This sign-in belongs to another account. Log in with it, or remove it from that account first."


class LastSignIn(AppError):
    code, status = "last_sign_in", 409
    message = "This is the account's only way to log in. Set a password or connect another sign-in first."
