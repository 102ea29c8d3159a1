"""What can go wrong with an account."""

from shared.errors import AppError


class EmailTaken(AppError):
    code, status = "email_taken", 409
    message = "This email address has an account already."


class EmailNotFound(AppError):
    code, status = "email_not_found", 404
    message = "There is no account with this email address."


class WrongPassword(AppError):
    code, status = "wrong_password", 401
    message = "The password is wrong."


class PasswordMismatch(AppError):
    code, status = "password_mismatch", 422
    message = "The two passwords are not the same."


class WeakPassword(AppError):
    code, status = "weak_password", 422
    message = "A password has 8 to 72 bytes, with at least one letter and one digit."
