"""Finding conversations by what was said in them (decision 0001)."""

from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Engine, or_, select, text
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Session

from shared.db.models import Conversation, Message

# Migration 0002 makes it where the server can.
MESSAGE_INDEX = "ft_messages_text"
# The ngram parser's token size: what is shorter is in no token.
_MIN_INDEXED = 2


def mentions(session: Session, user_id: str, word: str) -> ColumnElement[bool]:
    """Whether a conversation's title, or a message in it, contains `word`, in any case.

    `LIKE` decides everywhere, so that a search finds the same on every database. Where there is a
    full-text index, it picks the messages to look at.
    """
    said = select(Message.conversation_id).where(
        Message.user_id == user_id, Message.text.contains(word, autoescape=True)
    )
    # In a full-text query punctuation is syntax, or is lost.
    if len(word) >= _MIN_INDEXED and word.isalnum() and _has_message_index(session):
        said = said.where(mysql.match(Message.text.expression, against=f'"{word}"').in_boolean_mode())
    return or_(Conversation.title.contains(word, autoescape=True), Conversation.id.in_(said))


_indexed: WeakKeyDictionary[Engine | Connection, bool] = WeakKeyDictionary()


def _has_message_index(session: Session) -> bool:
    """Asked of the server once per process."""
    bind = session.get_bind()
    if bind not in _indexed:
        _indexed[bind] = bind.dialect.name == "mysql" and bool(session.scalar(_FIND_INDEX, {"name": MESSAGE_INDEX}))
    return _indexed[bind]


_FIND_INDEX = text(
    "SELECT 1 FROM information_schema.statistics"
    " WHERE table_schema = DATABASE() AND table_name = 'messages' AND index_name = :name LIMIT 1"
)
