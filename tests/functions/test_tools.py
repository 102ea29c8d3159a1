"""Turns with tools: the model's calls, their steps, and what is stored of them."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import aclosing
from contextvars import copy_context
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine, select, update

from functions.maintenance.service import poll_tasks, sweep
from functions.websocket.jobs import job_to_go_on
from functions.websocket.turn import handler
from shared.chat import account_export
from shared.chat.idempotency import prepare_send_once
from shared.chat.prepare import PreparedTurn
from shared.chat.requests import SendBody
from shared.chat.resume import read_events
from shared.chat.takeover import take_over_reply
from shared.chat.turn import run_turn
from shared.db.models import Message, MessageStep
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.storage import get_object_store
from shared.tools.choice import from_stored
from shared.tools.tool import InputAnswer, InputRequired, TaskPending, ToolObject, ToolOutcome, ToolResult, ToolSource
from tests.support.api import Client
from tests.support.processes import wait_until
from tests.support.scripted_provider import Script, ScriptedProvider, call, delta, finish, gate, no_usage, usage
from tests.support.sockets import api_gateway
from tests.support.statements import counted
from tests.support.tools import TOOLS, Call, ScriptedTools


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
    assert (done["tool"], done["title"], done["arguments"], done["preview"], done["result"]) == (
        "look",
        "Look",
        {"at": "sky"},
        "1 result",
        "look says {'at': 'sky'}",
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
        accepted = user.post("/chat/answer", **answer)
        assert (accepted.status_code, accepted.content) == (202, b"")
    refused = user.post("/chat/answer", message_id=reply_id, n=1, decision="deny")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "already_answered")

    rest = user.turn(f"/chat/resume/{reply_id}", after=3)
    assert kinds(rest) == ["started", "1 running", "1 done", "delta", "completed"]
    assert [event["seq"] for event in rest] == [4, 5, 6, 7, 8]
    assert [(sent.name, sent.arguments) for sent in tools.calls] == [("write", {"to": "y"})]
    assert rest[-1]["status"] == "completed"


def test_a_step_with_an_answer_asks_no_more_while_another_one_waits(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    tools.add("write", policy="ask")
    calls = [call("write", to="x"), call("write", index=1, to="y")]
    provider.enqueue(Script([*calls, finish("tool_calls")]), Script([delta("Written."), finish()]))
    reply_id = send(user, conversation_id)[0]["assistant_message_id"]

    user.post("/chat/answer", message_id=reply_id, n=1, decision="allow")

    shown = user.get(f"/chat/{conversation_id}", steps=True).json()["items"][1]
    assert shown["status"] == "waiting"
    assert [(step["state"], "ask" in step) for step in shown["steps"]] == [("running", False), ("waiting", True)]


def die_during_a_call(user: Client, conversation_id: str, tools: ScriptedTools, name: str, **model: Any) -> str:
    """Run a turn whose process ends while it calls a tool; returns the reply's id. `model`: fields of the request."""
    user_id = user.get("/user/me").json()["id"]
    body = SendBody(conversation_id=conversation_id, message="Hi", tools=from_stored(TOOLS), **model)
    turn = prepare_send_once(user_id, body, None)
    assert isinstance(turn, PreparedTurn)
    behaviour = tools.behaviours[name]

    async def run() -> None:
        called = asyncio.Event()

        async def hang(_call: Call) -> ToolOutcome:
            called.set()
            await asyncio.Event().wait()
            raise AssertionError("waits for ever")

        async def consume() -> None:
            async for _ in run_turn(turn):
                pass

        tools.behaviours[name] = hang
        task = asyncio.create_task(consume())
        await called.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    tools.behaviours[name] = behaviour
    return turn.ids.message_id


@pytest.mark.parametrize("hint", ["read_only", "idempotent"])
def test_a_harmless_call_that_may_have_run_is_repeated(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools, hint: str
) -> None:
    tools.add("look", read_only=hint == "read_only", idempotent=hint == "idempotent")
    provider.enqueue(Script([call("look"), finish("tool_calls")]), Script([delta("Seen."), finish()]))
    reply_id = die_during_a_call(user, conversation_id, tools, "look")

    events = user.turn(f"/chat/resume/{reply_id}", after=0)

    assert kinds(events) == ["started", "1 running", "started", "1 running", "1 done", "delta", "completed"]
    assert [sent.key for sent in tools.calls] == [f"{reply_id}:1"] * 2


@pytest.mark.parametrize("decision", ["allow", "deny"])
def test_the_user_decides_about_a_call_that_may_have_run(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools, decision: str
) -> None:
    tools.add("pay")
    provider.enqueue(Script([call("pay"), finish("tool_calls")]), Script([delta("Well."), finish()]))
    reply_id = die_during_a_call(user, conversation_id, tools, "pay")

    events = user.turn(f"/chat/resume/{reply_id}", after=0)
    assert kinds(events) == ["started", "1 running", "started", "1 unknown", "waiting"]
    assert events[3]["step"]["ask"]["kind"] == "unknown"
    assert len(tools.calls) == 1

    user.post("/chat/answer", message_id=reply_id, n=1, decision=decision)
    rest = user.turn(f"/chat/resume/{reply_id}", after=5)
    expected = ["1 running", "1 done"] if decision == "allow" else ["1 unknown"]
    assert kinds(rest) == ["started", *expected, "delta", "completed"]
    assert len(tools.calls) == (2 if decision == "allow" else 1)
    result = provider.requests[-1].body["messages"][-1]["content"]
    assert ("may have run" in result) == (decision == "deny")


