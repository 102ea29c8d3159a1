"""Search in titles and messages of conversations (decision 0001), and for a phrase in one conversation."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Engine, case, func, or_, select, text
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Session

from shared.db.models import Conversation, Message

# Migration 0002 creates it if the server supports it.
MESSAGE_INDEX = "ft_messages_text"
# Length of a snippet: characters before the word, and in total.
_BEFORE_CHARACTERS = 60
_SNIPPET_CHARACTERS = 240
# The ngram parser's token size: shorter words are not in the index.
_MIN_INDEXED = 2


def mentions(session: Session, user_id: str, word: str) -> ColumnElement[bool]:
    """Whether a conversation's title, or a message in it, contains `word`, in any case.

    `LIKE` decides on every database, so that results are the same. A full-text index, if there is one, selects the
    candidates.
    """
    in_messages = select(Message.conversation_id).where(
        Message.user_id == user_id, Message.text.contains(word, autoescape=True)
    )
    # In a full-text query punctuation is syntax, or ignored.
    if len(word) >= _MIN_INDEXED and word.isalnum() and _has_message_index(session):
        in_messages = in_messages.where(mysql.match(Message.text.expression, against=f'"{word}"').in_boolean_mode())
    return or_(Conversation.title.contains(word, autoescape=True), Conversation.id.in_(in_messages))


class FoundText(NamedTuple):
    """A part of a message's text around the first word that was found."""

    conversation_id: str
    message_id: str
    text: str
    # Whether the text goes on before and after.
    is_cut_before: bool
    is_cut_after: bool


def find_texts(
    session: Session, user_id: str, conversation_ids: Sequence[str], words: Sequence[str], per_conversation: int
) -> Sequence[FoundText]:
    """The newest messages with any of the words in each conversation, newest first, each with the text around one."""
    contains = [Message.text.contains(word, autoescape=True) for word in words]
    # Position of the first word that occurs. `instr` compares as the column's collation does; on SQLite by case.
    position = case(
        *(
            (found, func.instr(func.lower(Message.text), word.lower()))
            for found, word in zip(contains, words, strict=True)
        ),
        else_=1,
    )
    length = _character_length(session)
    start = case((position > _BEFORE_CHARACTERS, position - _BEFORE_CHARACTERS), else_=1)
    ranked = (
        select(
            Message.conversation_id,
            Message.id,
            func.substr(Message.text, start, _SNIPPET_CHARACTERS).label("snippet"),
            start.label("start"),
            length(Message.text).label("length"),
            func.row_number().over(partition_by=Message.conversation_id, order_by=Message.id.desc()).label("rank"),
        )
        .where(Message.user_id == user_id, Message.conversation_id.in_(conversation_ids), or_(*contains))
        .subquery()
    )
    query = select(ranked).where(ranked.c.rank <= per_conversation).order_by(ranked.c.id.desc())
    return [
        FoundText(
            row.conversation_id,
            row.id,
            row.snippet,
            row.start > 1,
            row.start + _SNIPPET_CHARACTERS <= row.length,
        )
        for row in session.execute(query)
    ]


class PhraseMatch(NamedTuple):
    """A message in which a phrase occurs, and how often."""

    id: str
    occurrences: int


def find_phrase(
    session: Session, user_id: str, conversation_id: str, phrase: str, *, after: str | None, limit: int
) -> Sequence[PhraseMatch]:
    """The messages of a conversation that contain `phrase`, in any case, oldest first; those after the id `after`."""
    length = _character_length(session)
    rest = func.replace(func.lower(Message.text), phrase.lower(), "")
    query = select(Message.id, (length(Message.text) - length(rest)).label("characters")).where(
        Message.user_id == user_id,
        Message.conversation_id == conversation_id,
        Message.text.contains(phrase, autoescape=True),
    )
    if after is not None:
        query = query.where(Message.id > after)
    rows = session.execute(query.order_by(Message.id).limit(limit))
    # `LIKE` also finds characters that the collation holds equal, such as é and e, which `replace` does not.
    return [PhraseMatch(row.id, max(1, round(row.characters / len(phrase)))) for row in rows]


def _character_length(session: Session) -> Callable[[Any], ColumnElement[int]]:
    # In MySQL `length` counts bytes.
    return func.char_length if session.get_bind().dialect.name == "mysql" else func.length


_indexed: WeakKeyDictionary[Engine | Connection, bool] = WeakKeyDictionary()


def _has_message_index(session: Session) -> bool:
    """Whether the server has the full-text index. Queried once per process."""
    bind = session.get_bind()
    if bind not in _indexed:
        _indexed[bind] = bind.dialect.name == "mysql" and bool(session.scalar(_FIND_INDEX, {"name": MESSAGE_INDEX}))
    return _indexed[bind]


_FIND_INDEX = text(
    "SELECT 1 FROM information_schema.statistics"
    " WHERE table_schema = DATABASE() AND table_name = 'messages' AND index_name = :name LIMIT 1"
)
