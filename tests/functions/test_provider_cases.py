"""Providers' habits, case by case: how OpenAI-compatible servers answer, and what a user gets (tests/cases)."""

import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.functions.test_images import PNG
from tests.support.api import Client
from tests.support.case_server import CaseServer, holds

_CASES = json.loads((Path(__file__).parents[1] / "cases" / "providers.json").read_text())["cases"]
# A case with a long silence plays in a twentieth of its time, unless the long form of the tests runs.
_LONG_SILENCE_MS = 10_000
_SCALE = 1 if os.environ.get("CHAOS_LONG") else 1 / 20


def _is_slow(case: Mapping[str, Any]) -> bool:
    pieces = [piece for answer in case["answers"] for piece in answer["body"] if isinstance(piece, dict)]
    return any(piece.get("delay", 0) > _LONG_SILENCE_MS for piece in pieces)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in _CASES])
def test_a_case(
    case: dict[str, Any],
    user: Client,
    store_url: str,
    settings: Callable[..., None],
) -> None:
    scale = 1.0
    if _is_slow(case) and _SCALE != 1:
        scale = _SCALE
        settings(OUTBOUND_IDLE_SECONDS=str(300 * scale), OUTBOUND_FIRST_BYTE_SECONDS=str(300 * scale))
    calls = case["send"] if isinstance(case["send"], list) else [case["send"]]
    rights = case["right"] if isinstance(case["right"], list) else [case["right"]]
    with CaseServer(case["answers"], scale).serve() as server:
        conversation_id = user.post("/conversation/create").json()["id"]
        for call, right in zip(calls, rights, strict=True):
            started = time.monotonic()
            outcome = _CALLS[call.get("call", "send")](user, conversation_id, server, call)
            if right is not None:
                assert time.monotonic() - started < right.get("within", 30)
                _check(right, outcome, server)


def _fields(server: CaseServer, call: Mapping[str, Any]) -> dict[str, Any]:
    fields = {
        "base_url": call.get("base_url", "{server}/v1").replace("{server}", server.url),
        "api_key": call.get("api_key", "sk-case-key-0001"),
        "model": call.get("model", "m1"),
    }
    return fields | ({"params": call["params"]} if "params" in call else {})


def _send(user: Client, conversation_id: str, server: CaseServer, call: Mapping[str, Any]) -> dict[str, Any]:
    message: Any = call.get("message", "Hi")
    if call.get("image"):
        answer = user.post("/chat/get_upload_presigned_url", conversation_id=conversation_id, suffixes=["png"])
        item = answer.json()["items"][0]
        assert httpx2.put(item["upload_url"], content=PNG, headers=item["headers"]).status_code == 200
        image = {"type": "image_url", "image_url": {"key": item["key"]}}
        message = [image, {"type": "text", "text": message}]
    body = {"conversation_id": conversation_id, "message": message, **_fields(server, call)}
    with user.stream("/chat/send", **body) as stream:
        if stream.status != 200:
            return {"http": stream.status, "error": stream.error()}
        events = list(stream.events())
    stored = user.history(conversation_id)[-1]
    streamed = {
        kind: "".join(event["text"] for event in events if event["type"] == kind) for kind in ("delta", "reasoning")
    }
    assert "".join(part["text"] for part in stored["content"]) == streamed["delta"]
    assert (stored["reasoning"] or "") == streamed["reasoning"]
    last = events[-1]
    for name in ("usage", "finish_reason", "error"):
        assert stored[name] == last.get(name)
    kinds = [event["type"] for event in events]
    return {
        "status": stored["status"],
        "text": streamed["delta"],
        "reasoning": streamed["reasoning"].strip(),
        "events": [kind for at, kind in enumerate(kinds) if at == 0 or kinds[at - 1] != kind],
        "finish_reason": stored["finish_reason"],
        "usage": stored["usage"],
        "error": stored["error"],
        "sources": stored.get("sources"),
    }


def _title(user: Client, conversation_id: str, server: CaseServer, call: Mapping[str, Any]) -> dict[str, Any]:
    body = {"conversation_id": conversation_id, "message": call.get("message", "Hi"), **_fields(server, call)}
    answer: dict[str, Any] = user.post("/conversation/generate_title", **body).json()
    return answer


def _test(user: Client, _conversation_id: str, server: CaseServer, call: Mapping[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = user.post("/model_config/test", **_fields(server, call)).json()
    return answer


_CALLS = {"send": _send, "title": _title, "test": _test}


def _check(right: Mapping[str, Any], outcome: Mapping[str, Any], server: CaseServer) -> None:
    for name in ("status", "text", "events", "finish_reason", "usage", "http", "ok", "title", "sources"):
        if name in right:
            assert outcome[name] == right[name], (name, outcome)
    if "reasoning" in right:
        assert outcome["reasoning"] == right["reasoning"].strip()
    if "text_trimmed" in right:
        assert outcome["text"].strip() == right["text_trimmed"].strip()
    if "error" in right:
        _check_error(right["error"], outcome["error"])
    if "requests" in right:
        assert len(server.requests) == right["requests"]
    for which, condition in right.get("upstream", {}).items():
        chosen = server.requests if which == "every" else [server.requests[-1 if which == "last" else int(which) - 1]]
        for request in chosen:
            assert holds(condition, request), (condition, request)


def _check_error(right: Mapping[str, Any], error: Mapping[str, Any]) -> None:
    if "code" in right:
        assert error["code"] in (right["code"] if isinstance(right["code"], list) else [right["code"]]), error
    message = error["message"].lower()
    for words in right.get("words", ()):
        assert words.lower() in message
    for words in right.get("not_words", ()):
        assert words.lower() not in message
