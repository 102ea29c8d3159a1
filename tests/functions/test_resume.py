"""Calls on existing replies: resume, repeated requests (idempotency), stop, continue, regenerate."""

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, aclosing
from contextvars import copy_context
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy import text as text_clause

from functions.websocket import turn as worker
from shared.auth.limits import Limit
from shared.chat import follow_limit, prepare, resume
from shared.chat.idempotency import prepare_send_once
from shared.chat.recovery import MAX_RECOVERIES, is_stale
from shared.chat.reply_feed import Snapshot
from shared.chat.reply_writer import ReplyWriter
from shared.chat.requests import SendBody
from shared.chat.stop import stop_reply
from shared.chat.takeover import take_over_reply
from shared.chat.turn import run_turn
from shared.db.models import Message, MessageChunk
from shared.db.repositories import messages, rate_limits
from shared.db.session import transaction
from shared.db.types import utc_now
from tests.support.api import Client, error_code
from tests.support.concurrency import at_once
from tests.support.processes import wait_until
from tests.support.scripted_provider import ModelList, Script, ScriptedProvider, finish, gate, raw, reasoning, usage
from tests.support.scripted_provider import delta as text

Event = dict[str, Any]


def text_of(events: list[Event]) -> str:
    return "".join(event["text"] for event in events if event["type"] == "delta")


