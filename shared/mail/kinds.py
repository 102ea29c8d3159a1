"""The kinds of mail, and how long an unsent one is of use."""

from datetime import timedelta
from typing import Literal

MailKind = Literal[
    "password_reset",
    "email_verification",
    "new_login",
    "password_changed",
    "email_changed",
    "identity_linked",
    "identity_removed",
    "passkey_added",
    "passkey_removed",
    "passkey_refused",
    "totp_added",
    "totp_removed",
]

# A link is made when its mail is sent, so a request to reset the password is of use only to a user who still waits.
USEFUL_FOR: dict[MailKind, timedelta] = {
    "password_reset": timedelta(minutes=30),
    "email_verification": timedelta(days=1),
    "new_login": timedelta(days=3),
    "password_changed": timedelta(days=3),
    "email_changed": timedelta(days=3),
    "identity_linked": timedelta(days=3),
    "identity_removed": timedelta(days=3),
    "passkey_added": timedelta(days=3),
    "passkey_removed": timedelta(days=3),
    "passkey_refused": timedelta(days=3),
    "totp_added": timedelta(days=3),
    "totp_removed": timedelta(days=3),
}
