"""Whatever a model's server does, the turn ends well: reported as an event, and stored."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from shared.chat.idempotency import prepare_send_once
from shared.chat.prepare import PreparedTurn
from shared.chat.requests import SendBody
from shared.chat.turn import run_turn
from tests.support.api import Client
from tests.support.model import embedded_model
from tests.support.scripted_provider import (
    Script,
    ScriptedProvider,
    drop,
    empty_choices,
    error_event,
    finish,
    http_error,
    no_usage,
    raw,
    stall,
)
from tests.support.scripted_provider import delta as text

SCRIPTS: list[tuple[str, Script, str, str, str | None]] = [
    ("no usage", Script([text("Fine"), finish(), no_usage()]), "completed", "Fine", None),
    ("empty choices", Script([empty_choices(), text("Fine"), empty_choices(), finish()]), "completed", "Fine", None),
    ("cut by length", Script([text("Cut"), finish("length")]), "completed", "Cut", None),
    ("an error in the stream", Script([text("So far"), error_event()]), "failed", "So far", "provider_error"),
    ("no JSON in the stream", Script([text("So far"), raw("data: {oops\n\n")]), "failed", "So far", "provider_error"),
    ("connection lost", Script([text("So far"), drop()]), "failed", "So far", "provider_unreachable"),
    ("a web page", Script(html=True), "failed", "", "provider_error"),
    ("wrong key", http_error(401), "failed", "", "provider_auth"),
    ("unknown model", http_error(404), "failed", "", "provider_bad_request"),
    ("too many requests", http_error(429), "failed", "", "provider_rate_limited"),
    ("a failing server", http_error(500), "failed", "", "provider_error"),
]


@pytest.mark.parametrize(
    ("script", "status", "kept", "code"), [case[1:] for case in SCRIPTS], ids=[case[0] for case in SCRIPTS]
)
def test_every_way_a_model_can_answer_ends_the_turn(
    user: Client,
    provider: ScriptedProvider,
    conversation_id: str,
    script: Script,
    status: str,
    kept: str,
    code: str | None,
) -> None:
    provider.enqueue(*[script] * 3)  # A busy provider is called again.
    last = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[-1]
    answer = user.history(conversation_id)[1]
    assert answer["status"] == status
    assert "".join(part["text"] for part in answer["content"]) == kept
    if code is None:
        assert (last["type"], last["usage"]) == ("completed", answer["usage"])
    else:
        assert (last["type"], last["error"]["code"]) == ("failed", code)
        assert answer["error"] == last["error"]


def test_a_model_that_stalls_is_given_up(
    user: Client, provider: ScriptedProvider, conversation_id: str, settings: Callable[..., None]
) -> None:
    settings(OUTBOUND_IDLE_SECONDS="2")
    provider.enqueue(Script([text("So far"), stall()]))
    user_id = user.get("/user/me").json()["id"]
    turn = prepare_send_once(user_id, SendBody(conversation_id=conversation_id, message="Hi"), None)
    assert isinstance(turn, PreparedTurn)

    # In a loop of its own, because a loop's connections keep the limits they were opened with.
    async def run() -> list[Any]:
        return [event async for event in run_turn(turn)]

    last = asyncio.run(run())[-1]
    assert (last.type, last.error.code) == ("failed", "provider_timeout")
    assert user.history(conversation_id)[1]["content"][0]["text"] == "So far"


def test_a_megabyte_of_text_streams_whole(user: Client, provider: ScriptedProvider, conversation_id: str) -> None:
    answer = "字a1\n" * 125_000
    provider.enqueue(Script([text(answer[i : i + 10_000]) for i in range(0, len(answer), 10_000)] + [finish()]))
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    assert "".join(event["text"] for event in events if event["type"] == "delta") == answer
    assert user.history(conversation_id)[1]["content"][0]["text"] == answer


@pytest.mark.processes
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_real_model_answers(user: Client, conversation_id: str, settings: Callable[..., None]) -> None:
    with embedded_model() as model:
        settings(
            DEFAULT_MODEL_BASE_URL=model.base_url, DEFAULT_MODEL="SmolLM2-135M-Instruct", DEFAULT_MODEL_API_KEY="local"
        )
        events = user.turn(
            "/chat/send",
            conversation_id=conversation_id,
            message="Say hello.",
            params={"max_tokens": 12, "temperature": 0, "seed": 1},
        )
    assert events[-1]["type"] == "completed"
    assert 0 < events[-1]["usage"]["completion_tokens"] <= 12
    streamed = "".join(event["text"] for event in events if event["type"] == "delta")
    assert streamed
    assert user.history(conversation_id)[1]["content"][0]["text"] == streamed
