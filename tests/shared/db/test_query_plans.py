"""Query plans of long lists on MariaDB: the used index, and the number of rows read."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.orm import Session

from infra.migrations.migrate import upgrade
from shared.db.engine import make_engine
from shared.db.models import Conversation, Message, Project, User
from shared.db.repositories import conversations, messages
from tests.support.statements import explained

pytestmark = pytest.mark.processes
CONVERSATIONS, MESSAGES, PROJECTS = 10_000, 2_000, 50
START = datetime(2026, 1, 1, tzinfo=timezone.utc)
WORDS = "The quick brown fox jumps over the lazy dog. 敏捷的棕色狐狸跳过懒狗。"


@pytest.fixture(scope="module")
def connection(mariadb: Any) -> Iterator[Connection]:
    """A connection to a database where three users have 10,000 conversations each: two with 2,000 messages in one of
    them, and `sorted` with most of them in 50 projects, and a fifth of them in the bin."""
    engine = make_engine(mariadb.new_database())
    upgrade(engine)
    with engine.connect() as connection:
        for user in ("one", "other"):
            _fill(connection, user)
        _fill_projects(connection, "sorted")
        connection.commit()
        connection.execute(text("ANALYZE TABLE conversations, messages"))
        yield connection
    engine.dispose()


def _fill(connection: Connection, user: str) -> None:
    connection.execute(insert(User).values(id=user, email=user, username=user, password_hash="", group="free"))
    connection.execute(
        insert(Conversation),
        [
            {
                "id": f"{user}-{n:05}",
                "user_id": user,
                "title": f"Conversation {n}",
                "pinned": n % 500 == 0,
                "archived": n % 10 == 1,
                "created_at": START,
                # Two with each time.
                "updated_at": START + timedelta(seconds=n // 2),
            }
            for n in range(CONVERSATIONS)
        ],
    )
    connection.execute(
        insert(Message),
        [
            {
                "id": f"{user}-m-{n:05}",
                "conversation_id": f"{user}-00000" if n < MESSAGES else f"{user}-{n % CONVERSATIONS:05}",
                "user_id": user,
                # One branch.
                "parent_id": f"{user}-m-{n - 1:05}" if 0 < n < MESSAGES else None,
                "role": "user",
                "text": WORDS,
                "status": "completed",
            }
            for n in range(MESSAGES + CONVERSATIONS)
        ],
    )


def _fill_projects(connection: Connection, user: str) -> None:
    connection.execute(insert(User).values(id=user, email=user, username=user, password_hash="", group="free"))
    connection.execute(
        insert(Project), [{"id": f"p-{n}", "user_id": user, "name": f"Project {n}"} for n in range(PROJECTS)]
    )
    connection.execute(
        insert(Conversation),
        [
            {
                "id": f"{user}-{n:05}",
                "user_id": user,
                "title": f"Conversation {n}",
                # One of six is in none.
                "project_id": f"p-{n % PROJECTS}" if n % 6 else None,
                "pinned": n % 500 == 0,
                "archived": n // PROJECTS % 10 == 1,
                "deleted_at": START + timedelta(days=1, seconds=n // 100) if n // PROJECTS % 5 == 2 else None,
                "created_at": START,
                "updated_at": START + timedelta(seconds=n // 2),
            }
            for n in range(CONVERSATIONS)
        ],
    )


def rows_read(connection: Connection) -> int:
    """The number of rows and index entries read since the last call."""
    counters = connection.exec_driver_sql(
        "SHOW SESSION STATUS WHERE Variable_name LIKE 'Handler_read%%' OR Variable_name = 'Handler_icp_attempts'"
    ).all()
    connection.exec_driver_sql("FLUSH STATUS")
    return sum(int(value) for _, value in counters)


AFTER = {
    "the beginning": None,
    "a pinned one": (True, START + timedelta(seconds=2500), "one-05000"),
    "the last pinned one": (True, START, "one-00000"),
    "the first of the others": (False, START + timedelta(seconds=4999), "one-09999"),
    "one in the middle": (False, START + timedelta(seconds=2400), "one-04800"),
    "one near the end": (False, START + timedelta(seconds=20), "one-00040"),
}


@pytest.mark.parametrize("archived", [False, True])
@pytest.mark.parametrize("after", AFTER.values(), ids=AFTER)
@pytest.mark.parametrize(
    ("project_id", "index"), [(None, "ix_conversations_list"), (conversations.NO_PROJECT, "ix_conversations_project")]
)
def test_a_page_of_the_list_is_read_from_where_it_begins(
    connection: Connection, after: Any, archived: bool, project_id: str | None, index: str
) -> None:
    def page() -> list[str]:
        with Session(connection) as session:
            found, _ = conversations.list_conversations(
                session, "one", archived=archived, project_id=project_id, words=[], after=after, limit=31
            )
            return [conversation.id for conversation in found]

    with explained(connection) as plans:
        page()
    (plan,) = [plan for plan in plans if plan["table"] == "conversations"]
    assert plan["key"] == index
    assert plan["type"] in ("ref", "range")
    assert "filesort" not in plan["Extra"]

    rows_read(connection)
    ids = page()
    assert rows_read(connection) <= 2 * len(ids) + 5
    assert (
        ids == [conversation_id for conversation_id in _expected(archived) if _is_behind(conversation_id, after)][:31]
    )


@pytest.mark.parametrize("archived", [False, True, None])
@pytest.mark.parametrize(
    ("project_id", "index"),
    [
        (None, "ix_conversations_list"),
        (conversations.NO_PROJECT, "ix_conversations_project"),
        ("p-7", "ix_conversations_project"),
    ],
)
def test_each_filter_of_the_list_reads_one_index_without_a_sort(
    connection: Connection, archived: bool | None, project_id: str | None, index: str
) -> None:
    def page(session: Session, after: Any, limit: int) -> list[tuple[bool, datetime, str]]:
        found, _ = conversations.list_conversations(
            session, "sorted", archived=archived, project_id=project_id, words=[], after=after, limit=limit
        )
        return [(each.pinned, each.updated_at, each.id) for each in found]

    with Session(connection) as session:
        whole = page(session, None, CONVERSATIONS)
        assert whole == sorted(whole, reverse=True)
        for after in (None, whole[len(whole) // 2]):
            with explained(connection) as plans:
                page(session, after, 31)
            assert {plan["key"] for plan in plans} == {index, "ix_messages_status_user_id"}
            assert [plan for plan in plans if "filesort" in plan["Extra"] or plan["type"] == "ALL"] == []
            rows_read(connection)
            found = page(session, after, 31)
            # Archived ones and the others are two reads.
            assert rows_read(connection) <= (2 if archived is None else 1) * (2 * 31 + 5)
            start = 0 if after is None else whole.index(after) + 1
            assert found == whole[start : start + 31]


def test_the_replies_that_wait_are_read_by_their_status(connection: Connection) -> None:
    with Session(connection) as session, explained(connection) as plans:
        found, waiting = conversations.list_conversations(
            session, "one", archived=False, project_id=None, words=[], after=None, limit=31
        )
    assert (len(found), waiting) == (31, set())
    assert {plan["key"] for plan in plans} == {"ix_conversations_list", "ix_messages_status_user_id"}
    assert [plan for plan in plans if "filesort" in plan["Extra"]] == []


def test_a_page_of_the_bin_is_read_from_where_it_begins(connection: Connection) -> None:
    ids: list[str] = []
    after: conversations.BinPosition | None = None
    with Session(connection) as session:
        while True:
            rows_read(connection)
            with explained(connection) as plans:
                found = conversations.list_deleted(session, "sorted", project_id=None, words=[], after=after, limit=100)
            (plan,) = plans
            assert plan["key"] == "ix_conversations_list"
            assert "filesort" not in plan["Extra"]
            if not found:
                break
            # Fifty were deleted at each time: a page may begin among them.
            assert rows_read(connection) <= 2 * 100 + 60
            ids += [each.id for each in found]
            last = found[-1]
            assert last.deleted_at is not None
            after = (last.deleted_at, last.archived, last.pinned, last.updated_at, last.id)
    assert len(ids) == len(set(ids)) == CONVERSATIONS // 5
    assert ids[0] > ids[-1]


def _expected(archived: bool) -> list[str]:
    ids = [n for n in range(CONVERSATIONS) if (n % 10 == 1) == archived]
    return [f"one-{n:05}" for n in sorted(ids, key=lambda n: (n % 500 == 0, n // 2, n), reverse=True)]


def _is_behind(conversation_id: str, after: tuple[bool, datetime, str] | None) -> bool:
    n = int(conversation_id[-5:])
    return after is None or (n % 500 == 0, START + timedelta(seconds=n // 2), conversation_id) < after


@pytest.mark.parametrize("list_rows", [messages.list_messages, messages.list_outline_entries])
@pytest.mark.parametrize("after", [None, "one-m-01000"])
def test_a_page_of_a_long_conversation_is_read_from_where_it_begins(
    connection: Connection, after: str | None, list_rows: Any
) -> None:
    def page() -> list[str]:
        with Session(connection) as session:
            return [row.id for row in list_rows(session, "one", "one-00000", after=after, limit=101)]

    with explained(connection) as plans:
        page()
    (plan,) = plans
    assert plan["key"] == "ix_messages_history"
    assert "filesort" not in plan["Extra"]

    rows_read(connection)
    first = 0 if after is None else 1001
    assert page() == [f"one-m-{n:05}" for n in range(first, first + 101)]
    assert rows_read(connection) <= 2 * 101 + 10


def test_the_end_of_a_branch_is_read_from_its_end(connection: Connection) -> None:
    def page() -> list[str]:
        with Session(connection) as session:
            found = messages.list_branch(session, "one", "one-00000", "one-m-01500", limit=40)
            return [message.id for message in found]

    rows_read(connection)
    assert page() == [f"one-m-{n:05}" for n in range(1461, 1501)]
    # Each message is read by its key, and in the temporary tables of the recursion and the sort.
    assert rows_read(connection) <= 10 * 40


def test_the_newest_message_is_one_index_lookup(connection: Connection) -> None:
    rows_read(connection)
    with Session(connection) as session:
        assert messages.newest_message_id(session, "one", "one-00000") == "one-m-10000"
    assert rows_read(connection) <= 5


@pytest.mark.parametrize("word", ["fox", "狐狸", "nowhere"])
def test_a_search_uses_the_index_of_the_list(connection: Connection, word: str) -> None:
    with explained(connection) as plans, Session(connection) as session:
        found, _ = conversations.list_conversations(
            session, "one", archived=False, project_id=None, words=[word], after=None, limit=31
        )
    (plan,) = [plan for plan in plans if plan["table"] == "conversations"]
    assert (plan["key"], "filesort" in plan["Extra"]) == ("ix_conversations_list", False)
    assert len(found) == (0 if word == "nowhere" else 31)


def test_a_search_uses_a_full_text_index_where_there_is_one(connection: Connection) -> None:
    # MariaDB's parser replaces MySQL's ngram parser here: it finds only words between spaces.
    connection.execute(text("CREATE FULLTEXT INDEX ft_messages_text ON messages (text)"))
    try:
        # A new engine checks the server again.
        engine = make_engine(connection.engine.url.render_as_string(hide_password=False))
        with engine.connect() as fresh, explained(fresh) as plans, Session(fresh) as session:
            for word, expected in (("fox", 31), ("FOX", 31), ("nowhere", 0), ("o", 31), ("dog.", 31)):
                found, _ = conversations.list_conversations(
                    session, "one", archived=False, project_id=None, words=[word], after=None, limit=31
                )
                assert len(found) == expected, word
        engine.dispose()
        assert {plan["key"] for plan in plans if plan["type"] == "fulltext"} == {"ft_messages_text"}
    finally:
        connection.execute(text("DROP INDEX ft_messages_text ON messages"))
