"""Number of SQL statements per call: independent of the length of a list."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

from shared.db.models import Message
from shared.db.session import transaction
from shared.ids import new_id
from tests.support.api import Client
from tests.support.scripted_provider import ScriptedProvider
from tests.support.statements import counted


def cost(database: Engine, call: Callable[[], Any]) -> int:
    with counted(database) as statements:
        assert call().status_code == 200
    return len(statements)


def test_lists_cost_a_fixed_number_of_statements(user: Client, database: Engine) -> None:
    me = user.get("/user/me").json()["id"]
    calls: dict[str, Callable[[], Any]] = {
        "profile": lambda: user.get("/user/me"),
        "conversations": lambda: user.get("/conversation", limit=100),
        "search": lambda: user.get("/conversation", limit=100, q="word 词"),
        "models": lambda: user.get("/model_config"),
        "messages": lambda: user.get(f"/chat/{conversation_id}"),
        "outline": lambda: user.get(f"/chat/{conversation_id}/outline"),
    }
    conversation_id = user.post("/conversation/create").json()["id"]
    calls["search"]()  # The first search checks for the server's full-text index.
    empty = {name: cost(database, call) for name, call in calls.items()}

    body = {"name": "Mine", "base_url": "https://api.example.com/v1", "model": "m", "api_key": "key-of-the-user"}
    for _ in range(5):
        user.post("/model_config/create", **body)
    for _ in range(20):
        user.post("/conversation/create")
    with transaction() as session:
        for n in range(80):
            role, message_text = ("assistant", "词") if n % 2 else ("user", "word")
            session.add(
                Message(
                    id=new_id(),
                    conversation_id=conversation_id,
                    user_id=me,
                    role=role,
                    text=message_text,
                    status="completed",
                )
            )

    # A search that found something reads the snippets.
    assert {name: cost(database, call) for name, call in calls.items()} == {**empty, "search": 3}
    # The login, then the list; for messages also the conversation. A profile is read together with its login.
    assert empty == {"profile": 1, "conversations": 2, "search": 2, "models": 2, "messages": 3, "outline": 3}
    assert len(calls["search"]().json()["items"]) == 1


def test_the_page_of_a_project_costs_three_statements_at_most(user: Client, database: Engine) -> None:
    project_id = user.post("/project/create", name="Garden").json()["id"]
    calls: list[Callable[[], Any]] = [
        lambda: user.get("/project"),
        lambda: user.get("/conversation", project_id=project_id, limit=40),
        lambda: user.get("/file", project_id=project_id),
    ]
    empty = [cost(database, call) for call in calls]
    for _ in range(50):
        user.post("/conversation/create", project_id=project_id)

    assert max(empty) <= 3
    assert [cost(database, call) for call in calls] == [2, 2, 3]


def test_the_login_is_checked_in_the_transaction_that_prepares_the_turn(
    user: Client, provider: ScriptedProvider, conversation_id: str, database: Engine
) -> None:
    transactions: list[list[str]] = [[]]

    def ran(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        transactions[-1].append(statement)

    def committed(_connection: Any) -> None:
        transactions.append([])

    listeners: list[tuple[str, Callable[..., None]]] = [("before_cursor_execute", ran), ("commit", committed)]
    for name, listener in listeners:
        event.listen(database, name, listener)
    user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    for name, listener in listeners:
        event.remove(database, name, listener)

    first = " ".join(transactions[0])
    assert "refresh_tokens" in first
    assert "INSERT INTO messages" in first
    assert sum("refresh_tokens" in statement for statements in transactions for statement in statements) == 1
