"""Fuzzing of turns: for any model output and any disconnects, the client receives each event once, as stored."""

from itertools import islice
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.api import Client
from tests.support.scripted_provider import (
    Script,
    ScriptedProvider,
    Step,
    delta,
    drop,
    empty_choices,
    error_event,
    finish,
    reasoning,
)

# The test's reader splits lines at Unicode line ends, too. Tags of reasoning such as `<think>`, which Hypothesis finds
# among the code's constants, have their own tests.
PIECES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="<"),
    max_size=30,
)
STEPS = st.lists(
    st.builds(delta, PIECES, st.sampled_from([0, 0, 0.02, 0.12]))
    | st.builds(reasoning, PIECES)
    | st.builds(empty_choices),
    max_size=12,
)
# End of the model's answer → status of the reply.
ENDS: dict[str, tuple[list[Step], str]] = {
    "stop": ([finish()], "completed"),
    "length": ([finish("length")], "completed"),
    "says nothing of it": ([], "completed"),
    "error": ([error_event()], "failed"),
    "cut": ([drop()], "failed"),
}


def read(user: Client, path: str, count: int | None, **call: Any) -> list[dict[str, Any]]:
    """Read the first events of a stream and disconnect; with None, read all."""
    with user.stream(path, **call) as stream:
        assert stream.status == 200, stream.error()
        return list(islice(stream.events(), count))


# The long form takes minutes.
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)
@settings(suppress_health_check=list(HealthCheck), max_examples=(settings.default or settings()).max_examples // 4)
@given(steps=STEPS, end=st.sampled_from(sorted(ENDS)), cuts=st.lists(st.integers(1, 4), max_size=3))
def test_a_reconnecting_client_receives_every_stored_event_once(
    user: Client,
    provider: ScriptedProvider,
    steps: list[Step],
    end: str,
    cuts: list[int],
) -> None:
    last_steps, status = ENDS[end]
    if not any(step.get("delta", "").strip() for step in steps):
        status = "failed"  # An answer without a word of text.
    provider.enqueue(Script([*steps, *last_steps]))
    conversation_id = user.post("/conversation/create").json()["id"]

    counts = [*cuts, None]
    events = read(user, "/chat/send", counts.pop(0), conversation_id=conversation_id, message="Hi")
    reply_id = events[0]["assistant_message_id"]
    for count in counts:
        shown = {kind: text_of(events, kind) for kind in ("delta", "reasoning")}
        stored = stored_reply(user, conversation_id)
        assert stored["text"].startswith(shown["delta"])
        assert stored["reasoning"].startswith(shown["reasoning"])
        events += read(user, f"/chat/resume/{reply_id}", count, after=events[-1]["seq"])

    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert (events[0]["type"], events[-1]["type"]) == ("started", status)
    stored = stored_reply(user, conversation_id)
    assert (stored["text"], stored["reasoning"]) == (text_of(events, "delta"), text_of(events, "reasoning"))
    assert stored["text"] == "".join(step.get("delta", "") for step in steps)
    assert stored["reasoning"] == "".join(step.get("reasoning", "") for step in steps)
    assert stored["status"] == status
    # A later reader receives the same.
    assert read(user, f"/chat/resume/{reply_id}", None, after=0) == events


def text_of(events: list[dict[str, Any]], kind: str) -> str:
    return "".join(event["text"] for event in events if event["type"] == kind)


def stored_reply(user: Client, conversation_id: str) -> dict[str, str]:
    reply = user.history(conversation_id)[1]
    text = "".join(part["text"] for part in reply["content"])
    return {"text": text, "reasoning": reply["reasoning"] or "", "status": reply["status"]}
