"""A conversation's messages: the whole tree, its outline, and the end of one branch."""

from datetime import datetime, timezone
from typing import Any

import pytest

from shared.db.models import Message
from shared.db.session import transaction
from tests.support.api import Client, error_code


class Tree:
    """A conversation with the messages `m00`, `m01`, ... in order."""

    def __init__(self, user: Client) -> None:
        self._user = user
        self._user_id = user.get("/user/me").json()["id"]
        self.id = user.post("/conversation/create").json()["id"]
        self._size = 0

    def add(self, parent_id: str | None, role: str = "user", **columns: Any) -> str:
        message_id = f"{self.id[-12:]}-m{self._size:02}"
        self._size += 1
        values = {"text": message_id, "status": "completed", **columns}
        with transaction() as session:
            session.add(
                Message(
                    id=message_id,
                    conversation_id=self.id,
                    user_id=self._user_id,
                    parent_id=parent_id,
                    role=role,
                    **values,
                )
            )
        return message_id

    def add_branch(self, parent_id: str | None, length: int) -> list[str]:
        ids: list[str] = []
        for index in range(length):
            ids.append(self.add(ids[-1] if ids else parent_id, "assistant" if index % 2 else "user"))
        return ids

    def branch(self, leaf_id: str, **query: Any) -> list[str]:
        response = self._user.get(f"/chat/{self.id}", leaf_id=leaf_id, **query)
        assert response.status_code == 200, response.text
        assert response.json()["next_cursor"] is None
        return [item["id"] for item in response.json()["items"]]


@pytest.fixture
def tree(user: Client) -> Tree:
    return Tree(user)


def test_a_branch_is_read_from_its_end_backwards(tree: Tree) -> None:
    trunk = tree.add_branch(None, 10)
    side = tree.add_branch(trunk[3], 4)
    assert tree.branch(trunk[-1], limit=4) == trunk[6:]
    assert tree.branch(trunk[5], limit=4) == trunk[2:6]
    assert tree.branch(side[-1], limit=100) == trunk[:4] + side


def test_the_active_branch_is_the_one_that_was_shown_last(tree: Tree, user: Client) -> None:
    trunk = tree.add_branch(None, 4)
    side = tree.add_branch(trunk[1], 2)
    assert tree.branch("active") == trunk[:2] + side  # Without a choice, the newest branch.
    assert user.post("/conversation/update", id=tree.id, active_leaf_id=trunk[-1]).status_code == 200
    assert tree.branch("active") == trunk


def test_an_empty_conversation_has_an_empty_branch_and_outline(tree: Tree, user: Client) -> None:
    assert tree.branch("active") == []
    assert user.get(f"/chat/{tree.id}/outline").json() == {"items": [], "next_cursor": None}


def test_a_branch_ends_in_a_message_of_its_conversation(tree: Tree, user: Client) -> None:
    tree.add_branch(None, 2)
    elsewhere = Tree(user).add_branch(None, 2)
    for leaf_id in (elsewhere[-1], "none"):
        assert error_code(user.get(f"/chat/{tree.id}", leaf_id=leaf_id)) == "not_found"


def test_a_branch_has_no_cursor(tree: Tree, user: Client) -> None:
    tree.add_branch(None, 2)
    cursor = user.get(f"/chat/{tree.id}", limit=1).json()["next_cursor"]
    response = user.get(f"/chat/{tree.id}", leaf_id="active", cursor=cursor)
    assert (response.status_code, error_code(response)) == (422, "validation_error")


def test_a_reply_whose_process_died_is_ended_by_a_reader_of_its_branch(tree: Tree, user: Client) -> None:
    question = tree.add(None)
    reply = tree.add(
        question, "assistant", status="streaming", turn_id="gone", created_at=datetime(2026, 1, 1, tzinfo=timezone.utc)
    )
    (_, shown) = user.get(f"/chat/{tree.id}", leaf_id=reply).json()["items"]
    assert shown["status"] == "interrupted"


def test_the_outline_has_every_message_with_its_parent(tree: Tree, user: Client) -> None:
    trunk = tree.add_branch(None, 3)
    other = tree.add(trunk[0], "assistant")
    path = f"/chat/{tree.id}/outline"
    whole = user.get(path).json()
    assert whole == {
        "items": [
            {"id": trunk[0], "parent_id": None, "role": "user"},
            {"id": trunk[1], "parent_id": trunk[0], "role": "assistant"},
            {"id": trunk[2], "parent_id": trunk[1], "role": "user"},
            {"id": other, "parent_id": trunk[0], "role": "assistant"},
        ],
        "next_cursor": None,
    }
    first = user.get(path, limit=3).json()
    rest = user.get(path, limit=3, cursor=first["next_cursor"]).json()
    assert (first["items"] + rest["items"], rest["next_cursor"]) == (whole["items"], None)