@pytest.mark.parametrize("is_killed", [False, True], ids=["shut down", "killed"])
def test_a_call_of_a_reply_whose_key_is_not_stored_may_have_run(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools, *, is_killed: bool
) -> None:
    tools.add("pay")
    provider.enqueue(Script([call("pay"), finish("tool_calls")]), Script([delta("Well."), finish()]))
    own = {"base_url": provider.base_url, "api_key": "a-key-of-the-request", "model": "m"}
    reply_id = die_during_a_call(user, conversation_id, tools, "pay", **own)

    if is_killed:  # Then its rows are as they were during the call.
        with transaction() as session:
            silent = {"status": "streaming", "created_at": utc_now() - timedelta(hours=1)}
            session.execute(update(Message).where(Message.id == reply_id).values(**silent))
            session.execute(update(MessageStep).values(state="running", ended_at=None))

    # Nobody can go on without the key.
    assert user.turn(f"/chat/resume/{reply_id}", after=0)[-1]["status"] == "interrupted"
    reply = user.get(f"/chat/{conversation_id}", steps=True).json()["items"][1]
    assert (reply["status"], reply["steps"][0]["state"]) == ("interrupted", "unknown")

    # The client continues it with the key: the model reads that the call may have run, and nothing repeats it.
    rest = user.turn("/chat/continue", message_id=reply_id, tools=TOOLS, **own)
    assert rest[-1]["status"] == "completed"
    assert len(tools.calls) == 1
    assert "may have run" in provider.requests[-1].body["messages"][-1]["content"]


