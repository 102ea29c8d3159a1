"""Pages of long lists on MariaDB, with few and many rows, beside a read by primary key."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from functions.chat.service import list_history
from functions.conversation.service import list_conversations
from shared.db.models import Conversation, User
from shared.ids import new_id
from tests.bench.figures import Figure, alternating, median
from tests.bench.stacks import Account, Database

# The server fills the rest of a table with copies of existing rows, with other ids and users.
_COPY = """
INSERT INTO messages (id, conversation_id, user_id, parent_id, role, text, status, created_at)
SELECT CONCAT(:copy, '-', SUBSTR(id, 9)), :conversation_id, :user_id, NULL, role, text, status, created_at
FROM messages WHERE user_id = :of_user LIMIT :rows
"""
# A word that only two messages of a hundred thousand contain.
_RARE = "麒麟"
_WORDS = "The quick brown fox jumps over the lazy dog, and nobody knows why. 敏捷的棕色狐狸跳过懒狗。"


def measure(database: Database, *, quick: bool) -> Iterator[Figure]:
    small, large = 100, (1_000 if quick else 10_000)
    account = database.new_account()
    short, long = (database.new_conversation(account, size // 2, _WORDS) for size in (small, large))
    few, many = (_account_with_conversations(database, size) for size in (small, large))

    def primary_key(session: Session) -> Any:
        return session.scalars(select(User).where(User.id == account.user_id)).all()

    def history(conversation_id: str) -> Callable[[Session], Any]:
        return lambda session: list_history(
            session, account.user_id, conversation_id, None, None, 100, with_steps=False
        )

    def listed(owner: Account) -> Callable[[Session], Any]:
        return lambda session: list_conversations(
            session,
            owner.user_id,
            archived=False,
            deleted=False,
            project_id=None,
            query="",
            cursor=None,
            limit=30,
            waiting=False,
        )

    yield from _compared(
        database,
        "history page of 100",
        f"in {large:,} messages, beside {small}",
        primary_key,
        history(short),
        history(long),
        quick,
    )
    yield from _compared(
        database,
        "list page of 30",
        f"in {large:,} conversations, beside {small}",
        primary_key,
        listed(few),
        listed(many),
        quick,
    )

    searcher = database.new_account()
    database.new_conversation(searcher, 500, _WORDS)

    def searched(session: Session) -> Any:
        return _list(session, searcher, "狐狸 dog")

    count = 5 if quick else 20
    before = _time(database, searched, count)
    rows = _fill(database, account, large, 20_000 if quick else 1_000_000)
    after = _time(database, searched, count)
    case = f"in {rows:,} messages of all, beside {large:,}"
    yield _flat("search in 1,000 messages of one's own", case, after, before)

    conversations = 10 if quick else 100
    writer = _account_with_messages(database, account, conversations)
    what = f"search in {conversations * 1_000:,} messages of one's own, in {rows:,} of all"
    for case, query in (("words of every message", "狐狸 dog"), ("a word of two messages", _RARE)):
        taken = _time(database, partial(_list, owner=writer, query=query), count // 4)
        yield Figure(what, case, taken, "ms")


def _list(session: Session, owner: Account, query: str) -> Any:
    return list_conversations(
        session,
        owner.user_id,
        archived=False,
        deleted=False,
        project_id=None,
        query=query,
        cursor=None,
        limit=30,
        waiting=False,
    )[0]


def _account_with_conversations(database: Database, size: int) -> Account:
    account = database.new_account()
    rows = [{"id": new_id(), "user_id": account.user_id, "title": f"Conversation {n}"} for n in range(size)]
    database.add(Conversation, rows)
    return account


def _account_with_messages(database: Database, copied: Account, conversations: int) -> Account:
    """Conversations of a thousand messages each, and one with a rare word."""
    writer = database.new_account()
    with database.engine.begin() as connection:
        for number in range(conversations):
            values = {"copy": f"9{number:06}", "user_id": writer.user_id, "of_user": copied.user_id, "rows": 1_000}
            conversation_id = database.new_conversation(writer)
            connection.execute(text(_COPY), {**values, "conversation_id": conversation_id})
        connection.execute(text("ANALYZE TABLE messages"))
    database.new_conversation(writer, 1, f"{_WORDS} {_RARE}")
    return writer


def _fill(database: Database, account: Account, rows: int, wanted: int) -> int:
    """Add messages of other users up to a number; returns the total."""
    with database.engine.begin() as connection:
        for number in range(wanted // rows):
            other = database.new_account()
            values = {"copy": f"{number:07}", "user_id": other.user_id, "of_user": account.user_id, "rows": rows}
            connection.execute(text(_COPY), {**values, "conversation_id": database.new_conversation(other)})
        connection.execute(text("ANALYZE TABLE messages"))
        return int(connection.execute(text("SELECT COUNT(*) FROM messages")).scalar_one())


def _once(database: Database, read: Callable[[Session], Any]) -> float:
    with Session(database.engine) as session:
        started = time.perf_counter()
        assert read(session)
        return (time.perf_counter() - started) * 1000


def _time(database: Database, read: Callable[[Session], Any], count: int) -> float:
    _once(database, read)
    return median([_once(database, read) for _ in range(count)])


def _compared(
    database: Database,
    what: str,
    case: str,
    floor: Callable[[Session], Any],
    small: Callable[[Session], Any],
    large: Callable[[Session], Any],
    quick: bool,
) -> Iterator[Figure]:
    reads = [partial(_once, database, read) for read in (floor, small, large)]
    for read in reads:
        read()
    floor_ms, in_small, in_large = map(median, alternating(5 if quick else 40, *reads))
    yield Figure(what, "beside a read by primary key", in_large, "ms", floor_ms)
    yield _flat(what, case, in_large, in_small)


def _flat(what: str, case: str, large: float, small: float) -> Figure:
    return Figure(what, case, large, "ms", small, "≤ 1.5 × the smaller", large <= 1.5 * small)
