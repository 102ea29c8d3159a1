"""Mails in English."""

from shared.mail.texts import Letter, Texts

TEXTS = Texts(
    password_reset=Letter(
        subject="Reset your password",
        paragraphs=(
            "Somebody, probably you, asked to reset the password of your account at {site}.",
            "The link works once, for 30 minutes. Setting a new password logs you out on all devices.",
            "If it was not you, ignore this mail: your password stays as it is.",
        ),
        action="Set a new password",
    ),
    email_verification=Letter(
        subject="Confirm your email address",
        paragraphs=(
            "This address was entered for an account at {site}. Confirm that it is yours.",
            "The link works for three days.",
            "If you have no account there, ignore this mail.",
        ),
        action="Confirm the address",
    ),
    new_login=Letter(
        subject="New login to your account",
        paragraphs=(
            "Somebody logged in to your account at {site} on a new device.",
            "Device: {device}\nNetwork address: {address}\nTime: {time}",
            "If it was not you, change your password: that logs out all other devices.",
            "You can turn these mails off in the settings.",
        ),
    ),
    password_changed=Letter(
        subject="Your password was changed",
        paragraphs=(
            "The password of your account at {site} was changed, and all other devices were logged out.",
            "Device: {device}\nNetwork address: {address}\nTime: {time}",
            "If it was not you, set a new password with “Forgot password?” on the login page.",
        ),
    ),
    email_changed=Letter(
        subject="Your email address was changed",
        paragraphs=(
            "Your account at {site} now has another email address; this one no longer belongs to it.",
            "Device: {device}\nNetwork address: {address}\nTime: {time}",
            "If it was not you, contact the operator of {site}: this address can no longer reset the password.",
        ),
    ),
    identity_linked=Letter(
        subject="A sign-in was connected to your account",
        paragraphs=(
            "You can now log in to your account at {site} with {provider}.",
            "Device: {device}\nNetwork address: {address}\nTime: {time}",
            "If it was not you, change your password, and remove the sign-in in the settings.",
        ),
    ),
    identity_removed=Letter(
        subject="A sign-in was removed from your account",
        paragraphs=(
            "You can no longer log in to your account at {site} with {provider}.",
            "Device: {device}\nNetwork address: {address}\nTime: {time}",
            "If it was not you, change your password, and check the sign-ins in the settings.",
        ),
    ),
    passkey_added=Letter(
        subject="A passkey was added to your account",
        paragraphs=(
            "You can now log in to your account at {site} with a new passkey.",
            "Device: {device}\nNetwork address: {address}\nTime: {time}",
            "If it was not you, change your password, and remove the passkey in the settings.",
        ),
    ),
    passkey_removed=Letter(
        subject="A passkey was removed from your account",
        paragraphs=(
            "You can no longer log in to your account at {site} with the passkey that was added on {added}.",
            "Device: {device}\nNetwork address: {address}\nTime: {time}",
            "If it was not you, change your password, and check the passkeys in the settings.",
        ),
    ),
    passkey_refused=Letter(
        subject="A passkey of your account was refused",
        paragraphs=(
            "The passkey that was added to your account at {site} on {added} was refused, as there seems to be a copy.",
            "Device: {device}\nNetwork address: {address}\nTime: {time}",
            "Remove the passkey in the settings, and add a new one.",
        ),
    ),
    totp_added=Letter(
        subject="An authenticator app was added to your account",
        paragraphs=(
            "Logins to your account at {site} with the password now need a code from an authenticator app.",
            "Device: {device}\nNetwork address: {address}\nTime: {time}",
            "If it was not you, change your password, and contact the operator of {site}, who can remove the app.",
        ),
    ),
    totp_removed=Letter(
        subject="The authenticator app was removed from your account",
        paragraphs=(
            "Logins to your account at {site} no longer need a code of the authenticator app.",
            "Device: {device}\nNetwork address: {address}\nTime: {time}",
            "If it was not you, change your password, and add the app again in the settings.",
        ),
    ),
    open_link="Open this link in your browser:",
    unknown_device="unknown",
    footer="This mail was sent automatically by {site}. Replies are not read.",
)
