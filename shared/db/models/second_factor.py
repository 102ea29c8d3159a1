"""Second factors, and steps of an authentication that wait for their next one."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text
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