def test_read_only_calls_of_an_answer_run_together_and_others_one_after_another(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    all_run = asyncio.Event()

    async def meet(_call: Call) -> ToolOutcome:
        if tools.most_at_once == 3:
            all_run.set()
        await asyncio.wait_for(all_run.wait(), 10)
        return ToolResult("ok")

    async def slow(_call: Call) -> ToolOutcome:
        await asyncio.sleep(0.05)
        return ToolResult("ok")

    tools.add("look", meet, read_only=True)
    tools.add("write", slow)
    for name, most in (("look", 3), ("write", 1)):
        tools.most_at_once = 0
        provider.enqueue(
            Script([*(call(name, f"c{n}", n) for n in range(3)), finish("tool_calls")]), Script([delta("Ok"), finish()])
        )
        events = send(user, conversation_id)
        assert [event["step"]["state"] for event in events if event["type"] == "step"].count("done") == 3
        assert tools.most_at_once == most


@pytest.mark.parametrize(
    ("arguments", "preview"), [('{"at": ', "Invalid arguments"), ("[1]", "Invalid arguments"), (None, "Unknown tool")]
)
def test_a_call_that_cannot_be_made_is_a_result_for_the_model(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    tools: ScriptedTools,
    arguments: str | None,
    preview: str,
) -> None:
    tools.add("look")
    called = {"index": 0, "id": "c", "name": "look" if arguments else "other", "arguments": arguments or "{}"}
    provider.enqueue(Script([{"call": called}, finish("tool_calls")]), Script([delta("Sorry."), finish()]))

    events = send(user, conversation_id)

    assert kinds(events) == ["started", "1 failed", "delta", "completed"]
    assert events[1]["step"]["preview"] == preview
    assert tools.calls == []
    sent = provider.requests[1].body["messages"]
    assert [message["role"] for message in sent] == ["user", "assistant", "tool"]


def test_half_a_character_in_the_arguments_is_replaced(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    """JSON can carry a lone surrogate, which no database and no UTF-8 can."""
    tools.add("look")
    provider.enqueue(Script([call("look", at="sky \ud83d"), finish("tool_calls")]), Script([delta("Seen."), finish()]))
    events = send(user, conversation_id)
    assert kinds(events) == ["started", "1 running", "1 done", "delta", "completed"]
    assert events[2]["step"]["arguments"] == {"at": "sky \ufffd"}


def test_a_turn_of_quick_answers_and_calls_has_heartbeats(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    tools: ScriptedTools,
    settings: Callable[..., None],
    database: Engine,
) -> None:
    """Neither the model nor a tool leaves a moment to wait in, and steps count for no heartbeat."""
    settings(HEARTBEAT_SECONDS="0")
    seen = set()

    async def read_heartbeat(_call: Call) -> ToolOutcome:
        with database.connect() as connection:
            seen.add(connection.scalar(select(Message.heartbeat_at).where(Message.status == "streaming")))
        return ToolResult("Seen.")

    tools.add("look", read_heartbeat)
    provider.enqueue(
        *(Script([call("look", call_id=f"call-{n}"), finish("tool_calls")]) for n in range(4)),
        Script([delta("Seen."), finish()]),
    )
    send(user, conversation_id)
    assert len(seen) == 4


def test_a_tool_that_fails_ends_its_step_and_not_the_turn(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    async def break_down(_call: Call) -> ToolOutcome:
        raise OSError("the secret address is unreachable")

    tools.add("look", break_down)
    provider.enqueue(Script([call("look"), finish("tool_calls")]), Script([delta("Sorry."), finish()]))
    events = send(user, conversation_id)
    assert kinds(events) == ["started", "1 running", "1 failed", "delta", "completed"]
    assert provider.requests[1].body["messages"][-1]["content"] == "The tool failed."


def test_stop_abandons_the_running_call(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    ended: list[str] = []

    async def hang(_call: Call) -> ToolOutcome:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")
        raise AssertionError("waits for ever")

    tools.add("look", hang)
    provider.enqueue(Script([call("look"), finish("tool_calls")]))
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi", tools=TOOLS) as stream:
        events = []
        for event in stream.events():
            events.append(event)
            if event["type"] == "step" and event["step"]["state"] == "running":
                user.post("/chat/stop", message_id=event["message_id"])
    assert kinds(events) == ["started", "1 running", "1 failed", "completed"]
    assert (events[-1]["status"], events[2]["step"]["preview"]) == ("stopped", "Stopped")
    assert ended == ["cancelled"]


def test_a_denied_call_is_told_to_the_model_with_the_reason(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    tools.add("write", policy="ask")
    provider.enqueue(Script([call("write"), finish("tool_calls")]), Script([delta("As you wish."), finish()]))
    reply_id = send(user, conversation_id)[0]["assistant_message_id"]

    user.post("/chat/answer", message_id=reply_id, n=1, decision="deny", reason="Not today")

    assert kinds(user.turn(f"/chat/resume/{reply_id}", after=3))[:2] == ["started", "1 denied"]
    assert "Not today" in provider.requests[1].body["messages"][-1]["content"]
    assert tools.calls == []


def test_always_allowing_is_stored_with_the_tool(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    tools.add("write", policy="ask")
    provider.enqueue(Script([call("write"), finish("tool_calls")]), Script([delta("Done."), finish()]))
    reply_id = send(user, conversation_id)[0]["assistant_message_id"]
    user.post("/chat/answer", message_id=reply_id, n=1, decision="allow_always")
    user.turn(f"/chat/resume/{reply_id}", after=3)
    assert tools.always == ["write"]


def test_a_form_is_answered_with_the_state_of_its_tool(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    schema = {"type": "object", "properties": {"size": {"type": "string"}}}

    async def ask(sent: Call) -> ToolOutcome:
        if sent.answer is None:
            return InputRequired("form", "Which size?", schema=schema, state={"order": 7})
        return ToolResult(f"{sent.answer.form} of {sent.answer.state}")

    tools.add("order", ask)
    provider.enqueue(Script([call("order"), finish("tool_calls")]), Script([delta("Ordered."), finish()]))
    events = send(user, conversation_id)
    assert kinds(events) == ["started", "1 running", "1 waiting", "waiting"]
    assert events[2]["step"]["ask"] == {"kind": "form", "message": "Which size?", "schema": schema}

    reply_id = events[0]["assistant_message_id"]
    assert user.post("/chat/answer", message_id=reply_id, n=1, decision="allow").status_code == 422
    user.post("/chat/answer", message_id=reply_id, n=1, decision="allow", form={"size": "L"})
    rest = user.turn(f"/chat/resume/{reply_id}", after=4)
    assert kinds(rest) == ["started", "1 running", "1 done", "delta", "completed"]
    assert provider.requests[1].body["messages"][-1]["content"] == "{'size': 'L'} of {'order': 7}"


def test_a_task_of_the_server_is_polled_and_a_long_one_left_to_another_process(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    tools: ScriptedTools,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.chat.tool_loop._MAX_TASK_WAIT", timedelta(0))
    delay = timedelta(seconds=0)

    async def start(_call: Call) -> ToolOutcome:
        return TaskPending({"task": "t1"}, utc_now() + delay)

    tools.add("render", start)
    provider.enqueue(Script([call("render"), finish("tool_calls")]), Script([delta("Here."), finish()]))
    assert kinds(send(user, conversation_id)) == ["started", "1 running", "1 done", "delta", "completed"]
    assert (len(tools.calls), tools.polls) == (1, 1)

    delay = timedelta(seconds=2)
    provider.enqueue(Script([call("render"), finish("tool_calls")]), Script([delta("Here."), finish()]))
    events = send(user, conversation_id)
    assert kinds(events) == ["started", "1 running"]
    # No process is needed meanwhile; a reader follows, and polls when it is time.
    rest = user.turn(f"/chat/resume/{events[0]['assistant_message_id']}", after=2)
    assert kinds(rest) == ["started", "1 done", "delta", "completed"]
    assert (len(tools.calls), tools.polls) == (2, 2)


@dataclass
class Clock:
    """The clock of the tool loop, which a test sets forward: by 900 seconds, a process has no time for calls."""

    ahead: float = 0

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("shared.chat.tool_loop.time", clock)
    return clock


def test_a_task_that_is_polled_often_is_left_to_the_next_process_when_one_nears_its_limit(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools, clock: Clock
) -> None:
    async def start(_call: Call) -> ToolOutcome:
        return TaskPending({"task": "t1"}, utc_now())

    def poll(handle: Mapping[str, Any]) -> ToolOutcome:
        if tools.polls > 3:
            return ToolResult("ready")
        clock.ahead = 900 if tools.polls == 3 else 0
        return TaskPending(handle, utc_now())

    tools.add("render", start)
    tools.on_poll = poll
    provider.enqueue(Script([call("render"), finish("tool_calls")]), Script([delta("Here."), finish()]))
    events = send(user, conversation_id)
    assert kinds(events) == ["started", "1 running"]
    clock.ahead = 0
    rest = user.turn(f"/chat/resume/{events[0]['assistant_message_id']}", after=2)
    assert kinds(rest) == ["started", "1 done", "delta", "completed"]
    assert len(tools.calls) == 1


def test_a_task_that_asks_the_user_goes_on_with_the_answer(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    outcomes: list[ToolOutcome] = [
        InputRequired("login", "Log in.", url="https://example.com/login", state={"asked": 1}),
        TaskPending({"task": "t1"}, utc_now()),
        ToolResult("ready"),
    ]

    async def start(_call: Call) -> ToolOutcome:
        return TaskPending({"task": "t1"}, utc_now())

    tools.add("render", start)
    tools.on_poll = lambda _handle: outcomes.pop(0)
    provider.enqueue(Script([call("render"), finish("tool_calls")]), Script([delta("Here."), finish()]))
    events = send(user, conversation_id)
    assert kinds(events) == ["started", "1 running", "1 waiting", "waiting"]
    reply_id = events[0]["assistant_message_id"]
    assert user.post("/chat/answer", message_id=reply_id, n=1, decision="allow").status_code == 202
    rest = user.turn(f"/chat/resume/{reply_id}", after=events[-1]["seq"])
    assert kinds(rest) == ["started", "1 running", "1 done", "delta", "completed"]
    # The tool is not called again, and the answer is given once.
    assert (len(tools.calls), tools.polls) == (1, 3)
    assert tools.poll_answers == [InputAnswer(accepted=True, state={"asked": 1})]


def test_a_task_that_nobody_follows_is_polled_by_the_timer(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    tools: ScriptedTools,
    database: Engine,
    store_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handle = {"task": "t1"}

    async def start(_call: Call) -> ToolOutcome:
        return TaskPending(handle, utc_now() + timedelta(hours=1))

    tools.add("render", start)
    provider.enqueue(Script([call("render"), finish("tool_calls")]), Script([delta("Here."), finish()]))
    with api_gateway(monkeypatch) as gateway:
        assert kinds(send(user, conversation_id)) == ["started", "1 running"]
        with counted(database) as statements:
            assert poll_tasks(utc_now()) == {"replies_handed_over": 0}
        # A paused database stays paused.
        assert statements == []

        with transaction() as session:
            session.execute(update(Message).values(resume_at=utc_now()))
            session.execute(update(MessageStep).values(task={"handle": handle, "poll_at": utc_now().isoformat()}))
        an_hour_later = utc_now() + timedelta(hours=1, seconds=2)
        assert poll_tasks(an_hour_later) == {"replies_handed_over": 1}
        gateway.finish()

        reply = user.history(conversation_id)[1]
        assert (reply["status"], reply["content"][0]["text"]) == ("completed", "Here.")
        assert (len(tools.calls), tools.polls) == (1, 1)
        assert poll_tasks(an_hour_later) == {"replies_handed_over": 0}


def test_stop_ends_a_reply_whose_server_works_on_its_own(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    async def start(_call: Call) -> ToolOutcome:
        return TaskPending({"task": "t1"}, utc_now() + timedelta(hours=1))

    tools.add("render", start)
    provider.enqueue(Script([call("render"), finish("tool_calls")]))
    reply_id = send(user, conversation_id)[0]["assistant_message_id"]
    assert read_events(user.get("/user/me").json()["id"], reply_id, 0).is_idle
    with user.stream(f"/chat/resume/{reply_id}", after=1) as stream:
        events = stream.events()
        assert kinds([next(events)]) == ["1 running"]
        assert user.post("/chat/stop", message_id=reply_id).status_code == 202
        (end,) = events
    assert (end["type"], end["status"]) == ("completed", "stopped")


def test_a_poll_that_the_platform_did_not_accept_is_repeated(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    tools: ScriptedTools,
    store_url: str,
    settings: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def start(_call: Call) -> ToolOutcome:
        return TaskPending({"task": "t1"}, utc_now() + timedelta(hours=1))

    def refuse(**_call: object) -> None:
        raise OSError

    tools.add("render", start)
    provider.enqueue(Script([call("render"), finish("tool_calls")]))
    later = utc_now() + timedelta(hours=2)
    with api_gateway(monkeypatch) as gateway:
        send(user, conversation_id)
        with monkeypatch.context() as broken:
            broken.setattr(gateway, "invoke", refuse)
            broken.setattr("shared.invocation._lambda", lambda: gateway)
            assert poll_tasks(later) == {"replies_handed_over": 0}
        assert poll_tasks(later) == {"replies_handed_over": 1}


def test_a_turn_of_many_calls_asks_whether_to_go_on(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    tools.add("look", read_only=True)
    many = [call("look", f"c{n}", n) for n in range(30)]
    provider.enqueue(Script([*many, finish("tool_calls")]), Script([delta("Enough."), finish()]))
    events = send(user, conversation_id)
    assert (len(tools.calls), events[-1]["steps"]) == (24, [25])
    question = events[-2]["step"]
    assert (question["tool"], question["ask"]["kind"]) == ("", "limit")

    reply_id = events[0]["assistant_message_id"]
    user.post("/chat/answer", message_id=reply_id, n=25, decision="allow")
    rest = user.turn(f"/chat/resume/{reply_id}", after=events[-1]["seq"])
    assert kinds(rest) == ["started", "25 done", "delta", "completed"]
    assert len([message for message in provider.requests[1].body["messages"] if message["role"] == "tool"]) == 24


async def ask_for_a_name(asked: Call) -> ToolOutcome:
    """A call of a server that cannot be asked again."""
    answer = await asked.ask_user(InputRequired("form", "Who is it for?", schema={"type": "object", "properties": {}}))
    return ToolResult("Nobody answered." if answer is None else f"For {dict(answer.form or {})}, {answer.accepted}")


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ({"decision": "allow", "form": {"name": "Ann"}}, "For {'name': 'Ann'}, True"),
        ({"decision": "deny"}, "For {}, False"),
    ],
)
def test_a_call_is_held_open_while_the_user_answers_a_server_that_cannot_be_asked_again(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    tools: ScriptedTools,
    answer: dict[str, Any],
    result: str,
) -> None:
    tools.add("book", ask_for_a_name)
    provider.enqueue(Script([call("book"), finish("tool_calls")]), Script([delta("Booked."), finish()]))
    events: list[dict[str, Any]] = []
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi", tools=TOOLS) as stream:
        for event in stream.events():
            events.append(event)
            if kinds([event]) == ["1 waiting"]:
                assert (event["step"]["ask"]["kind"], event["step"]["ask"]["is_held"]) == ("form", True)
                named = {"message_id": events[0]["assistant_message_id"], "n": 1}
                for _ in range(2):
                    assert user.post("/chat/answer", **named, **answer).status_code == 202
                refused = user.post("/chat/answer", **named, decision="allow", form={"name": "Bob"})
                assert refused.status_code == 409
    assert kinds(events) == ["started", "1 running", "1 waiting", "1 running", "1 done", "delta", "completed"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[4]["step"]["result"] == result
    assert len(tools.calls) == 1
    assert kinds(user.turn(f"/chat/resume/{events[0]['assistant_message_id']}", after=0)) == kinds(events)


def test_a_call_whose_user_does_not_answer_goes_on_without(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    tools: ScriptedTools,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.chat.held_calls.HELD_SECONDS", 4)
    # The time for which a call is held does not count as the call's own.
    monkeypatch.setattr("shared.chat.tool_loop.CALL_SECONDS", 1)
    tools.add("book", ask_for_a_name)
    provider.enqueue(Script([call("book"), finish("tool_calls")]), Script([delta("Well."), finish()]))
    events = send(user, conversation_id)
    assert kinds(events) == ["started", "1 running", "1 waiting", "1 done", "delta", "completed"]
    assert events[3]["step"]["result"] == "Nobody answered."


def test_a_held_call_whose_process_died_may_have_run(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    tools.add("book", ask_for_a_name)
    provider.enqueue(Script([call("book"), finish("tool_calls")]), Script([delta("Well."), finish()]))
    user_id = user.get("/user/me").json()["id"]
    body = SendBody(conversation_id=conversation_id, message="Hi", tools=from_stored(TOOLS))
    turn = prepare_send_once(user_id, body, None)
    assert isinstance(turn, PreparedTurn)

    async def die_while_asking() -> None:
        async with aclosing(run_turn(turn)) as events:
            async for event in events:
                if event.type == "step" and event.step.state == "waiting":
                    return

    asyncio.run(die_while_asking())
    events = user.turn(f"/chat/resume/{turn.ids.message_id}", after=0)
    assert kinds(events)[-2:] == ["1 unknown", "waiting"]
    assert len(tools.calls) == 1


def test_the_steps_are_sent_in_later_turns_with_tools_and_left_out_without(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    tools.add("look")
    provider.enqueue(
        Script([delta("Looking."), call("look"), finish("tool_calls")]),
        Script([delta("Blue."), finish()]),
        Script([delta("Still blue."), finish()]),
        Script([delta("Still."), finish()]),
    )
    send(user, conversation_id)
    send(user, conversation_id, message="And now?")
    send(user, conversation_id, message="And now?", tools=None)
    with_tools, without = (provider.requests[n].body["messages"] for n in (2, 3))
    assert [message["role"] for message in with_tools] == ["user", "assistant", "tool", "assistant", "user"]
    assert with_tools[1]["tool_calls"][0]["id"] == with_tools[2]["tool_call_id"]
    assert [message["role"] for message in without] == ["user", "assistant", "user", "assistant", "user"]
    assert without[1]["content"] == "Looking.\n\nBlue."


def test_a_reply_that_is_continued_without_tools_keeps_its_steps(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    tools.add("look", read_only=True)
    provider.enqueue(
        Script([call("look", at="sky"), finish("tool_calls")]),
        Script([delta("It is"), finish("length")]),
        Script([delta(" blue"), finish("length")]),
        Script([call("look", at="sea"), finish("tool_calls")]),
        Script([delta(" and wet."), finish()]),
    )
    reply_id = send(user, conversation_id)[0]["assistant_message_id"]

    user.turn("/chat/continue", message_id=reply_id)

    assert "tools" not in provider.requests[2].body
    events = user.turn(f"/chat/resume/{reply_id}", after=0)
    assert kinds(events) == ["started", "1 running", "1 done", "delta", "started", "delta", "completed"]
    (step,) = user.get(f"/chat/{conversation_id}", steps=True).json()["items"][1]["steps"]
    assert (step["arguments"], step["state"]) == ({"at": "sky"}, "done")

    user.turn("/chat/continue", message_id=reply_id, tools=TOOLS)
    reply = user.get(f"/chat/{conversation_id}", steps=True).json()["items"][1]
    assert [(step["n"], step["arguments"]) for step in reply["steps"]] == [(1, {"at": "sky"}), (2, {"at": "sea"})]
    assert provider.requests[3].body["messages"][2]["role"] == "tool"


def test_a_model_that_takes_no_tools_answers_without_them_and_the_user_is_told(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    tools.add("look")
    refusal = {"message": "scripted does not support tools", "type": "invalid_request_error"}
    provider.enqueue(Script(status=400, error=refusal), Script([delta("Plainly."), finish()]))
    events = send(user, conversation_id)
    assert (events[-1]["status"], events[-1]["tools_omitted"]) == ("completed", True)
    assert "tools" not in provider.requests[1].body


def test_sources_of_steps_are_numbered_through_the_reply(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    async def search(sent: Call) -> ToolOutcome:
        pages = [
            ToolSource("A", "https://a.example"),
            ToolSource(f"{sent.arguments['q']}", f"https://{sent.arguments['q']}"),
        ]
        return ToolResult("Found.", sources=pages)

    tools.add("search", search)
    provider.enqueue(
        Script([call("search", q="b.example"), finish("tool_calls")]),
        Script([call("search", q="c.example"), finish("tool_calls")]),
        Script([delta("See [1] and [3]."), finish()]),
    )
    events = send(user, conversation_id)
    assert [(source["n"], source["url"]) for source in events[-1]["sources"]] == [
        (1, "https://a.example"),
        (2, "https://b.example"),
        (3, "https://c.example"),
    ]
    assert "[3] c.example https://c.example" in provider.requests[2].body["messages"][-1]["content"]


def test_sources_are_as_long_as_an_import_takes(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    async def search(_call: Call) -> ToolOutcome:
        urls = ("https://a.example", f"https://b.example/{'b' * 2_000}", f"https://c.example/{'c' * 1_900}")
        return ToolResult(
            "Found.", sources=[ToolSource("T" * 400, urls[0]), *[ToolSource("", url) for url in urls[1:]]]
        )

    tools.add("search", search)
    provider.enqueue(Script([call("search"), finish("tool_calls")]), Script([delta("See [2]."), finish()]))
    first, second = send(user, conversation_id)[-1]["sources"]
    assert (first["n"], first["title"], second["n"], len(second["title"])) == (1, "T" * 300, 2, 300)
    assert second["url"].startswith("https://c.example/")


def test_many_tools_are_found_by_search(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    for n in range(50):
        tools.add(f"tool_{n}", description=f"Does thing number {n}")
    tools.add("weather", description="Forecasts rain and sun")
    provider.enqueue(
        Script([call("find_tool", query="will it rain"), finish("tool_calls")]),
        Script([call("weather", "c2"), finish("tool_calls")]),
        Script([delta("Rain."), finish()]),
    )
    events = send(user, conversation_id)
    assert kinds(events) == ["started", "1 done", "2 running", "2 done", "delta", "completed"]
    offered = [[tool["function"]["name"] for tool in request.body["tools"]] for request in provider.requests]
    assert offered == [["find_tool"], ["weather", "find_tool"], ["weather", "find_tool"]]


def test_a_tool_with_a_broken_schema_is_left_out_with_words(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    tools.add("look")
    tools.add("broken", parameters={"type": "string"})
    tools.problems = ["The server Files could not be reached."]
    provider.enqueue(Script([delta("Hello."), finish()]))
    end = send(user, conversation_id)[-1]
    assert len(provider.requests[0].body["tools"]) == 1
    assert end["tool_problems"] == [
        "The server Files could not be reached.",
        "The tool Broken was left out: its parameters are not described.",
    ]


def test_a_step_costs_two_statements(
    user: Client, provider: ScriptedProvider, tools: ScriptedTools, database: Engine, settings: Callable[..., None]
) -> None:
    # No heartbeat is due, however slow the machine is.
    settings(HEARTBEAT_SECONDS="60", STALE_SECONDS="120")
    tools.add("look")
    costs, totals = [], []
    for count in (0, 3, 6):
        calls = [call("look", f"c{n}", n) for n in range(count)]
        scripts = [Script([*calls, finish("tool_calls")])] if calls else []
        provider.enqueue(*scripts, Script([delta("Done."), finish()]))
        user_id = user.get("/user/me").json()["id"]
        new_id = user.post("/conversation/create").json()["id"]
        body = SendBody(conversation_id=new_id, message="Hi", tools=from_stored(TOOLS))
        turn = prepare_send_once(user_id, body, None)
        assert isinstance(turn, PreparedTurn)

        async def run(turn: PreparedTurn) -> None:
            async for _ in run_turn(turn):
                pass

        with counted(database) as statements:
            asyncio.run(run(turn))
        costs.append(len([statement for statement in statements if "message_steps" in statement]))
        # A turn reads its stop flag by the clock.
        totals.append(len([statement for statement in statements if not statement.startswith("SELECT messages.id")]))
    assert costs == [0, 6, 12]
    assert totals[2] - totals[1] == 6


def test_usage_is_summed_over_the_answers(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    tools.add("look")
    provider.enqueue(
        Script([call("look"), usage(10, 2), finish("tool_calls")]), Script([delta("Done."), usage(20, 3), finish()])
    )
    assert send(user, conversation_id)[-1]["usage"] == {"prompt_tokens": 30, "completion_tokens": 5}


def test_an_answer_of_calls_alone_is_estimated_where_its_server_reports_no_usage(
    admin: Client, user: Client, provider: ScriptedProvider, tools: ScriptedTools
) -> None:
    tools.add("look", read_only=True)
    offer = {"name": "Fast", "base_url": provider.base_url, "model": "fast-1", "api_key": "key-of-the-offer"}
    price = {"input": 1, "cached_input": 1, "output": 1}
    offered = admin.post("/admin/model/create", **offer, price=price).json()["id"]
    conversation_id = user.post("/conversation/create", model_config_id=offered).json()["id"]
    provider.enqueue(
        Script([call("look", at="x" * 4_000), no_usage(), finish("tool_calls")]),
        Script([call("look", at="y" * 4_000), no_usage(), finish("tool_calls")]),
        Script([delta("Done."), no_usage(), finish()]),
    )
    send(user, conversation_id)
    (day,) = user.get("/user/me/usage").json()["days"]
    # The calls, and each of them with its result in every request that follows.
    assert 2_000 <= day["completion_tokens"] < 2_050
    assert 6_000 <= day["prompt_tokens"] < 6_150
    assert day["cost"] > 0.008


def turns_of(user: Client) -> int:
    (day,) = user.get("/user/me/usage").json()["days"]
    turns: int = day["turns"]
    return turns


def test_a_continuation_of_a_reply_with_steps_is_another_turn(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    tools.add("look", read_only=True)
    provider.enqueue(
        Script([call("look"), finish("tool_calls")]),
        Script([delta("It is"), finish("length")]),
        Script([delta(" blue."), finish()]),
    )
    reply_id = send(user, conversation_id)[0]["assistant_message_id"]
    user.turn("/chat/continue", message_id=reply_id, tools=TOOLS)
    assert turns_of(user) == 2


@pytest.mark.parametrize("by", ["a reader", "the worker", "the client, with its key"])
def test_a_turn_that_goes_on_after_an_answer_is_counted_once(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools, by: str
) -> None:
    tools.add("write", policy="ask")
    own = {"base_url": provider.base_url, "api_key": "a-key-of-the-request", "model": "m"}
    model = own if by == "the client, with its key" else {}
    provider.enqueue(Script([call("write"), finish("tool_calls")]), Script([delta("Written."), finish()]))
    reply_id = send(user, conversation_id, **model)[0]["assistant_message_id"]
    assert user.post("/chat/answer", message_id=reply_id, n=1, decision="allow").status_code == 202
    if model:
        user.turn("/chat/continue", message_id=reply_id, tools=TOOLS, **model)
    elif by == "the worker":
        user_id = user.get("/user/me").json()["id"]
        turn = take_over_reply(user_id, reply_id)
        assert turn is not None
        copy_context().run(handler, job_to_go_on(user_id, "", turn).model_dump(), None)
    assert user.turn(f"/chat/resume/{reply_id}", after=0)[-1]["status"] == "completed"
    assert turns_of(user) == 1


def test_a_question_that_nobody_answers_ends_after_thirty_days(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    tools.add("write", policy="ask")
    provider.enqueue(Script([call("write"), finish("tool_calls")]))
    reply_id = send(user, conversation_id)[0]["assistant_message_id"]

    for days, ended in ((29, 0), (31, 1)):
        with transaction() as session:
            session.execute(update(Message).values(heartbeat_at=utc_now() - timedelta(days=days)))
        assert sweep(utc_now())["replies_ended"] == ended

    shown = user.get(f"/chat/{conversation_id}", steps=True).json()["items"][1]
    assert (shown["status"], shown["steps"][0]["state"]) == ("stopped", "failed")
    refused = user.post("/chat/answer", message_id=reply_id, n=1, decision="allow")
    assert refused.json()["error"]["code"] == "already_answered"


def test_lists_mark_the_conversations_that_wait_for_the_user(
    user: Client,
    new_user: Callable[[], Client],
    provider: ScriptedProvider,
    conversation_id: str,
    tools: ScriptedTools,
) -> None:
    tools.add("write", policy="ask")
    other = user.post("/conversation/create").json()["id"]
    provider.enqueue(Script([call("write"), finish("tool_calls")]), Script([delta("Done."), finish()]))
    reply_id = send(user, conversation_id)[0]["assistant_message_id"]

    def listed(by: Client = user, **query: Any) -> dict[str, bool]:
        return {item["id"]: item.get("waiting", False) for item in by.get("/conversation", **query).json()["items"]}

    assert listed() == {conversation_id: True, other: False}
    assert listed(waiting=True) == {conversation_id: True}
    assert listed(new_user(), waiting=True) == {}
    user.post("/chat/answer", message_id=reply_id, n=1, decision="allow")
    user.turn(f"/chat/resume/{reply_id}", after=0)
    assert listed() == {conversation_id: False, other: False}
    assert listed(waiting=True) == {}


def test_stopping_a_reply_that_waits_ends_it(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    tools.add("write", policy="ask")
    provider.enqueue(Script([call("write"), finish("tool_calls")]))
    reply_id = send(user, conversation_id)[0]["assistant_message_id"]
    assert user.post("/chat/stop", message_id=reply_id).status_code == 202
    assert user.get(f"/chat/{conversation_id}", steps=True).json()["items"][1]["status"] == "stopped"
    assert user.turn(f"/chat/resume/{reply_id}", after=0)[-1]["status"] == "stopped"


def test_a_process_near_its_limit_leaves_the_turn_to_the_next_and_each_step_is_made_once(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools, settings: Callable[..., None]
) -> None:
    settings(TURN_SECONDS="0.4")

    async def slow(_call: Call) -> ToolOutcome:
        await asyncio.sleep(0.3)
        return ToolResult("ok")

    def answer(body: Mapping[str, Any]) -> Script:
        made = sum(message["role"] == "tool" for message in body["messages"])
        if made < 5:
            return Script([call("write", f"c{made}"), finish("tool_calls")])
        return Script([delta("Done."), finish()])

    tools.add("write", slow)
    provider.answer_with = answer
    events = send(user, conversation_id)
    while events[-1]["type"] != "completed":
        events += user.turn(f"/chat/resume/{events[0]['assistant_message_id']}", after=events[-1]["seq"])
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    steps = [kind for kind in kinds(events) if kind[0].isdigit()]
    assert steps == [f"{n} {state}" for n in range(1, 6) for state in ("running", "done")]
    assert len(tools.calls) == 5
    assert kinds(events).count("started") > 1


def test_a_reply_forty_times_as_long_as_a_process_lives_has_everything_once(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools, settings: Callable[..., None]
) -> None:
    settings(TURN_SECONDS="0.25")
    tools.add("write")
    lines, step_every = 40, 8

    def go_on(body: Mapping[str, Any]) -> Script:
        """One more line, and then silence until the process ends; a call after some lines."""
        text = " ".join(message["content"] or "" for message in body["messages"] if message["role"] == "assistant")
        written = len(re.findall(r"Line \d+\.", text))
        made = sum(message["role"] == "tool" for message in body["messages"])
        if written == lines:
            return Script([delta("The end."), finish()])
        if written and written % step_every == 0 and made < written // step_every:
            return Script([call("write", f"c{written}", line=written), finish("tool_calls")])
        return Script([delta(f"Line {written + 1}. "), gate("never")])

    provider.answer_with = go_on
    events = send(user, conversation_id)
    while events[-1]["type"] != "completed":
        events += user.turn(f"/chat/resume/{events[0]['assistant_message_id']}", after=events[-1]["seq"])

    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    shown = "".join(event["text"] for event in events if event["type"] == "delta")
    assert re.findall(r"\d+", shown) == [str(number) for number in range(1, lines + 1)]
    assert shown.endswith("The end.")
    assert user.history(conversation_id)[1]["content"][0]["text"] == shown
    assert [made.arguments["line"] for made in tools.calls] == [8, 16, 24, 32]
    assert kinds(events).count("started") > lines


def test_a_call_that_the_process_may_not_see_the_end_of_is_left_to_the_next(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools, clock: Clock
) -> None:
    tools.add("write")

    def answer(body: Mapping[str, Any]) -> Script:
        if body["messages"][-1]["role"] == "tool":
            return Script([delta("Done."), finish()])
        # Most of the first process's time has passed.
        clock.ahead = 900 if len(provider.requests) == 1 else 0
        return Script([call("write"), finish("tool_calls")])

    provider.answer_with = answer
    events = send(user, conversation_id)
    while events[-1]["type"] != "completed":
        events += user.turn(f"/chat/resume/{events[0]['assistant_message_id']}", after=events[-1]["seq"])
    assert provider.requests[1].body["messages"][-1]["role"] != "tool"
    assert [kind for kind in kinds(events) if kind[0].isdigit()] == ["1 running", "1 done"]
    assert len(tools.calls) == 1


def test_forks_exports_and_imports_keep_the_steps(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools, store_url: str
) -> None:
    tools.add("look")
    provider.enqueue(
        Script([delta("Looking."), call("look", at="sky"), finish("tool_calls")]), Script([delta("Blue."), finish()])
    )
    reply_id = send(user, conversation_id)[0]["assistant_message_id"]

    def shown(of_conversation: str) -> list[dict[str, Any]]:
        items = user.get(f"/chat/{of_conversation}", steps=True).json()["items"]
        return [step for item in items for step in item.get("steps", [])]

    (step,) = shown(conversation_id)
    assert (step["result"], step["at"]) == ("look says {'at': 'sky'}", 8)
    fork = user.post("/conversation/fork", message_id=reply_id).json()["id"]
    assert shown(fork) == [step]

    exported = [item for item in user.get("/user/me/export").json()["items"] if item["kind"] == "message"]
    assert [item["steps"] for item in exported if item["conversation_id"] == fork and "steps" in item] == [[step]]

    messages = user.get(f"/chat/{fork}", steps=True).json()["items"]
    for message in messages:
        for own in message.get("steps", []):
            own.pop("server_id")
    answer = user.post("/conversation/import", messages=messages)
    assert answer.status_code == 201, answer.text
    imported = shown(answer.json()["id"])
    assert imported == [{name: value for name, value in step.items() if name != "server_id"}]
    history = user.history(answer.json()["id"])
    events = user.turn(f"/chat/resume/{history[1]['id']}", after=0)
    assert kinds(events) == ["started", "delta", "1 done", "delta", "completed"]


def test_a_long_result_is_shown_cut_and_the_whole_is_an_object(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools, store_url: str
) -> None:
    whole = "".join(f"Line {number}.\n" for number in range(10_000))

    async def read(_call: Call) -> ToolOutcome:
        return ToolResult(whole)

    tools.add("read", read)
    provider.enqueue(Script([call("read"), finish("tool_calls")]), Script([delta("Long."), finish()]))
    events = send(user, conversation_id)
    done = next(event["step"] for event in events if event["type"] == "step" and event["step"]["state"] == "done")
    shown = user.get(f"/chat/{conversation_id}", steps=True).json()["items"][1]["steps"][0]
    assert whole.startswith(done["result"])
    assert len(done["result"]) < len(shown["result"]) < len(whole)
    assert whole.startswith(shown["result"])
    assert done["is_result_cut"]
    assert shown["is_result_cut"]
    for step in (done, shown):
        assert httpx2.get(step["result_url"]).text == whole
    given = provider.requests[-1].body["messages"][-1]["content"]
    assert len(given) < len(whole)
    assert "[Cut here" in given

    fork = user.post("/conversation/fork", message_id=events[0]["assistant_message_id"]).json()["id"]
    copied = user.get(f"/chat/{fork}", steps=True).json()["items"][1]["steps"][0]["result_url"]
    user.post("/chat/delete", message_id=events[0]["user_message_id"])
    assert httpx2.get(shown["result_url"]).status_code == 404
    assert httpx2.get(copied).text == whole


def test_an_export_has_the_results_that_the_database_has_unless_they_are_more_than_a_page(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    tools: ScriptedTools,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = "word " * 10_000

    async def read(_call: Call) -> ToolOutcome:
        return ToolResult(whole)

    tools.add("read", read)
    provider.enqueue(Script([call("read"), finish("tool_calls")]), Script([delta("Long."), finish()]))
    send(user, conversation_id)

    def exported() -> dict[str, Any]:
        step: dict[str, Any] = user.get("/user/me/export").json()["items"][-1]["steps"][0]
        return step

    assert exported()["result"] == whole
    assert "is_result_cut" not in exported()
    monkeypatch.setattr(account_export, "MAX_PAGE_BYTES", 40_000)
    assert (exported()["result"], exported()["is_result_cut"]) == (whole[:10_000], True)


def test_a_long_result_is_kept_cut_where_the_store_is_away(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools
) -> None:
    async def read(_call: Call) -> ToolOutcome:
        return ToolResult("word " * 20_000)

    tools.add("read", read)
    provider.enqueue(Script([call("read"), finish("tool_calls")]), Script([delta("Long."), finish()]))
    assert send(user, conversation_id)[-1]["status"] == "completed"
    (step,) = user.get(f"/chat/{conversation_id}", steps=True).json()["items"][1]["steps"]
    assert (step["state"], step["is_result_cut"]) == ("done", True)
    assert "result_url" not in step


def test_a_turn_has_heartbeats_while_a_long_result_is_stored(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    tools: ScriptedTools,
    settings: Callable[..., None],
    database: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings(HEARTBEAT_SECONDS="0")

    def heartbeat() -> Any:
        with database.connect() as connection:
            return connection.scalar(select(Message.heartbeat_at).where(Message.status == "streaming"))

    def put(*_arguments: Any) -> None:
        before = heartbeat()
        wait_until(lambda: heartbeat() != before, what="a heartbeat")

    async def read(_call: Call) -> ToolOutcome:
        return ToolResult("word " * 20_000)

    monkeypatch.setattr("shared.chat.tool_loop.get_object_store", lambda: SimpleNamespace(put=put))
    tools.add("read", read)
    provider.enqueue(Script([call("read"), finish("tool_calls")]), Script([delta("Long."), finish()]))
    assert kinds(send(user, conversation_id)) == ["started", "1 running", "1 done", "delta", "completed"]


def test_the_tool_servers_of_a_turn_are_closed_together(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    tools: ScriptedTools,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closing = closed = 0
    all_closing = asyncio.Event()

    async def aclose() -> None:
        nonlocal closing, closed
        closing += 1
        if closing == 2:
            all_closing.set()
        await asyncio.wait_for(all_closing.wait(), 10)
        closed += 1

    with ScriptedTools().served() as others:
        for server in (tools, others):
            monkeypatch.setattr(server, "aclose", aclose)
        assert send(user, conversation_id)[-1]["status"] == "completed"
    assert closed == 2


def test_deleting_a_message_deletes_the_objects_of_its_steps(
    user: Client, provider: ScriptedProvider, conversation_id: str, tools: ScriptedTools, store_url: str
) -> None:
    key = f"{user.get('/user/me').json()['id']}/{conversation_id}/images/plot.png"

    async def draw(_call: Call) -> ToolOutcome:
        upload = get_object_store().presign_upload(key, "image/png")
        assert httpx2.put(upload.url, content=b"png", headers=dict(upload.headers)).is_success
        return ToolResult("Drawn.", objects=[ToolObject(key, "image/png", "plot.png")])

    tools.add("draw", draw)
    provider.enqueue(Script([call("draw"), finish("tool_calls")]), Script([delta("Here."), finish()]))
    sent = send(user, conversation_id)[0]
    shown = user.get(f"/chat/{conversation_id}", steps=True).json()["items"][1]["steps"][0]["objects"]
    assert httpx2.get(shown[0]["url"]).content == b"png"

    user.post("/chat/delete", message_id=sent["user_message_id"])

    assert get_object_store().describe(key) is None


def test_a_conversation_remembers_its_tools(user: Client, conversation_id: str) -> None:
    for chosen, status in ((["web_search", TOOLS[0]], 200), (["no_such_tool"], 422), ([], 200)):
        answer = user.post("/conversation/update", id=conversation_id, tools=chosen)
        assert answer.status_code == status
        if status == 200:
            assert answer.json().get("tools", []) == chosen
