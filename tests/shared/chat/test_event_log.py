"""The event log of a reply: events are stored and replayed with the `seq` they were sent with."""

from collections.abc import Sequence
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from shared.chat.event_log import EventLog, ReplyEnd, ReplyIds, TextKind, fold_live, replay
from shared.chat.events import Completed, Failed, LoggedEvent, text_event
from shared.chat.reply import MAX_GROUP_CHARACTERS
from shared.chat.reply_writer import ReplyWriter
from shared.db.models import Message, MessageChunk, MessageStep
from shared.db.models.message import StepState
from shared.db.types import utc_now
from tests.support.api import Client
from tests.support.scripted_provider import ScriptedProvider

IDS = ReplyIds("conversation", "question", "reply", "some-model")
# Text events of a turn, in their order.
TURN = st.lists(st.tuples(st.sampled_from(["delta", "reasoning"]), st.text(min_size=1, max_size=20)), max_size=12)


def reply_of(log: EventLog, status: str = "completed", **columns: Any) -> Message:
    return Message(
        id="reply",
        conversation_id="conversation",
        parent_id="question",
        model="some-model",
        status=status,
        **{**log.columns(), **columns},
    )


def streamed(turn: Sequence[tuple[TextKind, str]], first_seq: int) -> list[LoggedEvent]:
    """The events of a turn as a client got them, without the final one."""
    texts = [text_event(kind, seq, "reply", piece) for seq, (kind, piece) in enumerate(turn, first_seq + 1)]
    return [IDS.started_event(first_seq), *texts]


def a_step(state: StepState, **columns: Any) -> MessageStep:
    columns = {"n": 1, "tool": "look", "title": "Look", "at": 5, "arguments": {}, "events": [], **columns}
    return MessageStep(message_id="reply", state=state, started_at=utc_now(), **columns)


def chunks_of(events: Sequence[LoggedEvent]) -> list[MessageChunk]:
    return [
        MessageChunk(message_id="reply", seq=event.seq, kind=event.type, text=event.text)
        for event in events
        if event.type in ("delta", "reasoning")
    ]


@given(st.lists(TURN, min_size=1, max_size=3), TURN, st.integers(0, 45))
def test_events_keep_their_seq_while_streaming_and_after_the_fold(
    earlier: list[list[tuple[TextKind, str]]], last: list[tuple[TextKind, str]], after: int
) -> None:
    log = EventLog()
    expected: list[LoggedEvent] = []
    for turn in earlier:
        expected += streamed(turn, log.next_seq)
        log.append_started()
        for kind, piece in turn:
            log.append_text(kind, piece)
    live = streamed(last, log.next_seq)
    expected += live
    expected_after = [event for event in expected if event.seq > after]

    streaming = reply_of(log, "streaming")
    chunks = chunks_of(live)
    assert replay(streaming, [chunk for chunk in chunks if chunk.seq > after], after=after) == expected_after

    folded = fold_live(streaming, chunks)
    ended = reply_of(folded)
    final = IDS.final_event(len(expected) + 1, ReplyEnd("completed"))
    assert replay(ended, (), after=after) == [event for event in [*expected, final] if event.seq > after]
    assert folded.characters == len(folded.text) + len(folded.reasoning)


def test_every_event_of_the_contract_is_replayed() -> None:
    log = EventLog()
    log.append_started()
    log.append_text("reasoning", "Hm. ")
    log.append_text("delta", "Hello")
    log.append_step(1, "waiting")
    log.append_waiting([1])
    ends = (reply_of(log), reply_of(log, "failed", error={"code": "provider_error", "message": "It failed."}))
    step = a_step("waiting", ask={"kind": "approve", "message": "Run it?"})
    replayed = {event.type for end in ends for event in replay(end, (), [step])}
    kinds = get_args(LoggedEvent)
    assert replayed == {event.model_fields["type"].default for event in kinds}


