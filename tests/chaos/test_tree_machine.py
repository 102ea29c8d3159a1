"""State machine test: messages sent, regenerated, edited, stopped, continued and deleted in any order, compared with a
model of the tree."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.support.api import Client, error_code
from tests.support.scripted_provider import Script, ScriptedProvider, delta, drop, finish, gate

# The rest of a stopped reply is never sent.
ENDS = {"completed": [finish()], "length": [finish("length")], "failed": [drop()], "stopped": [gate("never")]}


@dataclass
class Node:
    """Expected state of a message."""

    parent_id: str | None
    role: str
    text: str
    status: str
    finish_reason: str | None = None

    @property
    def can_be_continued(self) -> bool:
        return self.status in ("stopped", "failed") or self.finish_reason == "length"


class Tree(RuleBasedStateMachine):
    user: Client
    provider: ScriptedProvider

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0
        self._new_conversation()

    def _new_conversation(self) -> None:
        self.conversation_id: str = self.user.post("/conversation/create").json()["id"]
        self.nodes: dict[str, Node] = {}
        self.leaf: str | None = None

    @rule(end=st.sampled_from(sorted(ENDS)), pick=st.none() | st.integers(0, 50), root=st.booleans())
    def send(self, end: str, pick: int | None, root: bool) -> None:
        """Send a message after the shown leaf; or, like an edit, after any message or as a root."""
        body: dict[str, Any] = {"conversation_id": self.conversation_id, "message": f"Say {self.sent}"}
        parent_id = self.leaf
        if root:
            parent_id = body["parent_id"] = None
        elif pick is not None and self.nodes:
            parent_id = body["parent_id"] = self._picked(pick, list(self.nodes))
        started = self._run("/chat/send", body, end)
        self.nodes[started["user_message_id"]] = Node(parent_id, "user", body["message"], "completed")
        self._add_reply(started, end)

    @precondition(lambda self: self.nodes)
    @rule(end=st.sampled_from(sorted(ENDS)), pick=st.integers(0, 50))
    def regenerate(self, end: str, pick: int) -> None:
        old = self._picked(pick, self._replies())
        started = self._run("/chat/regenerate", {"message_id": old}, end)
        assert started["user_message_id"] == self.nodes[old].parent_id
        self._add_reply(started, end)

    @precondition(lambda self: self.nodes)
    @rule(end=st.sampled_from(sorted(ENDS)), pick=st.integers(0, 50))
    def grow(self, end: str, pick: int) -> None:
        reply_id = self._picked(pick, self._replies())
        reply = self.nodes[reply_id]
        if not reply.can_be_continued:
            response = self.user.post("/chat/continue", message_id=reply_id)
            assert (response.status_code, error_code(response)) == (409, "not_continuable")
            return
        started = self._run("/chat/continue", {"message_id": reply_id}, end)
        assert started["assistant_message_id"] == reply_id
        reply.text += self._last_words
        reply.status, reply.finish_reason = self._outcome(end)

    @precondition(lambda self: self.nodes)
    @rule(pick=st.integers(0, 50))
    def stop_what_has_ended(self, pick: int) -> None:
        assert self.user.post("/chat/stop", message_id=self._picked(pick, self._replies())).status_code == 202

    @precondition(lambda self: self.nodes)
    @rule(pick=st.integers(0, 50))
    def show_another_branch(self, pick: int) -> None:
        self.leaf = self._picked(pick, list(self.nodes))
        self.user.post("/conversation/update", id=self.conversation_id, active_leaf_id=self.leaf).raise_for_status()

    @rule()
    def delete(self) -> None:
        assert self.user.post("/conversation/delete", purge=True, ids=[self.conversation_id]).json() == {"deleted": 1}
        assert self.user.get(f"/chat/{self.conversation_id}").status_code == 404
        for message_id in self._replies():
            assert self.user.get(f"/chat/resume/{message_id}").status_code == 404
        self._new_conversation()

    @invariant()
    def the_history_is_the_tree(self) -> None:
        conversation = self.user.get(f"/conversation/{self.conversation_id}").json()
        assert conversation["active_leaf_id"] == self.leaf
        seen: set[str] = set()
        for message in self.user.history(self.conversation_id):
            text = "".join(part["text"] for part in message["content"])
            node = Node(message["parent_id"], message["role"], text, message["status"], message["finish_reason"])
            assert node == self.nodes[message["id"]]
            # Oldest first, so parents come before children; and a reply follows a user's message.
            assert node.parent_id is None or node.parent_id in seen
            assert node.role == "user" or self.nodes[node.parent_id or ""].role == "user"
            seen.add(message["id"])
        assert seen == self.nodes.keys()

    def _run(self, path: str, body: dict[str, Any], end: str) -> dict[str, Any]:
        """Run the turn, with its stop if planned; returns its `started` event."""
        self._last_words = f"words {self.sent}. "
        self.sent += 1
        self.provider.enqueue(Script([delta(self._last_words), *ENDS[end]]))
        with self.user.stream(path, **body) as stream:
            assert stream.status == 200, stream.error()
            events = stream.events()
            started, first = next(events), next(events)
            if end == "stopped":
                self.user.post("/chat/stop", message_id=started["assistant_message_id"])
            rest = [first, *events]
        assert [event["seq"] for event in rest] == list(range(started["seq"] + 1, started["seq"] + 1 + len(rest)))
        assert "".join(event["text"] for event in rest[:-1]) == self._last_words
        return started

    def _add_reply(self, started: dict[str, Any], end: str) -> None:
        self.leaf = started["assistant_message_id"]
        self.nodes[self.leaf] = Node(started["user_message_id"], "assistant", self._last_words, *self._outcome(end))

    def _outcome(self, end: str) -> tuple[str, str | None]:
        """Expected status and finish reason."""
        reasons = {"completed": "stop", "length": "length"}
        return ("completed" if end in reasons else end), reasons.get(end)

    def _replies(self) -> list[str]:
        return [message_id for message_id, node in self.nodes.items() if node.role == "assistant"]

    def _picked(self, pick: int, among: list[str]) -> str:
        return among[pick % len(among)]


# The long form takes minutes.
@pytest.mark.timeout(1200)
def test_the_tree_matches_its_model_for_any_order_of_changes(
    new_user: Callable[[], Client], provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch, store_url: str
) -> None:
    monkeypatch.setattr(Tree, "user", new_user(), raising=False)
    monkeypatch.setattr(Tree, "provider", provider, raising=False)
    profile = hypothesis.settings.default or hypothesis.settings()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Tree,
        settings=hypothesis.settings(
            max_examples=profile.max_examples // 10, stateful_step_count=12, suppress_health_check=list(HealthCheck)
        ),
    )
