"""Turns with tools: the model's calls, their steps, and what is stored of them."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.api import Client
from tests.support.scripted_provider import Script, ScriptedProvider, call, delta, finish
from tests.support.tools import TOOLS, ScriptedTools


@pytest.fixture
def tools() -> Iterator[ScriptedTools]:
    with ScriptedTools().served() as scripted:
        yield scripted


def send(user: Client, conversation_id: str, **body: Any) -> list[dict[str, Any]]:
    body = {"message": "Hi", "tools": TOOLS, **body}
    return user.turn("/chat/send", conversation_id=conversation_id, **body)


def kinds(events: list[dict[str, Any]]) -> list[str]:
    """The events' types, of steps with number and state."""
    return [
        f"{event['step']['n']} {event['step']['state']}" if event["type"] == "step" else event["type"]
        for event in events
    ]


def test_a_call_becomes_a_step_and_its_result_goes_back_to_the_model(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    tools.add("look", description="Looks things up", read_only=True)
    provider.enqueue(
        Script([delta("Let me look."), call("look", at="sky"), finish("tool_calls")]),
        Script([delta("It is blue."), finish()]),
    )

    events = send(user, conversation_id)

    assert kinds(events) == ["started", "delta", "1 running", "1 done", "delta", "completed"]
    assert [event["seq"] for event in events] == list(range(1, 7))
    done = events[3]["step"]
    assert (done["tool"], done["title"], done["arguments"], done["preview"]) == (
        "look",
        "Look",
        {"at": "sky"},
        "1 result",
    )
    first, second = (request.body for request in provider.requests)
    assert first["tools"][0]["function"]["name"] == "look"
    assert second["messages"][1:] == [
        {
            "role": "assistant",
            "content": "Let me look.",
            "tool_calls": [
                {"id": "call-1", "type": "function", "function": {"name": "look", "arguments": '{"at": "sky"}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "call-1", "content": "look says {'at': 'sky'}"},
    ]
    reply_id = events[0]["assistant_message_id"]
    assert user.turn(f"/chat/resume/{reply_id}", after=0) == events
    assert user.turn(f"/chat/resume/{reply_id}", after=3) == events[3:]
    assert user.history(conversation_id)[1]["content"][0]["text"] == "Let me look.\n\nIt is blue."


def test_a_step_that_asks_waits_for_its_answer_and_goes_on_with_the_edited_arguments(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    tools.add("write", policy="ask")
    provider.enqueue(Script([call("write", to="x"), finish("tool_calls")]), Script([delta("Written."), finish()]))

    events = send(user, conversation_id)

    assert kinds(events) == ["started", "1 waiting", "waiting"]
    assert events[2] == {"type": "waiting", "seq": 3, "message_id": events[0]["assistant_message_id"], "steps": [1]}
    assert events[1]["step"]["ask"] == {"kind": "approve", "message": "The model wants to use Write."}
    reply_id = events[0]["assistant_message_id"]
    assert user.turn(f"/chat/resume/{reply_id}", after=0) == events
    assert tools.calls == []
    assert user.history(conversation_id)[1]["status"] == "stopped"
    shown = user.get(f"/chat/{conversation_id}", steps=True).json()["items"][1]
    assert (shown["status"], shown["steps"][0]["state"]) == ("waiting", "waiting")

    answer = {"message_id": reply_id, "n": 1, "decision": "allow", "arguments": {"to": "y"}}
    for _ in range(2):
        assert user.post("/chat/answer", **answer).status_code == 202
    refused = user.post("/chat/answer", message_id=reply_id, n=1, decision="deny")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "already_answered")

    rest = user.turn(f"/chat/resume/{reply_id}", after=3)
    assert kinds(rest) == ["started", "1 running", "1 done", "delta", "completed"]
    assert [event["seq"] for event in rest] == [4, 5, 6, 7, 8]
    assert [(sent.name, sent.arguments) for sent in tools.calls] == [("write", {"to": "y"})]
    assert rest[-1]["status"] == "completed"