def test_resume_after_any_seq_of_an_ended_reply_returns_exactly_the_rest(
    user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    steps = [reasoning("Let me "), reasoning("think. ", after=0.12), text("One ", after=0.12)]
    provider.enqueue(Script([*steps, text("two ", after=0.12), text("三", after=0.12), finish(), usage(3, 5)]))
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    # A stalled machine may join some of them.
    assert len(events) >= 4

    reply_id = events[0]["assistant_message_id"]
    for after in range(len(events) + 2):
        assert user.turn(f"/chat/resume/{reply_id}", after=after) == events[after:]


def test_resume_follows_a_reply_that_another_connection_started(
    user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    provider.enqueue(Script([text("First"), gate("more"), text(" second"), gate("end"), text(" third"), finish()]))
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as sender:
        sent = sender.events()
        seen = [next(sent), next(sent)]
        with user.stream(f"/chat/resume/{seen[0]['assistant_message_id']}", after=1) as follower:
            followed = follower.events()
            assert next(followed) == seen[1]
            provider.open_gate("more")
            seen.append(next(sent))
            assert next(followed) == seen[2]
            provider.open_gate("end")
            assert list(followed) == list(sent)


def test_a_follow_that_ends_in_the_next_hour_frees_no_place_of_that_hour(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    settings: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings(FOLLOWS_PER_USER="1")
    eleven = datetime(2030, 1, 1, 11, tzinfo=timezone.utc)
    before = eleven - timedelta(minutes=1)
    user_id = user.get("/user/me").json()["id"]

    def is_early_over() -> bool:
        with transaction() as session:
            return rate_limits.find_count(session, Limit("follow", 1, 3600).key(user_id, before)) == 0

    provider.enqueue(Script([text("First"), gate("end"), finish()]))
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as sender, ExitStack() as early:
        sent = sender.events()
        path = f"/chat/resume/{next(sent)['assistant_message_id']}"
        monkeypatch.setattr(follow_limit, "utc_now", lambda: before)
        early_events = early.enter_context(user.stream(path)).events()
        next(early_events)
        monkeypatch.setattr(follow_limit, "utc_now", lambda: eleven)
        with user.stream(path) as late:
            late_events = late.events()
            next(late_events)
            early.close()
            wait_until(is_early_over, what="the end of the early follow")
            with user.stream(path) as refused:
                assert refused.status == 429
                assert refused.error()["code"] == "rate_limited"
            provider.open_gate("end")
            rest = list(sent)
            assert list(late_events)[-1:] == rest[-1:]


def test_a_repeated_request_attaches_to_its_reply_and_calls_the_model_once(
    user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    user.headers = {"Idempotency-Key": "one-click"}
    provider.enqueue(Script([text("Once"), gate("end"), finish()]))
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        events = stream.events()
        first = [next(events), next(events)]
        with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as repeated:
            again = repeated.events()
            assert [next(again), next(again)] == first
            provider.open_gate("end")
            rest = list(events)
            assert list(again) == rest
    assert user.turn("/chat/send", conversation_id=conversation_id, message="Hi") == [*first, *rest]
    assert len(provider.requests) == 1
    assert len(user.history(conversation_id)) == 2


def test_a_request_key_belongs_to_one_request(user: Client, provider: ScriptedProvider, conversation_id: str) -> None:
    user.headers = {"Idempotency-Key": "one-click"}
    user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    elsewhere = user.post("/conversation/create").json()["id"]
    response = user.post("/chat/send", conversation_id=elsewhere, message="Hi")
    assert (response.status_code, error_code(response)) == (409, "request_key_reused")


def test_stop_ends_the_reply_and_keeps_its_text(user: Client, provider: ScriptedProvider, conversation_id: str) -> None:
    provider.enqueue(Script([text("Kept"), gate("never")]))
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        events = stream.events()
        reply_id = next(events)["assistant_message_id"]
        next(events)
        assert user.post("/chat/stop", message_id=reply_id).status_code == 202
        last = list(events)[-1]
    assert (last["type"], last["status"]) == ("completed", "stopped")
    answer = user.history(conversation_id)[1]
    assert (answer["status"], answer["content"][0]["text"]) == ("stopped", "Kept")
    wait_until(lambda: provider.requests[0].aborted, what="hanging up on the model")
    again = user.post("/chat/stop", message_id=reply_id)
    assert (again.status_code, again.content) == (202, b"")


def test_continue_extends_the_same_reply_from_its_saved_text(
    user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    provider.enqueue(Script([text("Half of"), finish("length"), usage(4, 2)]))
    first = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    reply_id = first[0]["assistant_message_id"]
    provider.enqueue(Script([text(" a sentence."), finish(), usage(9, 3)]))

    second = user.turn("/chat/continue", message_id=reply_id)

    assert second[0]["assistant_message_id"] == reply_id
    # Its first event replaces the final event of the stopped reply.
    assert [event["seq"] for event in second] == list(range(len(first), len(first) + len(second)))
    assert text_of(second) == " a sentence."
    answer = user.history(conversation_id)[1]
    assert answer["content"][0]["text"] == "Half of a sentence."
    assert answer["usage"] == {"prompt_tokens": 13, "completion_tokens": 5}
    given = provider.requests[-1].body["messages"]
    assert given[1] == {"role": "assistant", "content": "Half of"}
    assert text_of(user.turn(f"/chat/resume/{reply_id}", after=0)) == "Half of a sentence."
    refused = user.post("/chat/continue", message_id=reply_id)
    assert (refused.status_code, error_code(refused)) == (409, "not_continuable")


def test_regenerate_adds_a_sibling(user: Client, provider: ScriptedProvider, conversation_id: str) -> None:
    first = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    provider.enqueue(Script([text("Another"), finish()]))
    second = user.turn("/chat/regenerate", message_id=first[0]["assistant_message_id"])

    question, one, other = user.history(conversation_id)
    assert one["parent_id"] == other["parent_id"] == question["id"] == second[0]["user_message_id"]
    assert other["content"][0]["text"] == "Another"
    shown = user.get("/conversation").json()["items"][0]["active_leaf_id"]
    assert shown == other["id"]


def test_a_reply_whose_process_died_goes_on_with_the_next_reader(
    user: Client, provider: ScriptedProvider, conversation_id: str, database: Engine
) -> None:
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    reply_id = events[0]["assistant_message_id"]
    leave_for_dead(database, reply_id, ["Shown ", "and kept"])
    # A function that answers at once cannot run a turn.
    answer = user.history(conversation_id)[1]
    assert (answer["status"], answer["content"][0]["text"]) == ("streaming", "Shown and kept")

    # The model repeats its last words.
    provider.enqueue(Script([text("and"), text(" kept, then"), text(" ended."), finish()]))
    rest = user.turn(f"/chat/resume/{reply_id}", after=2)

    assert [event["seq"] for event in rest] == list(range(3, 3 + len(rest)))
    assert [event["type"] for event in rest if event["type"] != "delta"] == ["started", "completed"]
    assert text_of(rest) == "and kept, then ended."
    answer = user.history(conversation_id)[1]
    assert (answer["status"], answer["content"][0]["text"]) == ("completed", "Shown and kept, then ended.")
    assert provider.requests[-1].body["messages"][1] == {"role": "assistant", "content": "Shown and kept"}
    assert count_chunks(database) == 0
    assert user.turn(f"/chat/resume/{reply_id}", after=2) == rest


def test_a_reply_that_is_taken_over_is_continued_as_a_prefix_where_the_server_takes_one(
    user: Client, provider: ScriptedProvider, conversation_id: str, database: Engine
) -> None:
    reply_id = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[0]["assistant_message_id"]
    leave_for_dead(database, reply_id, ["Once upo"])
    provider.model_list = ModelList({"data": [{"id": "scripted", "owned_by": "vllm"}]})
    provider.enqueue(Script([text("n a time"), finish()]))
    user.turn(f"/chat/resume/{reply_id}", after=2)
    body = provider.requests[-1].body
    assert (body["messages"][-1], body["continue_final_message"]) == (
        {"role": "assistant", "content": "Once upo"},
        True,
    )
    assert user.history(conversation_id)[1]["content"][0]["text"] == "Once upon a time"


def test_a_reply_is_taken_over_by_one_of_many_readers(
    user: Client, provider: ScriptedProvider, conversation_id: str, database: Engine
) -> None:
    reply_id = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[0]["assistant_message_id"]
    leave_for_dead(database, reply_id, ["Kept"])
    asked = len(provider.requests)
    provider.enqueue(Script([text(" and ended."), finish()]))
    results = at_once(*[lambda: user.turn(f"/chat/resume/{reply_id}", after=0)] * 5)
    assert [text_of(events) for events in results] == ["Kept and ended."] * 5
    assert len(provider.requests) == asked + 1


@pytest.mark.parametrize("reader", ["history", "resume"])
@pytest.mark.parametrize("reason", ["its key came with the request", "it was recovered too often"])
def test_a_reply_that_nobody_can_go_on_with_is_ended_by_the_next_reader(
    reader: str, reason: str, user: Client, provider: ScriptedProvider, conversation_id: str, database: Engine
) -> None:
    key = {"api_key": "a-key-of-the-user"} if "key" in reason else {}
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi", **key)
    reply_id = events[0]["assistant_message_id"]
    leave_for_dead(database, reply_id, ["Shown ", "and kept"], recoveries=0 if key else MAX_RECOVERIES)

    if reader == "history":
        answer = user.history(conversation_id)[1]
        assert (answer["status"], answer["content"][0]["text"]) == ("interrupted", "Shown and kept")
    else:
        rest = user.turn(f"/chat/resume/{reply_id}", after=2)
        assert text_of(rest) == "and kept"
        assert (rest[-1]["type"], rest[-1]["status"]) == ("completed", "interrupted")
    assert count_chunks(database) == 0

    provider.enqueue(Script([text(", then continued"), finish()]))
    assert user.turn("/chat/continue", message_id=reply_id)[-1]["status"] == "completed"
    assert user.history(conversation_id)[1]["content"][0]["text"] == "Shown and kept, then continued"


def test_a_reply_goes_on_with_the_model_fields_of_its_request(
    user: Client, provider: ScriptedProvider, conversation_id: str, database: Engine
) -> None:
    body = {"name": "Mine", "base_url": provider.base_url, "model": "m", "api_key": "key-of-the-user"}
    config = user.post("/model_config/create", **body).json()
    user.post("/conversation/update", id=conversation_id, model_config_id=config["id"])
    fields = {"model": "another", "params": {"temperature": 0.3, "stop": ["END"]}}
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi", **fields)
    reply_id = events[0]["assistant_message_id"]
    leave_for_dead(database, reply_id, ["Kept"])
    user.turn(f"/chat/resume/{reply_id}", after=0)
    sent, resent = provider.requests[-2:]
    for name in ("model", "temperature", "stop"):
        assert resent.body[name] == sent.body[name]

    leave_for_dead(database, reply_id, ["Kept"])
    user.post("/model_config/delete", ids=[config["id"]])
    last = user.turn(f"/chat/resume/{reply_id}", after=0)[-1]
    assert (last["type"], last["status"]) == ("completed", "interrupted")


def test_a_reply_that_takes_longer_than_a_process_may_run_is_passed_on(
    user: Client, provider: ScriptedProvider, conversation_id: str, settings: Callable[..., None]
) -> None:
    settings(TURN_SECONDS="0.2")
    parts = MAX_RECOVERIES + 3
    for number in range(parts):
        provider.enqueue(Script([text(f"Part {number}. "), gate(f"never {number}")]))
    provider.answer_with = lambda _body: Script([text("The end."), finish()])
    # Without a final event: the client resumes.
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    assert events[-1]["type"] in ("started", "delta")
    events += user.turn(f"/chat/resume/{events[0]['assistant_message_id']}", after=events[-1]["seq"])

    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    # On a busy machine a process may be over before its model has answered.
    whole = [f"Part {number}. " for number in range(parts)] + ["The end."]
    assert [part for part in whole if part in text_of(events)] == re.findall(r"Part \d+\. |The end\.", text_of(events))
    assert len(provider.requests) >= len(whole)
    assert (events[-1]["type"], events[-1]["status"]) == ("completed", "completed")
    assert user.history(conversation_id)[1]["content"][0]["text"] == text_of(events)


CITATION = 'data: {"choices": [], "citations": ["https://example.com/"]}\n\n'


def leave_when_received(provider: ScriptedProvider, turn: prepare.PreparedTurn, *, is_stopped: bool) -> None:
    """Run a turn until its whole answer was received, of which only the first group is sent."""
    steps = [text("Begun"), gate("rest"), text(" and ended"), raw(CITATION), finish(), usage(10, 2)]
    provider.enqueue(Script(steps))

    async def run() -> None:
        async with aclosing(run_turn(turn)) as events:
            async for event in events:
                if event.type != "delta":
                    continue
                provider.open_gate("rest")
                await asyncio.wait([task for task in asyncio.all_tasks() if "read_model" in repr(task)])
                if not is_stopped:
                    return
                with transaction() as session:
                    stop_reply(session, turn.user_id, turn.ids.message_id)

    asyncio.run(run())


@pytest.mark.parametrize("status", ["stopped", "interrupted"])
def test_an_answer_that_was_received_counts_however_its_turn_ends(
    status: str, user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    key = "a-key-of-the-user" if status == "interrupted" else None
    body = SendBody(conversation_id=conversation_id, message="Hi", api_key=key)
    turn = prepare_send_once(user.get("/user/me").json()["id"], body, None)
    assert isinstance(turn, prepare.PreparedTurn)
    leave_when_received(provider, turn, is_stopped=status == "stopped")

    reply = user.history(conversation_id)[1]
    assert (reply["status"], reply["content"][0]["text"]) == (status, "Begun")
    assert reply["usage"] == {"prompt_tokens": 10, "completion_tokens": 2}
    assert [source["url"] for source in reply["sources"]] == ["https://example.com/"]
    (day,) = user.get("/user/me/usage").json()["days"]
    assert (day["prompt_tokens"], day["completion_tokens"]) == (10, 2)


def test_a_reply_that_is_passed_on_keeps_its_usage_and_sources(
    user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    body = SendBody(conversation_id=conversation_id, message="Hi")
    turn = prepare_send_once(user.get("/user/me").json()["id"], body, None)
    assert isinstance(turn, prepare.PreparedTurn)
    leave_when_received(provider, turn, is_stopped=False)
    assert user.history(conversation_id)[1]["status"] == "streaming"

    other = CITATION.replace("example.com", "example.org")
    provider.enqueue(Script([text(", then ended"), raw(other), finish(), usage(20, 3)]))
    completed = user.turn(f"/chat/resume/{turn.ids.message_id}", after=0)[-1]
    reply = user.history(conversation_id)[1]
    for shown in (completed, reply):
        assert shown["usage"] == {"prompt_tokens": 30, "completion_tokens": 5}
        assert [(source["n"], source["url"]) for source in shown["sources"]] == [
            (1, "https://example.com/"),
            (2, "https://example.org/"),
        ]
    (day,) = user.get("/user/me/usage").json()["days"]
    assert (day["turns"], day["prompt_tokens"], day["completion_tokens"]) == (1, 30, 5)


def test_a_reply_is_passed_on_before_lambda_ends_the_invocation(
    user: Client, provider: ScriptedProvider, conversation_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_EXEC_WRAPPER", "/opt/bootstrap")
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    provider.enqueue(Script([text("One, "), gate("never")]), Script([text("two."), finish()]))
    user.headers["x-amzn-lambda-context"] = json.dumps({"deadline": round((time.time() + 3) * 1000)})
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    assert events[-1]["type"] in ("started", "delta")

    user.headers["x-amzn-lambda-context"] = json.dumps({"deadline": round((time.time() + 900) * 1000)})
    events += user.turn(f"/chat/resume/{events[0]['assistant_message_id']}", after=events[-1]["seq"])
    assert events[-1]["type"] == "completed"
    assert text_of(events).endswith("two.")


class LambdaContext:
    """As AWS passes it to a handler."""

    def get_remaining_time_in_millis(self) -> int:
        return 2000


@pytest.mark.parametrize("context", [LambdaContext(), {"time_limit_in_ms": 2000}], ids=["Lambda", "SCF"])
def test_the_worker_passes_a_reply_on_before_its_invocation_ends(
    context: Any, user: Client, provider: ScriptedProvider, conversation_id: str, database: Engine
) -> None:
    reply_id = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[0]["assistant_message_id"]
    leave_for_dead(database, reply_id, ["One, "])
    provider.enqueue(Script([text("two, "), gate("never")]), Script([text("three."), finish()]))
    job = {"user_id": user.get("/user/me").json()["id"], "message_id": reply_id, "trace_id": "t", "take_over": True}
    # The deadline is of this invocation, not of the tests that follow.
    assert copy_context().run(worker.handler, job, context) == {"status": "done"}
    assert user.history(conversation_id)[1]["status"] == "streaming"
    assert user.turn(f"/chat/resume/{reply_id}", after=0)[-1]["status"] == "completed"
    assert user.history(conversation_id)[1]["content"][0]["text"].endswith("three.")


def test_a_reply_that_was_to_stop_does_not_go_on(
    user: Client, provider: ScriptedProvider, conversation_id: str, database: Engine
) -> None:
    reply_id = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[0]["assistant_message_id"]
    leave_for_dead(database, reply_id, ["Kept"], stop_requested_at=utc_now())
    assert user.turn(f"/chat/resume/{reply_id}", after=0)[-1]["status"] == "stopped"


def test_a_stale_turn_cannot_write_into_its_successor(
    user: Client, provider: ScriptedProvider, conversation_id: str, database: Engine
) -> None:
    provider.enqueue(Script([text("Old"), gate("late"), text(" and late"), finish()]))
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        events = stream.events()
        reply_id = next(events)["assistant_message_id"]
        next(events)
        with database.begin() as connection:
            connection.execute(update(Message).where(Message.id == reply_id).values(status="interrupted", text="Old"))
            connection.execute(delete(MessageChunk))
        provider.enqueue(Script([text(" and new"), finish()]))
        user.turn("/chat/continue", message_id=reply_id)
        provider.open_gate("late")
        # Nor does it send the end of the turn that followed, after which the client would not ask for the rest.
        assert list(events) == []
    assert user.history(conversation_id)[1]["content"][0]["text"] == "Old and new"


def test_a_take_over_keeps_what_a_slow_process_writes_until_then(
    user: Client, provider: ScriptedProvider, conversation_id: str, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    reply_id = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[0]["assistant_message_id"]
    leave_for_dead(database, reply_id, ["Shown"])
    lock = prepare._lock

    def write_and_lock(*arguments: Any, **options: Any) -> Any:
        # While the take-over waits for the conversation's lock.
        with database.begin() as connection:
            row = {"message_id": reply_id, "seq": 3, "kind": "delta", "text": " late", "created_at": utc_now()}
            connection.execute(insert(MessageChunk), row)
        return lock(*arguments, **options)

    monkeypatch.setattr(prepare, "_lock", write_and_lock)
    provider.enqueue(Script([text(" and on"), finish()]))
    user.turn(f"/chat/resume/{reply_id}", after=0)
    assert user.history(conversation_id)[1]["content"][0]["text"] == "Shown late and on"


def test_a_chunk_that_waits_for_a_take_over_is_refused(
    user: Client, provider: ScriptedProvider, conversation_id: str, database: Engine
) -> None:
    if database.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    reply_id = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[0]["assistant_message_id"]
    leave_for_dead(database, reply_id, ["Shown"], turn_id="former")

    def append() -> bool:
        with database.begin() as connection:
            return messages.append_chunk(connection, reply_id, "former", 3, "delta", " late", utc_now())

    with ThreadPoolExecutor(1) as pool:
        with database.begin() as taker:
            taker.execute(update(Message).where(Message.id == reply_id).values(turn_id="next"))
            appended = pool.submit(append)
            wait_until(lambda: is_appending(database), what="the chunk")
        assert appended.result() is False
    assert count_chunks(database) == 1


def is_appending(database: Engine) -> bool:
    with database.connect() as connection:
        running = text_clause("SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE :statement")
        return bool(connection.scalar(running, {"statement": "INSERT INTO message_chunks%"}))


def test_a_turn_that_was_taken_over_runs_when_its_reader_leaves_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    may_end = threading.Event()

    def take_over(_user_id: str, _message_id: str) -> Any:
        assert may_end.wait(10)
        return "the turn"

    monkeypatch.setattr(resume, "take_over_reply", take_over)

    async def run() -> None:
        ran = asyncio.Event()

        async def run_turn(_turn: Any) -> None:
            ran.set()

        async def follow() -> None:
            abandoned = Snapshot([], ended=False, is_abandoned=True)
            async with aclosing(resume.follow_reply("user", "reply", abandoned, 0, run_turn)) as events:
                await anext(events)

        reader = asyncio.create_task(follow())
        await asyncio.sleep(0)
        reader.cancel()
        may_end.set()
        await asyncio.wait_for(ran.wait(), 10)

    asyncio.run(run())


def test_claiming_a_turn_renews_its_lease(
    user: Client, provider: ScriptedProvider, conversation_id: str, database: Engine
) -> None:
    """A worker may start late, and its model may think for longer than a turn may be without a heartbeat."""
    me = user.get("/user/me").json()["id"]
    body = SendBody(conversation_id=conversation_id, message="Hi")
    prepared = prepare_send_once(me, body, None)
    assert isinstance(prepared, prepare.PreparedTurn)
    reply_id = prepared.ids.message_id
    leave_for_dead(database, reply_id, [])
    with transaction() as session:
        prepare.claim_prepared_turn(session, me, reply_id, prepared.turn_id, None)
    with transaction() as session:
        reply = messages.find_message(session, me, reply_id)
        assert reply is not None
        assert not is_stale(session, reply, utc_now())


def test_a_reply_that_goes_on_in_the_worker_is_counted_once(
    user: Client, provider: ScriptedProvider, conversation_id: str, database: Engine, settings: Callable[..., None]
) -> None:
    settings(DEFAULT_MODEL_TURNS_PER_DAY="free:2")
    me = user.get("/user/me").json()["id"]
    reply_id = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[0]["assistant_message_id"]
    # Its process released it, and a native reader takes it over for the worker.
    leave_for_dead(database, reply_id, ["Half"], turn_id=None)
    turn = take_over_reply(me, reply_id)
    assert turn is not None
    job = {"user_id": me, "message_id": reply_id, "turn_id": turn.turn_id, "trace_id": "t"}
    assert copy_context().run(worker.handler, job, LambdaContext()) == {"status": "done"}
    assert user.history(conversation_id)[1]["status"] == "completed"

    (day,) = user.get("/user/me/usage").json()["days"]
    assert day["turns"] == 1
    assert user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[-1]["status"] == "completed"
    assert error_code(user.post("/chat/send", conversation_id=conversation_id, message="Hi")) == "rate_limited"


def test_a_turn_that_fails_each_time_is_ended(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_arguments: Any) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(ReplyWriter, "append", fail)
    asked = len(provider.requests)
    (started,) = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    events = user.turn(f"/chat/resume/{started['assistant_message_id']}", after=1)
    assert (events[-1]["type"], events[-1]["status"]) == ("completed", "interrupted")
    assert len(provider.requests) - asked == MAX_RECOVERIES
    assert user.history(conversation_id)[1]["status"] == "interrupted"


def test_only_ones_own_replies_can_be_resumed_stopped_or_continued(
    user: Client, new_user: Callable[[], Client], provider: ScriptedProvider, conversation_id: str
) -> None:
    reply_id = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[0]["assistant_message_id"]
    stranger = new_user()
    assert stranger.get(f"/chat/resume/{reply_id}").status_code == 404
    for path in ("/chat/stop", "/chat/continue", "/chat/regenerate"):
        assert stranger.post(path, message_id=reply_id).status_code == 404


def count_chunks(database: Engine) -> int:
    with database.connect() as connection:
        return connection.scalars(select(func.count()).select_from(MessageChunk)).one()


def leave_for_dead(database: Engine, reply_id: str, chunks: list[str], **columns: Any) -> None:
    """Make a reply look as if its process had died long ago while streaming."""
    long_ago = utc_now().replace(year=2020)
    with database.begin() as connection:
        connection.execute(
            update(Message)
            .where(Message.id == reply_id)
            .values(status="streaming", text="", event_log=None, created_at=long_ago, heartbeat_at=long_ago, **columns)
        )
        rows = [
            {"message_id": reply_id, "seq": seq, "kind": "delta", "text": text, "created_at": long_ago}
            for seq, text in enumerate(chunks, start=2)
        ]
        if rows:
            connection.execute(insert(MessageChunk), rows)


def test_resuming_a_streaming_reply_after_an_impossible_seq_is_refused(
    user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    provider.enqueue(Script([text("Begun"), gate("end"), finish()]))
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        events = stream.events()
        path = f"/chat/resume/{next(events)['assistant_message_id']}"
        for after in (2**31, 2**63, 10**30):
            response = user.get(path, after=after)
            assert (response.status_code, error_code(response)) == (422, "validation_error")
        provider.open_gate("end")
        assert list(events)[-1]["type"] == "completed"
