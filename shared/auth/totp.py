"""Time-based one-time passwords (RFC 6238) of authenticator apps, by `pyotp`: SHA-1, 6 digits, 30 s."""

from datetime import datetime

# The clocks of a phone and ours may differ by a step (RFC 6238, 5.2).
_STEPS_AROUND = 1


def new_secret() -> str:
    """A secret in base32, as apps display and scan it: 160 bits, the size of the hash (RFC 4226, 4)."""
    import pyotp

    return pyotp.random_base32()


def matching_step(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The time step after `after` that a code belongs to; None for a wrong, outdated or used code."""
    import pyotp

    try:
        step = pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=now, valid_window=_STEPS_AROUND)
    except pyotp.OTPVerificationError:
        return None
    return step if step > after else None


def provisioning_uri(secret: str, account: str, issuer: str) -> str:
    """The URI that apps scan (https://github.com/google/google-authenticator/wiki/Key-Uri-Format)."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)
