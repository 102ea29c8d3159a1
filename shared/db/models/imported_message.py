"""Messages that were imported, by their ids in the export that they are from."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base
from shared.db.models.conversation import Conversation
from shared.db.types import Id


class ImportedMessage(Base):
    """A later import of the same conversation adds the messages that have no row. The row of a deleted message stays,
    so that the message does not come back. The owner is the conversation's."""

    __tablename__ = "imported_messages"

    conversation_id: Mapped[str] = mapped_column(Id, ForeignKey(Conversation.id, ondelete="CASCADE"), primary_key=True)
    source_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    message_id: Mapped[str] = mapped_column(Id)
