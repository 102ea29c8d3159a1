"""Second factors, and steps of an authentication that wait for their next one."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt
from shared.db.models.user import User
from shared.db.types import Id, UtcDateTime


class TotpSecret(Base, CreatedAt):
    """The secret of a user's authenticator app. It is a factor once it is confirmed with a code."""

    __tablename__ = "totp_secrets"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"), unique=True)
    # Encrypted and bound to its owner (shared.crypto).
    secret_encrypted: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The time step of the last accepted code: neither it nor an earlier one is accepted again.
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class Passkey(Base, CreatedAt):
    """A user's passkey (WebAuthn): a way to log in by itself, and a second factor."""

    __tablename__ = "passkeys"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"), index=True)
    # The authenticator's id of it, base64url, which may be too long for an index; and its SHA-256, hex.
    credential_id: Mapped[str] = mapped_column(Text)
    credential_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # COSE, in CBOR and base64url.
    public_key: Mapped[str] = mapped_column(Text)
    # The count at the last use. Many authenticators do not count: it stays 0.
    sign_count: Mapped[int] = mapped_column(BigInteger)
    # Transports by which the browser can reach the authenticator, separated by commas.
    transports: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(100))
    # Whether the authenticator synchronizes it with the user's other devices.
    backed_up: Mapped[bool] = mapped_column(Boolean)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Base, CreatedAt):
    """A code that replaces the second factor once. Used ones are deleted."""

    __tablename__ = "recovery_codes"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"), index=True)
    # SHA-256 of the code, hex.
    code_hash: Mapped[str] = mapped_column(String(64))


class LoginChallenge(Base, CreatedAt):
    """A step of an authentication that waits for its next one, such as a login that waits for the second factor."""

    __tablename__ = "login_challenges"

    # SHA-256 of the secret that the client presents, hex.
    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(32))
    # Null where the user is not known yet.
    user_id: Mapped[str | None] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"), index=True)
    # Further values that the next step needs.
    data: Mapped[str | None] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