def test_rows_of_the_first_form_are_replayed() -> None:
    """Signed lengths: 0 for `started`, n for text, -n for reasoning; two turns into one reply."""
    reply = reply_of(EventLog("Hello world", "Hm. Yes.", [0, -3, -5, 5, 0, 6]), finish_reason="stop")
    assert replay(reply, ()) == [
        IDS.started_event(1),
        text_event("reasoning", 2, "reply", "Hm."),
        text_event("reasoning", 3, "reply", " Yes."),
        text_event("delta", 4, "reply", "Hello"),
        IDS.started_event(5),
        text_event("delta", 6, "reply", " world"),
        IDS.final_event(7, ReplyEnd("completed", "stop")),
    ]


def test_rows_without_a_log_have_a_final_event() -> None:
    reply = Message(id="reply", conversation_id="conversation", parent_id="question", text="Old", status="stopped")
    events = replay(reply, ())
    assert [type(event) for event in events] == [Completed]
    assert events[0].seq == 1


def test_an_entry_of_an_unknown_kind_keeps_its_seq() -> None:
    """A release that is rolled back reads rows of the newer one."""
    reply = reply_of(EventLog("Before after", "", [0, 7, {"kind": "of_a_later_release", "n": 1}, 5]))
    events = replay(reply, ())
    assert [(event.seq, event.type) for event in events] == [
        (1, "started"),
        (2, "delta"),
        (4, "delta"),
        (5, "completed"),
    ]
    assert [event.text for event in events if event.type == "delta"] == ["Before ", "after"]
    # It is still there when the reply is continued.
    log = EventLog.of(reply)
    log.append_started()
    assert log.columns()["event_log"] == [0, 7, {"kind": "of_a_later_release", "n": 1}, 5, 0]


def test_text_that_came_whole_is_cut_into_events_that_fit_a_frame() -> None:
    log = EventLog()
    log.append_started()
    log.append_whole("delta", "x" * (2 * MAX_GROUP_CHARACTERS + 1))
    lengths = [len(event.text) for event in log.events(IDS) if event.type == "delta"]
    assert lengths == [MAX_GROUP_CHARACTERS, MAX_GROUP_CHARACTERS, 1]


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        (ReplyEnd("completed", "stop", {"prompt_tokens": 1, "completion_tokens": 2}), Completed),
        (ReplyEnd("stopped", usage={"prompt_tokens": 1, "completion_tokens": 2}), Completed),
        (ReplyEnd("interrupted"), Completed),
        (ReplyEnd("failed", error={"code": "provider_error", "message": "Broken."}), Failed),
    ],
)
def test_a_replayed_final_event_is_the_one_that_was_sent(end: ReplyEnd, kind: type) -> None:
    sent = IDS.final_event(2, end)
    assert isinstance(sent, kind)
    log = EventLog()
    log.append_started()
    assert replay(reply_of(log, **vars(end)), (), after=1) == [sent]


def test_a_replayed_waiting_event_is_the_one_that_was_sent() -> None:
    log = EventLog()
    writer = ReplyWriter("user", "turn", IDS, log)
    started = writer.start()
    writer.wait_for([1, 3])
    sent = writer.final_event(ReplyEnd("waiting"))
    assert replay(reply_of(log, "waiting"), ()) == [started, sent]


def test_rows_of_the_first_form_are_resumed_from_the_database(
    database: Engine, user: Client, provider: ScriptedProvider
) -> None:
    conversation_id = user.post("/conversation/create").json()["id"]
    first = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[0]
    with database.begin() as connection:
        connection.execute(
            text(
                "UPDATE messages SET text = 'Hello', reasoning = 'Hm.', event_lengths = '[0, -3, 2, 3]' WHERE id = :id"
            ),
            {"id": first["assistant_message_id"]},
        )
    events = user.turn(f"/chat/resume/{first['assistant_message_id']}", after=2)
    assert [(event["seq"], event.get("text")) for event in events] == [(3, "He"), (4, "llo"), (5, None)]
