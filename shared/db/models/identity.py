"""Sign-ins with other providers that belong to an account (OpenID Connect)."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt
from shared.db.models.user import User
from shared.db.types import Id, UtcDateTime


class Identity(Base, CreatedAt):
    """A user of a provider, who logs in to this account. The provider never reassigns a subject."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), Base.__table_args__)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey(User.id, ondelete="CASCADE"), index=True)
    # The provider, by its URL: the operator's settings may give it another id.
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    # The address at the provider, to tell several apart; it need not be the account's.
    email: Mapped[str | None] = mapped_column(String(254))
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime)
