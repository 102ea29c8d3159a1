"""The outbox: mails that are to be sent."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt
from shared.db.models.user import User
from shared.db.types import Id, JsonText, UtcDateTime


class OutgoingMail(Base, CreatedAt):
    """A mail of a `kind` (shared.mail.kinds) to an address, written in the transaction of what it reports.

    It contains no text and no token: these are made when it is sent. The row is deleted then, and when it expires.
    """

    __tablename__ = "outgoing_mails"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    email: Mapped[str] = mapped_column(String(254))
    # Null where the request must not look up whether the address has an account.
    user_id: Mapped[str | None] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"), index=True)
    # An `Accept-Language` header, used unless the user has chosen a language.
    language: Mapped[str] = mapped_column(String(100))
    parameters: Mapped[dict[str, str]] = mapped_column(JsonText)
    attempts: Mapped[int] = mapped_column(default=0)
    # The next attempt. Moved on when a process claims the mail, so that another one does not send it, too.
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
